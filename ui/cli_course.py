"""The commands about courses. Thin, as those of `ui.cli`."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, get_args

import typer

from rag.courses import Access
from ui.console import say, say_json
from ui.exit_codes import USER_ERROR
from ui.options import AddressOption, JsonOption, one_of, settings_of

courses = typer.Typer(help="Name the courses that `pincite serve` serves, and give them away.")


def _kinds() -> Collection[str]:
    from ui.snippets import KINDS

    return KINDS


CourseArgument = Annotated[str, typer.Argument(metavar="ID", help="As `course list` prints it.")]


@courses.command()
def new(
    context: typer.Context,
    course_id: Annotated[
        str, typer.Argument(metavar="ID", help='Its name in addresses: a-z, 0-9, "-" and "_".')
    ],
    library: Annotated[
        Path, typer.Option("--library", metavar="DIR", help="The folder of its library.")
    ],
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="What stands above its chat.")
    ] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", metavar="URL", help="A site whose pages may frame it; as often as needed."
        ),
    ] = None,
    access: Annotated[
        str,
        typer.Option(
            "--access",
            metavar="|".join(get_args(Access)),
            parser=one_of(lambda: get_args(Access)),
            help="Whether anybody may read it, or only who has a link with a key.",
        ),
    ] = "public",
) -> None:
    """Write a new course into pincite.toml in the current folder."""
    from rag.settings import load_settings
    from ui.courses.making import add_course

    values: dict[str, str | list[str]] = {
        "library": str(library),
        "title": title,
        "origins": origin or [],
        "access": access,
    }
    path = add_course(course_id, values, load_settings(), folder=Path())
    say(f"course {course_id} written into {path}; `pincite course check {course_id}` looks it over")


@courses.command("list")
def list_courses(
    context: typer.Context, address: AddressOption = None, as_json: JsonOption = False
) -> None:
    """List the courses that are served: id, address, access, library, title."""
    from ui.contract import SCHEMA_VERSION
    from ui.courses.finding import course_address

    settings = settings_of(context)
    rows = [
        {
            "id": course.id,
            "address": course_address(course, settings),
            "access": course.access,
            "library": str(course.library),
            "title": course.title,
            "origins": list(course.origins),
        }
        for course in settings.served
    ]
    if as_json:
        say_json({"schema_version": SCHEMA_VERSION, "courses": rows})
        return
    for row in rows:
        say("  ".join(str(row[name]) for name in ("id", "address", "access", "library", "title")))


@courses.command()
def snippet(
    context: typer.Context,
    course_id: CourseArgument,
    kind: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="KIND",
            parser=one_of(_kinds),
            help="The kind of site: canvas, moodle, wordpress, mkdocs, sphinx, docusaurus, quarto, "
            "html, frame.",
        ),
    ] = "html",
    address: AddressOption = None,
) -> None:
    """Print what to paste into a course site on stdout, and where to paste it on stderr."""
    from ui.console import complain
    from ui.courses.finding import course_of, public_address
    from ui.snippets import KINDS, note
    from ui.snippets import snippet as made

    settings = settings_of(context)
    course = course_of(course_id, settings)
    for said in (KINDS[kind].where, note(course)):
        if said:
            complain(said)
    typer.echo(made(kind, course, address=public_address(settings)))


@courses.command()
def check(context: typer.Context, course_id: CourseArgument, address: AddressOption = None) -> None:
    """Say what would keep a course from working in a course site, or be lost. Nothing is fetched.

    The exit code is 1 where there is anything.
    """
    from ui.courses.checking import problems_of
    from ui.courses.finding import course_of

    settings = settings_of(context)
    problems = list(problems_of(course_of(course_id, settings), settings))
    for problem in problems or ["nothing found that would keep it from working"]:
        say(problem)
    if problems:
        raise typer.Exit(USER_ERROR)


@courses.command()
def link(
    context: typer.Context,
    course_id: CourseArgument,
    expires: Annotated[
        str,
        typer.Option(
            "--expires", metavar="WHEN", help="In so many days (90d), or after a day (2030-07-01)."
        ),
    ],
    address: AddressOption = None,
) -> None:
    """Make a link that opens a course with access by key, until it expires."""
    from ui.courses.finding import course_of
    from ui.courses.linking import expiry_from, link_to

    settings = settings_of(context)
    say(link_to(course_of(course_id, settings), settings, expires=expiry_from(expires)))


@courses.command()
def questions(
    context: typer.Context, course_id: CourseArgument, as_json: JsonOption = False
) -> None:
    """Show what was asked most, and what the texts did not answer.

    Only a course that sets keep_questions_days keeps its questions, and says nothing of who asked.
    """
    from index.errors import SettingError
    from ui.asked_questions import print_asked
    from ui.courses.finding import course_of

    course = course_of(course_id, settings_of(context))
    if not course.keep_questions_days:
        raise SettingError(
            f"course {course_id} keeps no questions; set keep_questions_days = 30, or another "
            "number of days, in pincite.toml, and serve it anew"
        )
    print_asked(course.library, keep_days=course.keep_questions_days, as_json=as_json)
