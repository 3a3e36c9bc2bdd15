"""The built wheel by itself: what `pip install pincite` gives, run from an unfriendly folder."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

SNIPPET = """
from pathlib import Path
from rag.courses import Course
from ui.snippets import snippet
from ui.web.embedding import embed_script
assert "Ask the texts" in embed_script()
print(snippet("canvas", Course("tides", Path("tides")), address="https://ask.test"))
"""

pytestmark = pytest.mark.slow


def run(*command, cwd, check=True):
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": ""}
    done = subprocess.run(
        command, cwd=cwd, env=environment, check=False, capture_output=True, text=True, timeout=300
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def pincite(tmp_path_factory):
    """The command of a new environment that has the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--disable-pip-version-check", "-q")
    run(sys.executable, "-m", "pip", "wheel", *options, "-w", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("pincite-*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    (site,) = (environment / "lib").glob("python*/site-packages")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index")
    run(*pip, "-q", wheel, cwd=folder)
    # The dependencies come from this environment; its editable install of Pincite does not,
    # because a path in a .pth file is not searched for .pth files.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return environment / "bin" / "pincite"


def test_the_wheel_indexes_and_answers_among_folders_of_the_same_names(pincite, tmp_path):
    for name in ("eval", "index", "rag", "ui"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('the wrong one')")
    demo = run(pincite, "demo", "--no-serve", cwd=tmp_path)
    assert demo.stdout.count("added ") >= 8
    asked = ("ask", "--library", "demo-library", "In which year did Huygens make his first clock?")
    answer = run(pincite, *asked, cwd=tmp_path)
    assert "1656" in answer.stdout
    (tmp_path / "page.html").write_text("<h1>Bees</h1><p>Bees hum in the lime tree.</p>")
    added = run(
        pincite, "add", "page.html", "--library", "pages", "--embedder", "hashing", cwd=tmp_path
    )
    assert "1 added" in added.stdout
    suite = ROOT / "eval" / "suites" / "keeping_time" / "suite.jsonl"
    examined = ("--library", "demo-library", "--tag", "place", "--report", "report.html")
    assert "     5 cases" in run(pincite, "eval", suite, *examined, cwd=tmp_path).stdout
    assert "<html" in (tmp_path / "report.html").read_text("utf-8")
    tests = (f"--pincite-suite={suite}", "--pincite-library=demo-library", "-k", "kt-004", "-v")
    python = pincite.parent / "python"
    assert "<iframe" in run(python, "-c", SNIPPET, cwd=tmp_path.parent).stdout
    assert "1 passed, 117 deselected" in run(python, "-m", "pytest", *tests, cwd=tmp_path).stdout


def test_the_tests_are_not_in_the_wheel(pincite):
    (site,) = (pincite.parent.parent / "lib").glob("python*/site-packages")
    assert {"eval", "index", "rag", "ui"} <= {path.name for path in site.iterdir()}
    assert not (site / "tests").exists()
