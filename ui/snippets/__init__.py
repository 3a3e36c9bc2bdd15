"""What a teacher pastes into a course site to have a course there: a template for each kind.

A site that keeps scripts gets `embed.js`, which fills an element or adds a button; one that does
not gets a plain frame. No snippet holds a secret: for a course that opens by key it says where to
put a link that was made for it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from rag.courses import Course
from ui.addresses import Site
from ui.courses.finding import address_of

LINK = "PASTE-THE-LINK-HERE"  # in the snippet of a course that opens by key
SANDBOX = (  # what the chat needs; to lead the page around elsewhere is not in it
    "allow-scripts allow-forms allow-same-origin allow-downloads allow-popups "
    "allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of course site, and how it takes a snippet."""

    name: str
    where: str  # to paste it, in a sentence
    template: str  # of this folder


KINDS: Mapping[str, Kind] = {
    "canvas": Kind(
        "Canvas",
        "Edit the page, open the HTML editor (</>), and paste this where the chat is to stand.",
        "frame.html.j2",
    ),
    "moodle": Kind(
        "Moodle",
        "Add a Page, or a Text and media area; in its editor open the source code (</>), and paste "
        "this there.",
        "place.html.j2",
    ),
    "wordpress": Kind(
        "WordPress",
        "Add a block of the kind Custom HTML, and paste this into it; who may not post scripts on "
        "your site pastes what --for frame prints.",
        "place.html.j2",
    ),
    "mkdocs": Kind(
        "MkDocs",
        "Add this to mkdocs.yml; a list extra_javascript that is there already takes the last "
        "line. Every page gets a button that opens the chat.",
        "mkdocs.yml.j2",
    ),
    "sphinx": Kind(
        "Sphinx",
        "Paste this into a page (.rst) where the chat is to stand.",
        "sphinx.rst.j2",
    ),
    "docusaurus": Kind(
        "Docusaurus",
        "Add this to the object in docusaurus.config.js; a list of scripts that is there already "
        "takes the lines between the brackets. Every page gets a button that opens the chat.",
        "docusaurus.js.j2",
    ),
    "quarto": Kind(
        "Quarto",
        "Paste this into a document (.qmd) where the chat is to stand.",
        "quarto.qmd.j2",
    ),
    "html": Kind(
        "plain HTML",
        "Paste this before </body>. The page gets a button that opens the chat.",
        "button.html.j2",
    ),
    "frame": Kind(
        "a plain frame",
        "Paste this where the chat is to stand, on any site that keeps an iframe. It needs no "
        "script.",
        "sandboxed.html.j2",
    ),
}


def snippet(kind: str, course: Course, *, address: str) -> str:
    """What to paste into a site of that kind; `KINDS` says where.

    `address` is where readers find the server, with the path that a proxy may show it under.
    Raises `SettingError` for an address that is none, and `KeyError` for a kind that there is not.

    >>> tides = Course("tides", Path("tides"), title="The tides")
    >>> print(snippet("html", tides, address="https://ask.example.edu/texts/"))
    <script src="https://ask.example.edu/texts/static/embed.js"
      data-pincite-course="tides" data-pincite-title="The tides"></script>
    """
    template = _templates().get_template(KINDS[kind].template)
    return template.render(_values(course, address_of(address))).strip()


def note(course: Course) -> str:
    """What is to be done to the snippet before it works; empty where nothing is."""
    if course.access == "public":
        return ""
    return (
        f"{course.id} opens by key: put a link of `pincite course link {course.id}` in place of "
        f"{LINK}. Whoever can see the page can read that link, and with it the texts until it "
        "expires; so paste it only where a login keeps others out."
    )


def _values(course: Course, server: str) -> dict[str, object]:
    """What the templates have places for."""
    title = _one_line(course.title)
    page = Site(course.id, server).path
    is_open = course.access == "public"
    which = {"course": course.id} if is_open else {"link": LINK}
    named = {**which, "title": title, "colour": course.colour}
    settings = {name: value for name, value in named.items() if value}
    script = f"{server}/static/embed.js"
    return {
        "page": page if is_open else LINK,
        "frame": f"{page}embed" if is_open else LINK,
        "script": script,
        "script_with_settings": f"{script}?{urlencode(settings, quote_via=percent_encoded)}",
        "attributes": {f"data-pincite-{name}": _plain(text) for name, text in settings.items()},
        "title": title or "Pincite",
        "place": f"pincite-{course.id}",
        "sandbox": SANDBOX,
    }


def _one_line(title: str) -> str:
    r"""A title without line ends, which would end a block of YAML, RST or Markdown, and the like.

    >>> _one_line("The\n  tides\x00")
    'The tides'
    """
    return "".join(sign for sign in " ".join(title.split()) if sign.isprintable())


def _quoted(text: str) -> Markup:
    """A text as JSON writes it, which JavaScript and YAML read alike; it stands in no HTML."""
    return Markup(json.dumps(text, ensure_ascii=False))


def _plain(text: str) -> Markup:
    """A text as HTML in which WordPress finds no shortcode, which it would put something else for.

    >>> _plain("<[gallery]>")
    Markup('&lt;&#91;gallery&#93;&gt;')
    """
    return Markup(str(escape(text)).replace("[", "&#91;").replace("]", "&#93;"))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"quoted": _quoted, "plain": _plain}
    return environment
