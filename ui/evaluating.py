"""A suite on the command line: index its passages, ask, print the figures, write the files."""

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import typer

from eval.cases import Mode, Suite, load_suite
from eval.passages import index_passages, passages_path
from eval.report import figures, predictions_json, report_text, run_json
from eval.run import Outcome, Run, run_suite
from index.errors import PinciteError
from index.events import Progress
from rag.ask import Pipeline, open_pipeline
from rag.settings import Settings
from ui.console import Bar, complain, say
from ui.exit_codes import USER_ERROR
from ui.logs import log_to


def evaluate_suite(
    path: Path,
    settings: Settings,
    *,
    mode: Mode,
    tags: Collection[str],
    own_passages: bool,
    cache: Path | None,
    predictions: Path | None,
    as_json: Path | None,
) -> None:
    """Ask the questions of the suite at `path` and print the figures.

    Args:
        path: the suite's file.
        settings: of the library and what asks it.
        mode: "open" or "reading".
        tags: only cases with one of these; empty: all.
        own_passages: ask about the passages that the suite brings along, if it does.
        cache: the folder that they are indexed in.
        predictions: a file to write in SQuAD's predictions format.
        as_json: a file to write figures and outcomes to.
    """
    for file in filter(None, (predictions, as_json)):
        _check_writable(file)
    suite = load_suite(path)
    suite = suite.narrowed(tags) if tags else suite
    if own_passages and suite.passages:
        settings = replace(settings, library=passages_path(suite, settings, cache))
        _index(suite, settings)
    with Bar("Opening the library"):
        pipeline = open_pipeline(settings)
    log_to(settings.log)
    with pipeline.library:
        run = _run(suite, pipeline, mode)
    for line in report_text(run).split("\n"):
        say(line)
    if predictions:
        predictions.write_text(json.dumps(predictions_json(run)), encoding="utf-8")
    if as_json:
        as_json.write_text(json.dumps(run_json(run), indent=1), encoding="utf-8")
    _report_failures(run, settings.log)


def _check_writable(file: Path) -> None:
    if file.is_dir() or not file.parent.is_dir():
        raise PinciteError(f"{file} cannot be written; name a file in a folder that exists")


def _index(suite: Suite, settings: Settings) -> None:
    with Bar("Indexing the suite's passages") as bar:
        for event in index_passages(suite, settings.library, settings):
            if isinstance(event, Progress):
                bar.move(event.files_done, event.files, "Indexing the suite's passages")


def _run(suite: Suite, pipeline: Pipeline, mode: Mode) -> Run:
    outcomes: list[Outcome] = []
    with Bar("Asking") as bar:
        for outcome in run_suite(suite, pipeline, mode):
            outcomes.append(outcome)
            bar.move(len(outcomes), len(suite.cases), f"Asked {len(outcomes)}")
    return Run(suite, mode, tuple(outcomes))


def _report_failures(run: Run, log: Path) -> None:
    errors = [f"{outcome.case.id}: {outcome.error}" for outcome in run.outcomes if outcome.error]
    if errors:
        complain(
            f"{figures(run).failed} cases failed and count 0; the first is {errors[0]}; "
            f"their tracebacks are in {log}"
        )
        raise typer.Exit(USER_ERROR)
