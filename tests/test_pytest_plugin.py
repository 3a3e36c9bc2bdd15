"""The pytest plugin, run as a course team runs it: among packages that are named like ours."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from eval.cases import Case
from eval.outcomes import KeptQuote, Outcome
from eval.reports.misses import failure_words
from eval.worker import Worker
from index.errors import QuestionError
from index.library import Library
from tests.examinations import TEXTS
from tests.libraries import add

ROOT = Path(__file__).parent.parent
CHILD = ROOT / "index" / "child.py"
GAUGE = "When was the first gauge of Amsterdam read?"
CASES = [
    {"id": "gauge", "question": GAUGE, "answers": ["1682"], "tags": ["date", "skip"]},
    {"id": "miss", "question": GAUGE, "answers": ["sluice"], "document": "tides.md", "tags": []},
    {"id": "long", "question": "when " * 500, "answers": ["1682"], "tags": ["date"]},
    {
        "id": "silent",
        "question": "Quantum chromodynamics lattice fermions?",
        "answers": [],
        "tags": ["skip"],
    },
    {"id": "talkative", "question": GAUGE, "answers": []},
    {"id": "odd::id [1]/ü", "question": "Bees hum in the lime tree?", "answers": ["hum"]},
]
SQUAD = {
    "data": [
        {
            "title": "Tides",
            "paragraphs": [
                {
                    "context": "The first gauge was read in 1682. It stood at a sluice.",
                    "qas": [
                        {
                            "id": "own",
                            "question": "When was the first gauge read?",
                            "answers": [{"text": "1682", "answer_start": 28}],
                        }
                    ],
                }
            ],
        }
    ]
}
THEIRS = {
    "eval/__init__.py": "OWNER = 'course'\n",
    "index/__init__.py": "raise RuntimeError('the wrong one')\n",
    "rag/__init__.py": "raise RuntimeError('the wrong one')\n",
    "ui/__init__.py": "raise RuntimeError('the wrong one')\n",
    "numpy/__init__.py": "raise RuntimeError('the wrong one')\n",
    "sitecustomize.py": "import eval; print('started', end='')\n",
    "conftest.py": "import eval\nassert eval.OWNER == 'course'\n",
    "tests/test_theirs.py": (
        "import eval\n\ndef test_theirs():\n    assert eval.OWNER == 'course'\n"
    ),
    "broken.jsonl": '{"id": 1}\nnot json\n',
    "repeated.jsonl": '{"id": "a", "question": "q", "answers": []}\n' * 2,
    "lost.jsonl": '{"id": "a", "question": "q", "answers": ["x"], "document": "moon.md"}\n',
    "tides.json": json.dumps(SQUAD),
    "suite.jsonl": "".join(json.dumps(case) + "\n" for case in CASES),
    # a package of theirs that must not be imported for the suite inside it
    "ui/small.jsonl": json.dumps(CASES[0]) + "\n",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A repository with texts, their library, suites, and packages named like ours."""
    folder = tmp_path_factory.mktemp("course")
    for name, text in {**THEIRS, **{f"texts/{name}": TEXTS[name] for name in TEXTS}}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with Library.create(folder / "library") as library:
        add(library, folder / "texts")
    return folder


def run(folder, *arguments, command=("-m", "pytest"), path=(), **environment):
    """A run of pytest: its exit code, what it printed, and each test's outcome by its node id."""
    options = ("-p", "pincite_pytest", "-p", "no:cacheprovider", "-v", "-W", "error")
    done = subprocess.run(
        [sys.executable, *command, *options, "--strict-markers", *arguments],
        cwd=folder,
        env={
            **{name: os.environ[name] for name in os.environ if not name.startswith("PINCITE_")},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # so that the entry point is not loaded as well
            "PYTEST_ADDOPTS": "",
            "PYTHONPATH": os.pathsep.join([*path, str(ROOT)]),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "COLUMNS": "100",
            **environment,
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = done.stdout + done.stderr
    tests = dict(re.findall(r"^(.+::.+) (PASSED|FAILED|ERROR|SKIPPED)\s+\[", told, re.MULTILINE))
    return SimpleNamespace(code=done.returncode, told=told, tests=tests)


def failure(done, headline):
    """What a failed test printed under its headline, up to the next line of signs."""
    _, _, rest = done.told.partition(f" {headline} ")
    return re.split(r"^[_=]{2}", rest.partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[0].strip()


@pytest.fixture(scope="module")
def whole(course):
    """The suite and the course's own tests in one run."""
    return run(course, "--pincite-suite", "suite.jsonl", "--junitxml", "junit.xml")


@pytest.mark.slow
def test_each_case_is_a_test_beside_the_others(whole):
    assert whole.tests == {
        "tests/test_theirs.py::test_theirs": "PASSED",
        "suite.jsonl::gauge": "PASSED",
        "suite.jsonl::miss": "FAILED",
        "suite.jsonl::long": "FAILED",
        "suite.jsonl::silent": "PASSED",
        "suite.jsonl::talkative": "FAILED",
        "suite.jsonl::odd::id [1]/ü": "PASSED",
    }
    assert whole.code == 1
    assert "3 failed, 4 passed" in whole.told


@pytest.mark.slow
def test_a_miss_says_what_was_asked_expected_and_given(whole):
    assert failure(whole, f"miss: {GAUGE}").splitlines() == [
        "reader missed the answer in it",
        f"question: {GAUGE}",
        "expected: sluice",
        "given:    1682",
        "quote:    'The first gauge of Amsterdam was read in 1682.' "
        "(tides.md, Tides > Gauges, paragraph 3, line 11)",
        "right place: tides.md",
        "rank of the right passage: 1 (by meaning 1, by words 1)",
    ]
    assert "FAILED suite.jsonl::miss - Failed: reader missed the answer in it" in whole.told


@pytest.mark.slow
def test_a_case_that_failed_says_what_the_user_can_mend(whole):
    headline = f"long: {'when ' * 11}when…"
    first, *_ = failure(whole, headline).splitlines()
    assert first == (
        "failed: the question has 2,499 characters, and 2,000 is the most; ask it in fewer words"
    )
    assert "Traceback" not in whole.told


@pytest.mark.slow
def test_an_answer_to_what_has_none_is_a_miss(whole):
    label, _, expected, *_ = failure(whole, f"talkative: {GAUGE}").splitlines()
    assert (label, expected) == ("answered what has no answer", "expected: (no answer)")


@pytest.mark.slow
def test_the_label_is_a_property_in_junit_xml(whole, course):
    labels = {
        case.get("name"): value.get("value")
        for case in ElementTree.parse(course / "junit.xml").iter("testcase")
        for value in case.iter("property")
        if value.get("name") == "pincite_label"
    }
    assert labels["gauge"] == "right"
    assert labels["silent"] == "rightly_silent"
    assert labels["long"] == "failed"


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"command": ("-P", "-m", "pytest", "-o", "pythonpath=.")},
        {"command": ("-m", "pytest"), "path": ["."], "PYTHONWARNINGS": "error"},
    ],
    ids=["pythonpath in the configuration", "PYTHONPATH"],
)
def test_packages_of_the_same_names_never_meet(course, options):
    done = run(course, "--pincite-suite", "suite.jsonl", "-k", "gauge or theirs", **options)
    assert (done.code, done.tests) == (
        0,
        {"tests/test_theirs.py::test_theirs": "PASSED", "suite.jsonl::gauge": "PASSED"},
    )


def test_the_child_takes_its_own_packages_even_where_others_were_imported(course):
    """And what anybody prints reaches nobody who reads the replies."""
    code = (
        "import atexit, runpy, sys, types; print('noise', end='', flush=True); "
        "sys.modules['eval'] = sys.modules['eval.worker'] = types.ModuleType('eval'); "
        f"sys.argv = [{str(CHILD)!r}, 'eval.worker']; atexit.register(print, 'late'); "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    request = {"suites": ["ui/small.jsonl"], "library": "library", "mode": "open", "reader": None}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=course,
        env={**os.environ, "PYTHONPATH": ""},
        input=json.dumps(request) + "\n",
        check=True,
        capture_output=True,
        text=True,
    )
    noise, reply = done.stdout.splitlines()
    assert noise == "noise"
    assert json.loads(reply) == {
        "suites": [[{"id": "gauge", "question": GAUGE, "tags": ["date", "skip"]}]],
        "faults": [],
    }
    assert done.stderr == "late\n"


@pytest.mark.slow
def test_cases_are_chosen_by_keyword_and_by_tag(course):
    chosen = ("-k", "date", "-m", "pincite(tag='skip')")  # gauge and long; gauge and silent
    done = run(course, "--pincite-suite", "suite.jsonl", *chosen)
    assert (done.code, done.tests) == (0, {"suite.jsonl::gauge": "PASSED"})


@pytest.mark.slow
def test_a_case_is_chosen_by_its_node_id(course):
    done = run(course, "--pincite-suite", "suite.jsonl", "suite.jsonl::silent")
    assert (done.code, done.tests) == (0, {"suite.jsonl::silent": "PASSED"})


@pytest.mark.slow
def test_a_suite_is_asked_about_its_own_passages_and_only_when_a_test_runs(course):
    options = ("--pincite-suite", "tides.json", "tests")
    collected = run(course, *options, "--collect-only", PINCITE_EMBEDDER="hashing")
    assert (collected.code, "<PinciteCase own>" in collected.told) == (0, True)
    assert not (course / "cache").exists()
    done = run(course, *options, "--pincite-mode", "reading", PINCITE_EMBEDDER="hashing")
    assert done.tests["tides.json::own"] == "PASSED"
    assert (course / "cache" / "pincite" / "suites").is_dir()


def test_a_bug_is_shown_with_its_traceback(course, monkeypatch):
    def fall_over(*_):
        raise RuntimeError("the disk fell over")

    monkeypatch.setattr("eval.worker.index_passages", fall_over)
    worker = Worker(library=None, mode="open", reader=None)
    worker.add(course / "tides.json")
    reply = worker.reply(suite=0, case="own")
    first, *_, last = reply["failure"].splitlines()
    assert first == "Traceback (most recent call last):"
    assert (last, reply["outcome"]) == ("RuntimeError: the disk fell over", None)


def test_everything_wrong_is_told_at_once_and_nothing_runs(course):
    suites = ("broken.jsonl", "repeated.jsonl", "lost.jsonl", "suite.jsonl", "nowhere.jsonl")
    done = run(course, *(part for suite in suites for part in ("--pincite-suite", suite)))
    assert (done.code, done.tests) == (4, {})
    assert done.told.count("ERROR:") == 1
    told = done.told.partition("ERROR: Pincite cannot begin:\n")[2].splitlines()
    assert [line.partition(":")[0] for line in told if line] == [
        "broken.jsonl",
        "broken.jsonl",
        "repeated.jsonl",
        "lost.jsonl asks about 1 of 1 documents that the library lacks",
        "nowhere.jsonl cannot be read as a suite",
    ]
    assert "Traceback" not in done.told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pincite-library", "nowhere"), "nowhere"),
        (("--pincite-reader", "nobody"), "reader is 'nobody'; it must be one of"),
    ],
)
def test_a_library_or_a_reader_that_is_not_there_is_a_usage_error(course, options, message):
    two = ("--pincite-suite", "suite.jsonl", "--pincite-suite", "ui/small.jsonl")
    done = run(course, *two, *options)
    told = done.told.partition("ERROR: Pincite cannot begin:\n")[2].strip()
    assert (done.code, len(told.splitlines())) == (4, 1)
    assert message in told


CONFIGURED = ("-o", "pincite_suite=ui/small.jsonl", "-o", "pincite_library=library")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(
            (),
            ["tests/test_theirs.py::test_theirs", "ui/small.jsonl::gauge"],
            marks=pytest.mark.slow,
        ),
        pytest.param(("ui",), ["ui/small.jsonl::gauge"], marks=pytest.mark.slow),
        pytest.param(("ui/small.jsonl::gauge",), ["ui/small.jsonl::gauge"], marks=pytest.mark.slow),
        (("tests",), ["tests/test_theirs.py::test_theirs"]),
        pytest.param(
            ("tests", "--pincite-suite", "suite.jsonl", "-k", "theirs or silent or gauge"),
            ["tests/test_theirs.py::test_theirs", "suite.jsonl::gauge", "suite.jsonl::silent"],
            marks=pytest.mark.slow,
        ),
    ],
    ids=["plain", "a folder", "a case", "elsewhere", "the command line wins"],
)
def test_suites_of_the_configuration_run_where_they_are_asked_for(course, arguments, expected):
    (course / "pytest.ini").write_text("[pytest]\n")  # the root folder
    done = run(course, *CONFIGURED, *arguments, PINCITE_LIBRARY="" if arguments else "nowhere")
    (course / "pytest.ini").unlink()
    assert (done.code, done.tests) == (0, dict.fromkeys(expected, "PASSED"))


def test_without_a_suite_nothing_happens(tmp_path):
    (tmp_path / "test_inert.py").write_text(
        "import sys\n\ndef test_inert(pytestconfig):\n"
        "    assert not pytestconfig.pluginmanager.has_plugin('pincite-suites')\n"
        "    assert not {'eval', 'index', 'rag', 'ui'} & set(sys.modules)\n"
    )
    done = run(tmp_path)
    assert (done.code, done.tests) == (0, {"test_inert.py::test_inert": "PASSED"})


PROCESS = "config.pluginmanager.get_plugin('pincite-suites').pincite._process._process"


def test_a_process_that_died_fails_the_tests_that_it_was_to_run(course, tmp_path):
    (tmp_path / "test_kill.py").write_text(
        f"def test_kill(pytestconfig):\n    pytest{PROCESS}.kill()\n"
    )
    done = run(
        tmp_path,
        *("--pincite-suite", str(course / "ui" / "small.jsonl")),
        *("--pincite-library", str(course / "library")),
    )
    assert sorted(done.tests.values()) == ["FAILED", "PASSED"]
    assert "Pincite's own process ended with exit code -9; it said:" in done.told


@pytest.mark.slow
def test_the_process_ends_with_a_run_that_is_stopped(course, tmp_path):
    (tmp_path / "small.jsonl").write_text(THEIRS["ui/small.jsonl"])
    (tmp_path / "conftest.py").write_text(
        "from pathlib import Path\n\ndef pytest_runtest_teardown(item):\n"
        f"    process = item.{PROCESS}\n"
        "    Path('pid').write_text(f'{process.pid} {process.poll()}')\n"
        "    raise KeyboardInterrupt\n"
    )
    options = ("--pincite-suite", "small.jsonl", "--pincite-library", str(course / "library"))
    done = run(tmp_path, *options)
    pid, code = (tmp_path / "pid").read_text().split()
    assert (done.code, code) == (2, "None")  # it was running
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_it_is_installed_with_pincite():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["setuptools"]["py-modules"] == ["pincite_pytest"]
    assert "pincite_pytest" in settings["project"]["entry-points"]["pytest11"].values()


CASE = Case("a", "Boom?", ("1682",))


def test_the_words_of_a_failure_name_a_bug_with_its_traceback():
    try:
        raise RuntimeError("the reader fell over")
    except RuntimeError as caught:
        error = caught
    outcome = Outcome(CASE, None, "failed", error="RuntimeError: the reader fell over")
    words = failure_words(outcome, error)
    assert words.startswith("failed: RuntimeError: the reader fell over\nquestion: Boom?\n")
    assert words.endswith(
        'raise RuntimeError("the reader fell over")\nRuntimeError: the reader fell over'
    )
    mendable = failure_words(outcome, QuestionError("ask it in a few words"))
    assert mendable.splitlines()[0] == "failed: ask it in a few words"
    assert "Traceback" not in mendable


def test_a_quote_that_stands_nowhere_fails_a_right_case():
    quotes = (KeptQuote("read in 1682", verbatim=True), KeptQuote("invented", verbatim=False))
    right = Outcome(CASE, "answered", "right", quotes=quotes[:1])
    assert failure_words(right) is None
    invented = Outcome(CASE, "answered", "right", quotes=quotes)
    first, *_ = failure_words(invented).splitlines()
    assert first == "this is a bug in Pincite: a quote stands nowhere"
