"""Templates filled in; every text that comes from outside is escaped here and nowhere else."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.reports.html import numbers

_HERE = Path(__file__).parent
# HTML has no NUL, UTF-8 no half of a pair, and a browser reads a bare carriage return as a newline
_WRITTEN = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"), 0x0D: "&#13;"}


def rendered(template: str, values: Mapping[str, object]) -> str:
    """The template with the values, as a text that UTF-8 can hold."""
    return _templates().get_template(template).render(values).translate(_WRITTEN)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        ratio=numbers.ratio,
        milliseconds=numbers.milliseconds,
        measured=numbers.measured,
        signed=numbers.signed,
        p_value=numbers.p_value,
    )
    # our own files, which hold no template and are taken as they are
    templates.globals["own_file"] = _own_file
    return templates


def _own_file(name: str) -> str:
    return (_HERE / "static" / name).read_text(encoding="utf-8")
