"""The address of an original on the web, made to open where a quote stands in it.

A page opens at the words (a text fragment, as WICG's URL Fragment Text Directives have it), a
recording at the second (Media Fragments URI, and YouTube's own way), a PDF at its page (RFC 8118).
Where a browser knows none of these, or the page has other words by now, it opens at its beginning.
Nothing here asks the web for anything.
"""

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from index.documents import format_of
from index.records import Document, Span

_LONGEST_WHOLE = 300  # characters of words that are named whole; of longer ones only the ends
_END_WORDS = 6  # words that name an end
_PREFIX_WORDS = 4  # words before, where the same words stand earlier too
_BREAKS = re.compile(r"\n+| \| ")  # between blocks of a page; what is named lies within one
_ITEM = re.compile(r"(?:•|\d{1,3}\.)\s+")  # in front of an item: ours, where the page has a list
_YOUTUBE = re.compile(r"(?:.+\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be)")


def original_url(document: Document, span: Span | None = None) -> str | None:
    """Where the document's original is to be read or heard; `None` where no address is known.

    With a span it opens there, as far as the kind of the original allows.

    >>> page = Document("d", "v", "Tides", "tides.html", "It rises. It falls, then - rests.",
    ...                 address="https://a.org/tides")
    >>> original_url(page), original_url(page, (10, 33))
    ('https://a.org/tides', 'https://a.org/tides#:~:text=It%20falls%2C%20then%20%2D%20rests.')
    """
    address = _web_address(document.address)
    if address is None or span is None:
        return address
    place = document.place(*span)
    if place.time is not None:
        return _at_second(address, int(place.time))
    bare = urlunsplit(urlsplit(address)._replace(fragment=""))
    form = format_of(document.source)
    if form is not None and form.name == "pdf":
        return f"{bare}#page={place.page_number}" if place.page_number else address
    if form is not None and form.name == "epub":  # its address is of a page about the book
        return address
    directive = text_directive(document.text, span)
    return f"{bare}#{directive}" if directive else address


def text_directive(text: str, span: Span) -> str:
    r"""The fragment that has a browser look for `text[start:end]` in a page; empty without words.

    Words of several blocks, and many words, are named by their ends; words that stand earlier in
    the text too are named with those before them.

    >>> text_directive("Of Bees\n\nThey hum, and rest.", (0, 28))
    ':~:text=Of%20Bees,They%20hum%2C%20and%20rest.'
    >>> text_directive("They hum at dawn. Wasps sting. They hum at dawn.", (31, 48))
    ':~:text=at%20dawn.%20Wasps%20sting.-,They%20hum%20at%20dawn.'
    """
    start, end = span
    pieces = _pieces(text[start:end])
    if not pieces:
        return ""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1 and len(first) <= _LONGEST_WHOLE:
        named = [first]
    else:
        named = [" ".join(first.split()[:_END_WORDS]), " ".join(last.split()[-_END_WORDS:])]
    parts = [_encoded(words) for words in named]
    before = _pieces(text[max(0, start - _LONGEST_WHOLE) : start])
    if before and _stands_in(text[:start], named[0]):
        parts.insert(0, f"{_encoded(' '.join(before[-1].split()[-_PREFIX_WORDS:]))}-")
    return f":~:text={','.join(parts)}"


def _web_address(address: str | None) -> str | None:
    """The address where it is one that a browser may be sent to, else `None`."""
    try:
        parts = urlsplit(address or "")
        known = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # no address after all: a port that is no number, half a bracket
        return None
    return address if known else None


def _at_second(address: str, second: int) -> str:
    """The recording's address, to open at that second.

    >>> _at_second("https://a.org/talk.mp4", 62), _at_second("https://youtu.be/x?t=3", 62)
    ('https://a.org/talk.mp4#t=62', 'https://youtu.be/x?t=62')
    """
    parts = urlsplit(address)
    if not _YOUTUBE.fullmatch(parts.hostname or ""):
        return urlunsplit(parts._replace(fragment=f"t={second}"))
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"t", "start"}]
    return urlunsplit(parts._replace(query=urlencode([*query, ("t", second)]), fragment=""))


def _stands_in(text: str, words: str) -> bool:
    """Whether the words stand there, whatever their case and the length of their blanks."""
    return bool(re.search(r"\s+".join(map(re.escape, words.split())), text, re.IGNORECASE))


def _pieces(text: str) -> list[str]:
    """The words of each block, as the page has them."""
    return [words for part in _BREAKS.split(text) if (words := _in_page(part))]


def _in_page(words: str) -> str:
    """The words without the sign of an item, blanks as one."""
    item = _ITEM.match(words)
    return " ".join(words[item.end() if item else 0 :].split())


def _encoded(words: str) -> str:
    """The words as a directive holds them, whose own signs are the hyphen, the comma and "&"."""
    return quote(words, safe="").replace("-", "%2D")
