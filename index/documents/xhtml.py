"""XHTML as HTML can be parsed: what XML closes at once (`<script src="a.js"/>`) gets an end tag.

HTML takes all that follows such a tag for its content, but for elements that never have any. Takes
time in proportion to the page, whatever is in it: nothing is looked for twice.
"""

import re
from html import escape

_IS_XHTML = re.compile(
    r"\A\ufeff?\s*<\?xml\s|<html\s[^<>]*[\"']http://www\.w3\.org/1999/xhtml[\"']", re.IGNORECASE
)
_SAID_WITHIN = 4096  # characters
_EMPTY = frozenset(  # in HTML: an end tag is none of theirs
    "area base br col embed hr img input link meta param source track wbr".split()
)
_NOTABLE = re.compile(
    r"""<(?:
        !--.*?(?:-->|\Z)
        | !\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)
        | (?P<name>[a-z][^\s<>/"']*+)(?P<attributes>(?:[^<>"'/]++|"[^<"]*+"|'[^<']*+'|/(?!>))*+)/>
        | (script|style)(?=[\s>]).*?(?:</\4|\Z)
    )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def is_xhtml(source: str) -> bool:
    """Whether a page says of itself that it is XML.

    >>> is_xhtml("<?xml version='1.0'?><html>"), is_xhtml("<!doctype html><html>")
    (True, False)
    """
    return _IS_XHTML.search(source, 0, _SAID_WITHIN) is not None


def closed(source: str) -> str:
    """The page with an end tag for what was closed at once, and character data as text.

    >>> closed("<p>a<br/><sup/>b <![CDATA[< c]]></p><!-- <i/> -->")
    '<p>a<br/><sup></sup>b &lt; c</p><!-- <i/> -->'
    """
    return _NOTABLE.sub(_closed, source)


def _closed(found: re.Match[str]) -> str:
    data, name = found["data"], found["name"]
    if data is not None:
        return escape(data, quote=False)
    if name is None or name.lower() in _EMPTY:
        return found[0]
    return f"<{name}{found['attributes']}></{name}>"
