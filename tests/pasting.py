"""What a course site makes of a snippet that was pasted into it: the page that its readers get."""

import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import yaml

KEPT_BY_CANVAS = ("src", "title", "width", "height", "style")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Week 3</title>
<style>
  body {{ max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 6rem; font: 1rem/1.6 sans-serif; }}
</style>
</head>
<body>
<main>
<h1>Week 3: the tides</h1>
<p>Read the chapter on measuring, then ask the texts what they say of it.</p>
{body}
<h2>For next week</h2>
<p>Bring the almanac.</p>
</main>
{end}
</body>
</html>
"""


class Elements(HTMLParser):
    """The elements of a piece of HTML: their names and attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def page_with(kind: str, snippet: str) -> str:
    """The page of a site of that kind whose author pasted the snippet."""
    body, end = PASTED[kind](snippet)
    return PAGE.format(body=body, end=end)


def _as_it_is(snippet: str) -> tuple[str, str]:
    return snippet, ""


def _at_the_end(snippet: str) -> tuple[str, str]:
    return "", snippet


def _by_canvas(snippet: str) -> tuple[str, str]:
    """Only some attributes of a frame are kept."""
    ((tag, attributes),) = Elements(snippet).found
    kept = " ".join(f'{name}="{attributes[name]}"' for name in KEPT_BY_CANVAS)
    return f"<{tag} {kept}></{tag}>", ""


def _by_mkdocs(snippet: str) -> tuple[str, str]:
    """A script is named by its address alone."""
    (address,) = yaml.safe_load(snippet)["extra_javascript"]
    return "", f'<script src="{address.replace("&", "&amp;")}"></script>'


def _by_sphinx(snippet: str) -> tuple[str, str]:
    """The indented block below the directive."""
    directive, empty, *block = snippet.split("\n")
    assert (directive, empty) == (".. raw:: html", "")
    assert all(line.startswith("   ") for line in block)
    return "\n".join(line[3:] for line in block), ""


def _by_docusaurus(snippet: str) -> tuple[str, str]:
    """The scripts are added by a script, once the page stands."""
    return (
        "",
        f"""<script>
      const config = {{ {snippet} }};
      addEventListener("load", () => setTimeout(() => {{
        for (const wanted of config.scripts) {{
          document.head.append(Object.assign(document.createElement("script"), wanted));
        }}
      }}, 200));
    </script>""",
    )


def _by_quarto(snippet: str) -> tuple[str, str]:
    """What stands between the fences."""
    found = re.fullmatch(r"```\{=html\}\n(.*)\n```", snippet, re.DOTALL)
    assert found
    assert not re.search("^```", found[1], re.MULTILINE)
    return found[1], ""


PASTED: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "canvas": _by_canvas,
    "moodle": _as_it_is,
    "wordpress": _as_it_is,
    "mkdocs": _by_mkdocs,
    "sphinx": _by_sphinx,
    "docusaurus": _by_docusaurus,
    "quarto": _by_quarto,
    "html": _at_the_end,
    "frame": _as_it_is,
}


def address_in(kind: str, snippet: str) -> str:
    """The address that a browser would load first for the snippet."""
    if kind == "mkdocs":
        return str(yaml.safe_load(snippet)["extra_javascript"][0])
    if kind == "docusaurus":
        return str(json.loads(snippet.split("src: ")[1].split(", async")[0]))
    body, end = PASTED[kind](snippet)
    return next(
        str(attributes["src"])
        for _, attributes in Elements(body + end).found
        if "src" in attributes
    )
