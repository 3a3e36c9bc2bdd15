"""A pytest plugin: each case of a Pincite suite is a test.

    pytest --pincite-suite FILE --pincite-library DIR

It imports nothing of Pincite's: the repository under test may have packages named `eval`, `index`,
`rag` or `ui` itself. Pincite runs in a process of its own (`eval/worker.py`), which is started when
tests are collected and asked a case at a time; without a suite, nothing happens at all.
"""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

CHILD = Path(__file__).absolute().parent / "index" / "child.py"
WORKER = "eval.worker"  # what it runs
MOST_SAID = 4_000  # characters of what a process said before it ended
HEADLINE = 60  # characters of a question in the headline of its failure
PATIENCE = 5.0  # seconds that an idle process has to end by itself

Json = dict[str, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the command line and of pytest's configuration."""
    group = parser.getgroup("pincite", "suites of questions (Pincite)")
    group.addoption(
        "--pincite-suite",
        action="append",
        default=[],
        metavar="FILE",
        help="Suite whose every case becomes a test; may be given more than once.",
    )
    group.addoption(
        "--pincite-library",
        metavar="DIR",
        help="Folder of the library that is asked; by default $PINCITE_LIBRARY, then ./library, "
        "and for a suite that brings its passages along, those.",
    )
    group.addoption(
        "--pincite-mode",
        choices=("open", "reading"),
        default="open",
        help="Ask the whole library, or give the reader the right passages.",
    )
    group.addoption(
        "--pincite-reader", metavar="NAME", help="What finds the answer in the passages."
    )
    parser.addini(
        "pincite_suite",
        "Suites, one a line, relative to the root folder, where --pincite-suite is not given.",
        type="linelist",
        default=[],
    )
    parser.addini(
        "pincite_library",
        "Folder of the library, relative to the root folder, where --pincite-library is not given.",
        type="string",
        default="",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare for the suites, if there are any."""
    config.addinivalue_line(
        "markers", "pincite(tag): a case of a Pincite suite; the mark comes once for each tag"
    )
    # where tests are spread over several processes, the options are what the others are sent
    config.option.pincite_suite = _suites(config)
    config.option.pincite_library = _library(config)
    if config.option.pincite_suite:
        examined = _ExaminedSuites(config)
        config.pluginmanager.register(examined, "pincite-suites")
        config.add_cleanup(examined.pincite.close)


def _suites(config: pytest.Config) -> list[str]:
    """The suites of the command line, else those of the configuration that are asked for."""
    given: list[str] = config.getoption("pincite_suite")
    configured = [str(config.rootpath / line) for line in config.getini("pincite_suite")]
    return given or [path for path in configured if _is_asked_for(Path(path), config)]


def _is_asked_for(suite: Path, config: pytest.Config) -> bool:
    """Whether the command line names no tests, or this suite or a folder around it among them."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return True
    folder = config.invocation_params.dir
    named = {_real(folder / argument.partition("::")[0]) for argument in config.args}
    return not named.isdisjoint({_real(suite), *_real(suite).parents})


def _library(config: pytest.Config) -> str | None:
    given: str | None = config.getoption("pincite_library")
    configured: str = config.getini("pincite_library")
    return given or (str(config.rootpath / configured) if configured else None)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


class _ExaminedSuites:
    """The hooks that make tests of suites."""

    def __init__(self, config: pytest.Config) -> None:
        folder, option = config.invocation_params.dir, config.option
        self.pincite = _Pincite(
            folder=folder,
            suites=option.pincite_suite,
            library=option.pincite_library,
            mode=option.pincite_mode,
            reader=option.pincite_reader,
        )
        paths = [Path(os.path.abspath(folder / suite)) for suite in option.pincite_suite]
        self._numbers = {_real(path): (number, path) for number, path in enumerate(paths)}
        self._files: dict[int, PinciteSuite] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Load the suites. Raises `pytest.UsageError` with all that is wrong with them."""
        _ = self.pincite.cases

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """The tests of a suite that the command line names as a place of tests."""
        session = parent.session
        found = self._numbers.get(_real(file_path)) if session.isinitpath(file_path) else None
        return self._file(found[0], file_path, session) if found else None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the suites that no argument names to what is collected first of all."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            added = [
                self._file(number, path, collector)
                for number, path in self._numbers.values()
                if number not in self._files
            ]
            report.result = [*(report.result or ()), *added]
        return report

    def _file(self, number: int, path: Path, session: pytest.Session) -> "PinciteSuite":
        """The one collector of a suite.

        The session is its parent: a package around it would be imported first.
        """
        if number not in self._files:
            self._files[number] = PinciteSuite.from_parent(
                session, path=path, number=number, pincite=self.pincite
            )
        return self._files[number]


class PinciteSuite(pytest.File):
    """A suite: a file, or the folder of one in BEIR's layout."""

    def __init__(self, *, number: int, pincite: "_Pincite", **named: Any) -> None:
        """Use `from_parent`; `number` is which of the suites it is."""
        super().__init__(**named)
        self._number, self._pincite = number, pincite

    def collect(self) -> Iterator["PinciteCase"]:
        """A test for each case."""
        for case in self._pincite.cases[self._number]:
            yield PinciteCase.from_parent(
                self, name=case["id"], case=case, number=self._number, pincite=self._pincite
            )


class PinciteCase(pytest.Item):
    """A case as a test."""

    def __init__(self, *, case: Json, number: int, pincite: "_Pincite", **named: Any) -> None:
        """Use `from_parent`; `case` has the id, the question and the tags."""
        super().__init__(**named)
        self._case, self._number, self._pincite = case, number, pincite
        self.extra_keyword_matches.update(case["tags"])
        for mark in [pytest.mark.pincite(tag=tag) for tag in case["tags"]] or [pytest.mark.pincite]:
            self.add_marker(mark)

    def runtest(self) -> None:
        """Ask, and fail where the answer is not as it should be."""
        reply = self._pincite.reply({"suite": self._number, "case": self._case["id"]})
        if reply["outcome"]:
            self.user_properties.append(("pincite_label", reply["outcome"]["label"]))
        if reply["failure"] is not None:
            pytest.fail(reply["failure"], pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The suite, and the case by its id and the first words of its question."""
        question = textwrap.shorten(self._case["question"], HEADLINE, placeholder="…")
        return self.path, None, f"{self._case['id']}: {question}"


class _Pincite:
    """Pincite in a process of its own, started when it is first asked for the cases."""

    def __init__(self, *, folder: Path, **wanted: object) -> None:
        """`folder` is where the process runs, `wanted` what it is told first."""
        self._folder, self._wanted = folder, wanted
        self._process: _Process | None = None

    @cached_property
    def cases(self) -> list[list[Json]]:
        """The cases of each suite. Raises `pytest.UsageError` naming every fault."""
        self._process = _Process(self._folder)
        try:
            found = self._process.reply(self._wanted)
        except ChildProcessError as error:
            raise pytest.UsageError(str(error)) from error
        if found["faults"]:
            raise pytest.UsageError("\n".join(["Pincite cannot begin:", *found["faults"]]))
        suites: list[list[Json]] = found["suites"]
        return suites

    def reply(self, request: Mapping[str, object]) -> Json:
        """What comes of asking a case; a process that ended is a failure like any other."""
        if self._process is None:
            raise RuntimeError("a case was asked before the suites were collected")
        try:
            return self._process.reply(request)
        except ChildProcessError as error:
            return {"outcome": None, "failure": str(error)}

    def close(self) -> None:
        """End the process, if it was started."""
        if self._process:
            self._process.close()


class _Process:
    """A running process that answers a line of JSON with another."""

    def __init__(self, folder: Path) -> None:
        """Start Python in `folder`, with nothing of the repository on its import path.

        Folders that packages were installed to are handed on, however they came onto ours.
        """
        installed = [path for path in sys.path if any(Path(path).glob("*.dist-info"))]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", CHILD, WORKER, *map(os.path.abspath, installed)],
            cwd=folder,
            env={name: os.environ[name] for name in os.environ if name != "PYTHONPATH"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        assert self._process.stdin is not None  # pipes were asked for
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._is_busy = False

    def reply(self, request: Mapping[str, object]) -> Json:
        """The next line that is JSON. Raises `ChildProcessError` where the process ended."""
        self._is_busy = True
        with suppress(OSError):  # it ended: reading says so
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
        for line in self._replies:
            if line.startswith(b"{"):  # what was printed while Python started does not
                self._is_busy = False
                reply: Json = json.loads(line)
                return reply
        raise ChildProcessError(self._last_words(self._process.wait()))

    def close(self) -> None:
        """End the process, at once where it is at work."""
        if self._is_busy:
            self._process.kill()
        with suppress(OSError):
            self._requests.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._replies.close()
        self._errors.close()

    def _last_words(self, code: int) -> str:
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace")[-MOST_SAID:].rstrip()
        return f"Pincite's own process ended with exit code {code}; it said:\n{said}"
