"""Cases on the command line: what is asked is opened, cases are put to it, progress is shown."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from eval.answers_file import GivenAnswer, missing_ids
from eval.asking import LibraryExamination
from eval.cases import Mode, Suite
from eval.given import GivenExamination
from eval.journal import open_journal
from eval.outcomes import Outcome, Run
from eval.passages import index_passages, passages_path
from eval.reports.text import running_words
from eval.run import Examination, ordered_run, outcomes_of
from eval.texts import Texts
from index.events import Progress
from index.library import Library
from index.naming import some
from rag.ask import open_pipeline
from rag.settings import Settings
from ui.console import Bar, complain


@contextmanager
def library_examination(
    suite: Suite, settings: Settings, *, mode: Mode, own_passages: bool, cache: Path | None
) -> Iterator[Examination]:
    """The suite put to the library, or to the passages that it brings along if it does."""
    if own_passages and suite.passages:
        settings = replace(settings, library=passages_path(suite, settings, cache))
        _index(suite, settings)
    with Bar("Opening the library"):
        pipeline = open_pipeline(settings)
    with pipeline.library:
        yield LibraryExamination(suite, pipeline, mode=mode)


def given_examination(
    suite: Suite, answers: Mapping[str, GivenAnswer], path: Path, *, library: Path | None
) -> Examination:
    """The suite with the answers of a file; quotes are looked for in the library, if there is one.

    Without one they are looked for in the passages that the suite brings along.
    """
    if missing := missing_ids(suite, answers):
        complain(
            f"{path} lacks {len(missing)} of the {len(suite.cases)} cases, which count 0: "
            f"{some(missing)}"
        )
    if library is None:
        texts = Texts.of_passages(suite.passages)
    else:
        with Library.open(library) as opened:
            texts = Texts.of_library(opened)
    name = f"{path.name} {sha256(path.read_bytes()).hexdigest()[:12]}"
    return GivenExamination(suite, answers, texts, name=name)


def examined(examination: Examination, *, jobs: int, run_path: Path | None, resume: bool) -> Run:
    """The run; its outcomes are kept on disk as they come where a file is to hold them."""
    done: dict[str, Outcome] = {}
    conditions: Mapping[str, str] = {"jobs": str(jobs)}
    if run_path is None:
        _ask(examination, done, lambda outcome: None, jobs)
    else:
        signature = examination.signature
        with open_journal(
            run_path, signature=signature, conditions=conditions, resume=resume
        ) as journal:
            done |= journal.done
            conditions = journal.conditions
            _ask(examination, done, journal.add, jobs)
    return replace(ordered_run(examination, done.values()), conditions=conditions)


def _index(suite: Suite, settings: Settings) -> None:
    with Bar("Indexing the suite's passages") as bar:
        for event in index_passages(suite, settings.library, settings):
            if isinstance(event, Progress):
                bar.move(event.files_done, event.files, "Indexing the suite's passages")


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
