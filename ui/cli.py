"""The `pincite` command. Thin: each command reads its options, calls the work, prints what it gave.

Imports that take long stand inside the commands, so that help and `list` come at once.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli_course import courses
from ui.cli_evaluation import cases, compare, evaluate, train_reader
from ui.cli_feedback import feedback
from ui.console import say, say_json
from ui.exit_codes import USAGE, USER_ERROR
from ui.options import (
    EmbedderOption,
    ExcludeOption,
    FusionOption,
    HostOption,
    IncludeOption,
    JsonOption,
    LibraryOption,
    LimitOption,
    McpOption,
    MegabytesOption,
    MetricsPortOption,
    PortOption,
    PrecisionOption,
    ReaderOption,
    RootPathOption,
    ThreadsOption,
    ThresholdOption,
    settings_of,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DEMO_LIBRARY = Path("demo-library")
STDIN = "-"

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"pincite {version('pincite')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Answer questions about your own texts in verbatim quotes, each with its exact place."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(USAGE)


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Files, folders, .zip archives, addresses on the web (https://)."
        ),
    ],
    library: LibraryOption = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the documents whose files are gone.")
    ] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on until Ctrl-C, with every change of the files."),
    ] = False,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    max_pages: Annotated[
        int, typer.Option("--max-pages", min=1, metavar="N", help="Most pages asked of a site.")
    ] = 200,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Ask servers too that are this machine's or its network's."
        ),
    ] = False,
    embedder: EmbedderOption = None,
    precision: PrecisionOption = None,
    threads: ThreadsOption = None,
    max_megabytes: MegabytesOption = None,
) -> None:
    """Add texts to the library, or bring it up to date with them.

    What the library has already and did not change is skipped. A document is on disk once its line
    "added ID SOURCE" is printed. A file that is refused keeps no other out, but the exit code is 1.

    GLOB is matched against the path within the folder or archive as in a .gitignore file: '*.pdf'
    at any depth, 'week-1/' a whole folder, '/notes.md' only at the top, '**' any folders.

    Of an address, the page and those whose addresses go on after it are added, by following links
    and its site map as its robots.txt allows.
    """
    from index.patterns import Patterns
    from ui.adding_named import Named, add_named, watch_named

    patterns = Patterns(tuple(include or ()), tuple(exclude or ()))
    named = Named(paths, patterns, prune, max_pages, allow_private)
    settings = settings_of(context)
    if watch:
        watch_named(named, settings)
    if add_named(named, settings):
        raise typer.Exit(USER_ERROR)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[
        str,
        typer.Argument(metavar="QUESTION", help='"-" reads one a line from stdin; JSON lines out.'),
    ],
    library: LibraryOption = None,
    as_json: JsonOption = False,
    limit: LimitOption = None,
    reader: ReaderOption = None,
    fusion: FusionOption = None,
    threshold: ThresholdOption = None,
    embedder: EmbedderOption = None,
    precision: PrecisionOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Answer a question in quotes from the library.

    The exit code is 3 where nothing answers it. With "-", blank lines are skipped, and a line that
    cannot be asked gives an object with an "error"; the exit code is then 1, else 0 where any
    question was answered, else 3.
    """
    from ui.asking import ask_lines, ask_once

    settings = settings_of(context)
    if question == STDIN:
        raise typer.Exit(ask_lines(settings))
    raise typer.Exit(ask_once(question, settings, as_json=as_json))


@app.command()
def verify(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(metavar="TEXT", help='A quote, or a text with quotes; "-" reads stdin.'),
    ],
    library: LibraryOption = None,
    as_json: JsonOption = False,
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="ID", help="What every quote is said to be from."),
    ] = None,
) -> None:
    """Check somebody else's quotes against the library.

    Each quotation is exact, typographic (exact but for typography), abridged (what was left out or
    put in is marked), altered, stitched together, misattributed or absent. The exit code is 3
    unless all are exact or typographic.
    """
    from ui.verifying import verify_text

    library_folder = settings_of(context).library
    raise typer.Exit(verify_text(text, library_folder, document=document, as_json=as_json))


@app.command("list")
def list_documents(
    context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """List the documents: id, characters, title, source."""
    from index.library import Library

    with Library.open(settings_of(context).library) as opened:
        documents = opened.documents()
    if as_json:
        _say_rows("documents", documents)
    else:
        for row in documents:
            say(f"{row.id}  {row.characters:>10,}  {row.title}  ({row.source})")


@app.command()
def remove(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.")],
    library: LibraryOption = None,
) -> None:
    """Remove a document from the library."""
    from index.library import Library

    with Library.open(settings_of(context).library) as opened:
        removed = opened.remove(document_id)
    say(f"removed {removed.id} {removed.source}")


@app.command()
def check(
    context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Look for damage in the library, and mend what can be.

    The exit code is 1 where there was any.
    """
    from index.library import Library

    with Library.open(settings_of(context).library) as opened:
        problems = opened.check()
    if as_json:
        _say_rows("problems", problems)
    else:
        told = [f"{row.part}: {row.message}{' (mended)' if row.mended else ''}" for row in problems]
        for line in told or ["no damage found"]:
            say(line)
    if problems:
        raise typer.Exit(USER_ERROR)


@app.command()
def serve(
    context: typer.Context,
    library: LibraryOption = None,
    host: HostOption = None,
    port: PortOption = None,
    root_path: RootPathOption = None,
    mcp: McpOption = None,
    metrics_port: MetricsPortOption = None,
    limit: LimitOption = None,
    reader: ReaderOption = None,
    fusion: FusionOption = None,
    threshold: ThresholdOption = None,
    embedder: EmbedderOption = None,
    precision: PrecisionOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Serve the courses of pincite.toml, or one library: the chat and the reading pages.

    Only this machine reaches them unless --host says otherwise.
    """
    from ui.web.serving import serve_courses

    settings = settings_of(context)
    serve_courses(replace(settings, courses=()) if library else settings)


@app.command()
def demo(
    context: typer.Context,
    library: LibraryOption = DEMO_LIBRARY,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only index the course.")] = False,
    host: HostOption = None,
    port: PortOption = None,
    root_path: RootPathOption = None,
    embedder: EmbedderOption = None,
    precision: PrecisionOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Index the sample course and serve it."""
    from ui.sample import index_course, print_questions, questions

    settings = settings_of(context)
    index_course(settings)
    print_questions()
    if not no_serve:
        from ui.web.serving import serve_courses

        serve_courses(replace(settings, courses=(), questions=settings.questions or questions()))


app.command("eval")(evaluate)
app.command()(compare)
app.command("train-reader")(train_reader)
app.add_typer(cases, name="case")
app.add_typer(courses, name="course")
app.add_typer(feedback, name="feedback")


def _say_rows(name: str, rows: Sequence["DataclassInstance"]) -> None:
    from ui.contract import SCHEMA_VERSION

    say_json({"schema_version": SCHEMA_VERSION, name: [asdict(row) for row in rows]})
