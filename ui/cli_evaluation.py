"""The commands that measure and train. Thin, as those of `ui.cli`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.options import (
    EmbedderOption,
    FusionOption,
    LibraryOption,
    LimitOption,
    ModeOption,
    PrecisionOption,
    ReaderOption,
    ThreadsOption,
    ThresholdOption,
    settings_of,
)

if TYPE_CHECKING:
    from eval.gates import Limit

cases = typer.Typer(help="Make cases of a suite from questions that were asked.")


def _limit(text: str) -> "Limit":
    from eval.gates import parsed_limit

    try:
        return parsed_limit(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _file_option(name: str, help: str) -> Any:
    return typer.Option(name, metavar="FILE", help=help, show_default=False)


def _limit_option(name: str, help: str) -> Any:
    return typer.Option(name, metavar="NAME=X", parser=_limit, help=help)


SeedOption = Annotated[
    int, typer.Option("--seed", min=0, metavar="S", help="Seed of whatever is drawn.")
]
JsonFileOption = Annotated[
    Path | None, _file_option("--json", "Write the figures and every case, or what changed.")
]
ReportOption = Annotated[
    Path | None, _file_option("--report", "Write a page to open in a browser, whole in one file.")
]


def evaluate(
    context: typer.Context,
    suite: Annotated[
        Path,
        typer.Argument(
            metavar="SUITE", help="SQuAD JSON, our JSON lines, CSV, or the folder of a BEIR set."
        ),
    ],
    library: LibraryOption = None,
    mode: ModeOption = "open",
    answers: Annotated[
        Path | None,
        _file_option(
            "--answers", "Score the answers in this file: SQuAD predictions, or JSON lines."
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Only the cases with this tag; repeatable."),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=1, metavar="N", help="Only so many cases, drawn by --seed."),
    ] = None,
    seed: SeedOption = 0,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=64, metavar="N", help="Cases asked at once.")
    ] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that --json was to be written of.")
    ] = False,
    as_json: JsonFileOption = None,
    predictions: Annotated[
        Path | None, _file_option("--predictions", "Write SQuAD's predictions format.")
    ] = None,
    report: ReportOption = None,
    junit: Annotated[Path | None, _file_option("--junit", "Write JUnit XML.")] = None,
    markdown: Annotated[
        Path | None, _file_option("--markdown", "Write a summary in Markdown.")
    ] = None,
    fail_under: Annotated[
        list[Any] | None,
        _limit_option("--fail-under", "Fail where the measure is less; repeatable."),
    ] = None,
    fail_over: Annotated[
        list[Any] | None,
        _limit_option("--fail-over", "Fail where the measure is more; repeatable."),
    ] = None,
    baseline: Annotated[
        Path | None, _file_option("--baseline", "The run that --max-drop compares with.")
    ] = None,
    max_drop: Annotated[
        list[Any] | None,
        _limit_option("--max-drop", "Fail where the measure is worse by more; repeatable."),
    ] = None,
    significant: Annotated[
        bool, typer.Option("--significant", help="A drop counts only where p < .05.")
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="Where the passages of a suite are indexed."),
    ] = None,
    limit: LimitOption = None,
    reader: ReaderOption = None,
    fusion: FusionOption = None,
    threshold: ThresholdOption = None,
    embedder: EmbedderOption = None,
    precision: PrecisionOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Ask the questions of a suite and measure the answers.

    A suite that brings its passages along is asked about those, indexed once, unless --library
    names another library. The exit code is 4 where a gate is broken (--fail-under, --fail-over,
    --max-drop), else 1 where a case failed.
    """
    from ui.evaluating import Wanted, evaluate_suite

    if resume and as_json is None:
        raise typer.BadParameter("--resume needs --json FILE, the file of the run to go on with")
    if answers is not None and mode != "open":
        raise typer.BadParameter("--answers scores a file, and --mode says what Pincite reads")
    if (baseline is None) != (not max_drop):
        raise typer.BadParameter("--baseline FILE and --max-drop NAME=X go together")
    wanted = Wanted(
        mode=mode,
        answers=answers,
        tags=tuple(tag or ()),
        sample=sample,
        seed=seed,
        own_passages=library is None,
        cache=cache,
        jobs=jobs,
        resume=resume,
        as_json=as_json,
        predictions=predictions,
        report=report,
        junit=junit,
        markdown=markdown,
        fail_under=tuple(fail_under or ()),
        fail_over=tuple(fail_over or ()),
        baseline=baseline,
        max_drop=tuple(max_drop or ()),
        significant=significant,
    )
    raise typer.Exit(evaluate_suite(suite, settings_of(context), wanted))


def train_reader(
    context: typer.Context,
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="The folder with the public data sets.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The reader's folder, for --reader.")
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What signatures call it.")
    ] = "pincite-span",
    seed: SeedOption = 1,
    embedder: EmbedderOption = None,
    precision: PrecisionOption = None,
    threads: ThreadsOption = None,
) -> None:
    """Train a span reader on public question-answering data.

    It takes about an hour on two cores; called again after an interruption, it goes on.
    """
    from ui.training import train_reader as train

    train(data, out, settings_of(context), name=name, seed=seed)


def compare(
    first: Annotated[Path, typer.Argument(metavar="RUN", help="A file that eval --json wrote.")],
    second: Annotated[Path, typer.Argument(metavar="RUN", help="Another, of the same suite.")],
    report: ReportOption = None,
    as_json: JsonFileOption = None,
    seed: SeedOption = 0,
) -> None:
    """Compare two runs case by case: the second less the first."""
    from ui.comparing import compare_runs

    compare_runs(first, second, seed=seed, report=report, as_json=as_json)


@cases.command("add")
def add_case(
    context: typer.Context,
    suite: Annotated[
        Path, typer.Argument(metavar="SUITE", help="JSON lines; made where it does not stand.")
    ],
    question: Annotated[str, typer.Option("--question", metavar="TEXT", help="What to ask.")],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="TEXT", help="As the texts have it; repeatable."),
    ] = None,
    no_answer: Annotated[
        bool, typer.Option("--no-answer", help="The texts do not answer the question.")
    ] = False,
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="SOURCE", help="Source of the one that answers."),
    ] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", metavar="TEXT", help="A quote with the answer.")
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="A tag for the case; repeatable."),
    ] = None,
    id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Of the case; the next free one.")
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Append a case to a suite, after checking that its answer stands in the library."""
    from eval.new_case import Asked
    from ui.adding_cases import add_case_to

    if no_answer == bool(answer):
        raise typer.BadParameter("give --answer TEXT, or --no-answer where the texts do not answer")
    asked = Asked(question, tuple(answer or ()), document, evidence, tuple(tag or ()), id)
    add_case_to(suite, asked, settings_of(context).library)
