"""README is true: its commands exist, and every command, option and setting is in it."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main

from eval.measures import MEASURES
from rag.courses import Course
from rag.settings import IN_FILE_ONLY, PREFIX, Settings
from ui.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands_of(group, prefix=""):
    """Every command by its whole name, those of groups within too."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(commands_of(typer.main.get_command(app)))
PLUGIN_OPTIONS = re.findall(
    r'"(--pincite-[a-z]+)"', (ROOT / "pincite_pytest.py").read_text("utf-8")
)
OPTIONS = sorted(
    {
        (name, option)
        for name, command in COMMANDS.items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }
)


def test_every_command_is_in_the_table():
    named = re.findall(r"^\| `pincite ([a-z][a-z-]*(?: [a-z]+)*)", README, re.MULTILINE)
    assert sorted(set(named)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name):
    command = COMMANDS[name]
    context = typer.Context(command, info_name=f"pincite {name}")
    assert command.get_help(context).startswith(f"Usage: pincite {name}")


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_is_named(name, option):
    assert f"`{option}`" in README or f"`{option} " in README


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_has_its_row(name):
    rows = re.findall(rf"^\|[^|]*`{name}`[^|]*\|([^|]*)\|", README, re.MULTILINE)
    variable = "" if name in IN_FILE_ONLY else f"`{PREFIX}{name.upper()}`"
    assert any(
        row.strip().startswith(variable) and bool(row.strip()) == bool(variable) for row in rows
    )


@pytest.mark.parametrize("name", [field.name for field in fields(Course)])
def test_every_field_of_a_course_is_named(name):
    assert f"`{name}`" in README or name == "id"


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_named(measure):
    assert f"`{measure}`" in README


def test_every_option_that_readme_names_exists():
    known = {option for _, option in OPTIONS} | {"--version", "--help", *PLUGIN_OPTIONS}
    assert set(re.findall(r"`(--[a-z-]+)", README)) <= known


def test_the_lines_of_python_run(tmp_path, monkeypatch, capsys):
    code, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)  # the other asks the API
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "clocks.txt").write_text(
        "Salomon Coster built the first pendulum clock to Huygens's design. It stood in The Hague."
    )
    with_stand_in = code.replace("load_embedder()", 'load_embedder("hashing")')
    exec(compile(with_stand_in, "README.md", "exec"), {})
    assert "Salomon Coster built the first pendulum clock" in capsys.readouterr().out
