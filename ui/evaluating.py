"""A suite on the command line: evaluate it, print the figures, write the files, gate."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.answers_file import load_answers
from eval.cases import Mode, Suite
from eval.figures import figures
from eval.formats import load_suite
from eval.gates import Limit, Verdict, ceilings, drops, floors
from eval.journal import drop_journal
from eval.outcomes import Run
from eval.reports.html import run_page
from eval.reports.junit import junit_xml
from eval.reports.markdown import markdown_summary
from eval.reports.predictions import predictions_json
from eval.reports.text import run_text
from eval.results import Figure
from eval.run import Examination
from eval.run_file import differing_entries, read_run, write_run
from index.naming import some
from index.writing import write_whole
from rag.settings import Settings
from ui.console import complain, say
from ui.examining import examined, given_examination, library_examination
from ui.exit_codes import BUG, DONE, GATE_BROKEN, USER_ERROR
from ui.files import check_outputs
from ui.logs import log_to

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an evaluation is to do, beside the settings of what is asked."""

    mode: Mode = "open"
    answers: Path | None = None  # score these instead of asking
    tags: tuple[str, ...] = ()  # only cases with one of them; empty: all
    sample: int | None = None  # only as many cases, drawn by the seed
    seed: int = 0
    own_passages: bool = True  # ask about the passages that the suite brings along, if it does
    cache: Path | None = None  # the folder that they are indexed in
    jobs: int = 1  # cases asked at once
    resume: bool = False
    as_json: Path | None = None  # files to write
    predictions: Path | None = None
    report: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None
    fail_under: tuple[Limit, ...] = ()
    fail_over: tuple[Limit, ...] = ()
    baseline: Path | None = None
    max_drop: tuple[Limit, ...] = ()
    significant: bool = False

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Every file that will be written."""
        named = (self.as_json, self.predictions, self.report, self.junit, self.markdown)
        return tuple(file for file in named if file)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that is read, the suite aside."""
        return tuple(file for file in (self.answers, self.baseline) if file)


def evaluate_suite(path: Path, settings: Settings, wanted: Wanted) -> int:
    """Evaluate the suite at `path`, print the figures, write the files; the exit code."""
    check_outputs(wanted.outputs, inputs=[path, *wanted.inputs])
    baseline = read_run(wanted.baseline) if wanted.baseline else None
    log_to(settings.log)
    with _examination(load_suite(path), settings, wanted) as examination:
        run = examined(examination, jobs=wanted.jobs, run_path=wanted.as_json, resume=wanted.resume)
    found = figures(run.outcomes, seed=wanted.seed)
    verdicts = _verdicts(run, found, baseline, wanted)
    _write_files(run, found, verdicts, wanted)  # first: whoever reads stdout may go away
    for line in run_text(run, found).split("\n"):
        say(line)
    return _exit_code(run, found, verdicts, settings.log)


@contextmanager
def _examination(whole: Suite, settings: Settings, wanted: Wanted) -> Iterator[Examination]:
    """What the suite is put to; an answers file is of all of it, also where few are scored."""
    suite = whole.narrowed(wanted.tags) if wanted.tags else whole
    if wanted.sample is not None:
        suite = suite.sampled(wanted.sample, seed=wanted.seed)
    if wanted.answers:
        answers = load_answers(wanted.answers, whole)
        own = wanted.own_passages and bool(whole.passages)
        library = None if own else settings.library
        yield given_examination(suite, answers, wanted.answers, library=library)
        return
    with library_examination(
        suite,
        settings,
        mode=wanted.mode,
        own_passages=wanted.own_passages,
        cache=wanted.cache,
    ) as examination:
        yield examination


def _verdicts(
    run: Run, found: Mapping[str, Figure], baseline: Run | None, wanted: Wanted
) -> list[Verdict]:
    verdicts = [*floors(wanted.fail_under, found), *ceilings(wanted.fail_over, found)]
    if baseline and wanted.baseline:
        name, significant = wanted.baseline.name, wanted.significant
        for entry, (old, new) in differing_entries(baseline.signature, run.signature):
            complain(f"note: {name} was made otherwise: {entry} was {old!r} and is {new!r}")
        verdicts += drops(wanted.max_drop, baseline, run, name=name, significant=significant)
    return verdicts


def _write_files(
    run: Run, found: Mapping[str, Figure], verdicts: list[Verdict], wanted: Wanted
) -> None:
    if wanted.as_json:
        write_run(wanted.as_json, run, found)
        drop_journal(wanted.as_json)
    texts: dict[Path | None, Callable[[], str]] = {
        wanted.predictions: lambda: json.dumps(predictions_json(run)),
        wanted.report: lambda: run_page(run, found, title=run.signature["suite"]),
        wanted.junit: lambda: junit_xml(run, verdicts),
        wanted.markdown: lambda: markdown_summary(run, found, verdicts),
    }
    for file, text in texts.items():
        if file:
            write_whole(file, text())


def _exit_code(run: Run, found: Mapping[str, Figure], verdicts: list[Verdict], log: Path) -> int:
    failed = [outcome for outcome in run.outcomes if outcome.error is not None]
    if failed:
        first = failed[0]
        where = "" if run.signature["mode"] == "answers" else f"; their tracebacks are in {log}"
        complain(
            f"{len(failed)} cases failed and count 0; the first is {first.case.id}: "
            f"{first.error}{where}"
        )
    for verdict in verdicts:
        if verdict.broken:
            complain(f"gate broken: {verdict.gate}: {verdict.words}")
    if run.signature["mode"] != "answers" and "verbatim" in found and found["verbatim"].value < 1:
        _report_invented(run, log)
        return BUG
    if any(verdict.broken for verdict in verdicts):
        return GATE_BROKEN
    return USER_ERROR if failed else DONE


def _report_invented(run: Run, log: Path) -> None:
    """Say that quotes were given that do not stand in the texts, which no input may bring about."""
    invented = [
        (outcome.case.id, quote)
        for outcome in run.outcomes
        for quote in outcome.quotes
        if not quote.verbatim
    ]
    for case_id, quote in invented:
        _log.error("case %s: a quote does not stand in its document: %r", case_id, quote)
    named = some(tuple(dict.fromkeys(case_id for case_id, _ in invented)))
    complain(
        f"this is a bug in Pincite: {len(invented)} quotes do not stand in the texts (cases "
        f"{named}); they are in {log}"
    )
