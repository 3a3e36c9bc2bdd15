"""HTML from templates, which escape whatever they are given: no HTML is glued from strings."""

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ui.wording import ENGLISH, sentences, sentences_below

_AS_HTML_HAS_IT = {
    0x00: "\ufffd",  # HTML has no NUL: a browser would drop it unseen
    0x0D: "&#13;",  # a bare carriage return would be read as a line end
}


def rendered(template: str, *, language: str = ENGLISH, **values: object) -> str:
    """What a template of `ui/templates/` makes of the values.

    In it `words(key)` is a sentence of the language, and `script` has those that scripts say.
    """
    said = {
        "language": language,
        "words": partial(_words, language),
        "script": sentences_below("script", language),
    }
    html = _templates().get_template(template).render(said | values)
    return html.translate(_AS_HTML_HAS_IT)


def _words(language: str, key: str, **values: object) -> Markup:
    """A sentence as HTML; values that are no markup are escaped like any other text."""
    return escape(sentences(language)[key]).format(**values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
