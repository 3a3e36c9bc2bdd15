"""HTML from templates, which escape whatever they are given: no HTML is glued from strings."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def rendered(template: str, **values: object) -> str:
    """What a template of `ui/templates/` makes of the values."""
    html = _templates().get_template(template).render(values)
    return html.replace("\0", "\ufffd")  # HTML has no NUL: a browser would drop it unseen


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
