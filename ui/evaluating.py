"""A suite on the command line: index its passages, ask, print figures, write files, gate."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from eval.answers_file import GivenAnswer, load_answers, missing_ids
from eval.asking import LibraryExamination
from eval.cases import Mode, Suite
from eval.figures import figures
from eval.formats import load_suite
from eval.gates import Limit, Verdict, ceilings, drops, floors
from eval.given import GivenExamination
from eval.outcomes import Outcome, Run
from eval.passages import index_passages, passages_path
from eval.reports.html import run_page
from eval.reports.junit import junit_xml
from eval.reports.markdown import markdown_summary
from eval.reports.predictions import predictions_json
from eval.reports.text import run_text, running_words
from eval.results import Figure
from eval.run import Examination, ordered_run, outcomes_of
from eval.run_file import Journal, read_run, write_run
from eval.texts import Texts
from index.errors import PinciteError
from index.events import Progress
from index.library import Library
from rag.ask import open_pipeline
from rag.settings import Settings
from ui.console import Bar, complain, say
from ui.exit_codes import BUG, DONE, GATE_BROKEN, USER_ERROR
from ui.logs import log_to

MOST_NAMED = 5  # cases in one message

Answers = Mapping[str, GivenAnswer]  # by case id

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
    def files(self) -> tuple[Path, ...]:
        """Every file that will be written."""
        named = (self.as_json, self.predictions, self.report, self.junit, self.markdown)
        return tuple(file for file in named if file)


def evaluate_suite(path: Path, settings: Settings, wanted: Wanted) -> int:
    """Evaluate the suite at `path`, print the figures, write the files; the exit code."""
    for file in wanted.files:
        check_writable(file)
    baseline = read_run(wanted.baseline) if wanted.baseline else None
    whole = load_suite(path)
    answers = load_answers(wanted.answers, whole) if wanted.answers else None
    suite = _chosen(whole, wanted)
    log_to(settings.log)
    with _examination(suite, answers, settings, wanted) as examination:
        run = _run(examination, wanted)
    found = figures(run.outcomes, seed=wanted.seed)
    verdicts = _verdicts(run, found, baseline, wanted)
    _write_files(run, found, verdicts, wanted)  # first: whoever reads stdout may go away
    for line in run_text(run, found).split("\n"):
        say(line)
    return _exit_code(run, found, verdicts, settings.log)


def check_writable(file: Path) -> None:
    """Raises `PinciteError` where the file cannot be made."""
    if file.is_dir() or not file.parent.is_dir():
        raise PinciteError(f"{file} cannot be written; name a file in a folder that exists")


def _chosen(suite: Suite, wanted: Wanted) -> Suite:
    suite = suite.narrowed(wanted.tags) if wanted.tags else suite
    return suite if wanted.sample is None else suite.sampled(wanted.sample, seed=wanted.seed)


@contextmanager
def _examination(
    suite: Suite, answers: Answers | None, settings: Settings, wanted: Wanted
) -> Iterator[Examination]:
    own = wanted.own_passages and bool(suite.passages)
    if answers is not None and wanted.answers is not None:
        texts = _texts(suite, None if own else settings.library)
        _report_missing(suite, answers, wanted.answers)
        yield GivenExamination(suite, answers, texts, name=wanted.answers.name)
        return
    if own:
        settings = replace(settings, library=passages_path(suite, settings, wanted.cache))
        _index(suite, settings)
    with Bar("Opening the library"):
        pipeline = open_pipeline(settings)
    with pipeline.library:
        yield LibraryExamination(suite, pipeline, mode=wanted.mode)


def _texts(suite: Suite, library: Path | None) -> Texts:
    """The texts of the library; those that the suite brings along where none is named."""
    if library is None:
        return Texts.of_passages(suite.passages)
    with Library.open(library) as opened:
        return Texts.of_library(opened)


def _report_missing(suite: Suite, answers: Answers, path: Path) -> None:
    if missing := missing_ids(suite, answers):
        complain(
            f"{path} lacks {len(missing)} of the {len(suite.cases)} cases, which count 0: "
            f"{_some(missing)}"
        )


def _index(suite: Suite, settings: Settings) -> None:
    with Bar("Indexing the suite's passages") as bar:
        for event in index_passages(suite, settings.library, settings):
            if isinstance(event, Progress):
                bar.move(event.files_done, event.files, "Indexing the suite's passages")


def _run(examination: Examination, wanted: Wanted) -> Run:
    """The run, its outcomes kept on disk as they come where a file is to hold them."""
    done: dict[str, Outcome] = {}
    if wanted.as_json is None:
        _ask(examination, done, lambda outcome: None, wanted.jobs)
    else:
        open_journal = Journal.resume if wanted.resume else Journal.begin
        with open_journal(wanted.as_json, signature=examination.signature) as journal:
            done |= journal.done
            _ask(examination, done, journal.add, wanted.jobs)
    run = ordered_run(examination, done.values())
    return replace(run, conditions={"jobs": str(wanted.jobs)})


def _ask(
    examination: Examination,
    done: dict[str, Outcome],
    keep: Callable[[Outcome], None],
    jobs: int,
) -> None:
    """Ask every case that is not done yet; each is kept before it counts as done."""
    total, running = len(examination.suite.cases), _RunningFigures()
    for outcome in done.values():
        running.add(outcome)
    with Bar("Asking") as bar, closing(outcomes_of(examination, jobs=jobs, done=done)) as outcomes:
        try:
            for outcome in outcomes:
                keep(outcome)
                done[outcome.case.id] = outcome
                running.add(outcome)
                bar.move(len(done), total, f"{len(done):,} asked: {running.words}")
        except KeyboardInterrupt:
            told = f"stopped after {len(done):,} of {total:,} cases"
            bar.complain(f"{told}; they are kept where --json names a file: go on with --resume")
            raise


class _RunningFigures:
    """Means so far, for the progress bar."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def add(self, outcome: Outcome) -> None:
        """Count the outcome."""
        self._sums.update(outcome.values)
        self._counts.update(outcome.values.keys())

    @property
    def words(self) -> str:
        """The means in words."""
        return running_words({name: self._sums[name] / self._counts[name] for name in self._sums})


def _verdicts(
    run: Run, found: Mapping[str, Figure], baseline: Run | None, wanted: Wanted
) -> list[Verdict]:
    verdicts = [*floors(wanted.fail_under, found), *ceilings(wanted.fail_over, found)]
    if baseline and wanted.baseline:
        name, significant = wanted.baseline.name, wanted.significant
        verdicts += drops(wanted.max_drop, baseline, run, name=name, significant=significant)
    return verdicts


def _write_files(
    run: Run, found: Mapping[str, Figure], verdicts: list[Verdict], wanted: Wanted
) -> None:
    if wanted.as_json:
        write_run(wanted.as_json, run, found)
        Journal.drop(wanted.as_json)
    texts: dict[Path | None, Callable[[], str]] = {
        wanted.predictions: lambda: json.dumps(predictions_json(run)),
        wanted.report: lambda: run_page(run, found, title=run.signature["suite"]),
        wanted.junit: lambda: junit_xml(run, verdicts),
        wanted.markdown: lambda: markdown_summary(run, found, verdicts),
    }
    for file, text in texts.items():
        if file:
            file.write_text(text(), encoding="utf-8", errors="backslashreplace")


def _exit_code(run: Run, found: Mapping[str, Figure], verdicts: list[Verdict], log: Path) -> int:
    failed = [outcome for outcome in run.outcomes if outcome.error is not None]
    if failed:
        first = failed[0]
        complain(
            f"{len(failed)} cases failed and count 0; the first is {first.case.id}: {first.error}; "
            f"their tracebacks are in {log}"
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
    named = _some(tuple(dict.fromkeys(case_id for case_id, _ in invented)))
    complain(
        f"this is a bug in Pincite: {len(invented)} quotes do not stand in the texts (cases "
        f"{named}); they are in {log}"
    )


def _some(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - MOST_NAMED:,} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more
