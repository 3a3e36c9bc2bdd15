import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["index", "rag", "eval", "ui"]  # each may import from those before it
MODULES = sorted(path for package in ORDER for path in (ROOT / package).rglob("*.py"))


def imported_packages(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    own = ORDER.index(path.relative_to(ROOT).parts[0])
    wrong = set(imported_packages(path)) & {*ORDER[own + 1 :], "tests"}
    assert wrong == set()


def test_records_and_errors_import_nothing_of_ours():
    for name in ("records.py", "errors.py"):
        assert set(imported_packages(ROOT / "index" / name)).isdisjoint(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_variable_hides_a_package(path):
    names = {
        node.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert names.isdisjoint({"index", "eval"})
