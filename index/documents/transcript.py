"""Subtitles and transcripts, SRT and WebVTT: cues joined into paragraphs, each with its moment.

A paragraph ends where another speaks, where it was silent for a while, or where it is long and a
sentence ends. The recording's address is told by a line `URL: ...` below WEBVTT, or by front matter
as Markdown has it. Does not read what comes without words: styles, positions, comments.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from itertools import pairwise

from webvtt import Caption, WebVTT
from webvtt.errors import MalformedCaptionError, MalformedFileError

from index.documents.building import TextBuilder, one_line
from index.documents.decoding import decode
from index.documents.facts import address_or_none, language_or_none, words_or_none
from index.documents.front_matter import front_matter
from index.documents.parsed import Parsed
from index.errors import SourceError

_SILENCE = 3.0  # seconds between two cues that end a paragraph
_LONG = 500  # characters after which a sentence's end ends the paragraph
_LONGEST = 1_500  # characters: what is recognised by machine has no sentences
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,200})?\s([^<>]{0,200})>")
_TAG = re.compile(  # those of WebVTT and of players; "i<n and n>0" has none
    r"</?(?:[abcipsuv]|ruby|rt|lang|font|span|div|br|em|strong|big|small)"
    r"(?:\.[^\s<>]{0,200})?(?:\s+[\w-]+=[^<>]{0,200})?\s*/?>"
    r"|<(?:v|lang)(?:\.[^\s<>]{0,200})?\s[^<>\n]{0,200}>"
    r"|<[\d:]{1,20}\.\d{3}>"  # the moment of what follows
    r"|\{\\[^{}\n]{0,200}\}",  # {\an8} is how SRT says where
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:- )?([^\W\d_][\w .,'’()-]{0,40}):\s+(?=\S)")  # Zoom and Teams do this
_LEAST_NAMED = 0.5  # ratio of cues with a name in front, for that to be one
_LEAST_ROLLING = 0.3  # ratio of cues that repeat the last line before, for all to do so
_TIMES = re.compile(r"^\s*(?:\d+:)?\d+:\d+[.,]\d+\s*-->", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is shown, or said by one person, from one moment to another."""

    start: float  # seconds
    end: float
    words: str
    speaker: str = ""


def parse(data: bytes) -> Parsed:
    """The text of what is said. Raises `SourceError`."""
    decoded = decode(data)
    plain, facts = front_matter(decoded.text)
    captions = _captions(plain)
    text = TextBuilder()
    for cues in _paragraphs(_named(_cues(captions.captions))):
        _add(cues, text)
    said = {name.lower(): value for name, value in map(_header, captions.metadata) if value}
    header = {
        "title": words_or_none(said.get("title") or captions.header_text.lstrip("-–: ")),
        "language": language_or_none(said.get("language")),
        "address": address_or_none(said.get("url")),
    }
    return text.parsed(encoding=decoded.encoding, **{**header, **facts})


def _header(line: str) -> tuple[str, str]:
    """The name and the value of a line below WEBVTT."""
    name, _, value = line.partition(": ")
    return name.strip(), value


def _captions(text: str) -> WebVTT:
    form = "vtt" if text.lstrip().startswith("WEBVTT") else "srt"
    if not _TIMES.search(text):
        raise SourceError("is no transcript: no line in it says from when to when")
    try:
        return WebVTT.from_buffer(StringIO(text.lstrip()), format=form)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise SourceError(f"is no transcript, or a damaged one ({error})") from error


def _cues(captions: list[Caption]) -> Iterator[_Cue]:
    """The cues with words, one for each who speaks in them."""
    lines = [[line.strip() for line in caption.lines if line.strip()] for caption in captions]
    plain = [[_plain(line) for line in each] for each in lines]
    repeats = [
        bool(before and after and after[0]) and before[-1] == after[0]
        for before, after in pairwise(plain)
    ]
    rolling = sum(repeats) >= _LEAST_ROLLING * max(1, len(repeats)) and len(repeats) > 1
    shown: list[str] = []
    for caption, own, own_plain in zip(captions, lines, plain, strict=True):
        old = set(shown) if rolling else set()
        new = [line for line, words in zip(own, own_plain, strict=True) if words not in old]
        shown = own_plain
        start, end = _seconds(caption.start), _seconds(caption.end)
        for speaker, words in _voices(" ".join(new)):
            if words:
                yield _Cue(start, end, words, speaker)


def _voices(text: str) -> Iterator[tuple[str, str]]:
    """Who speaks in a cue, and what; nobody where no one is named."""
    first, *rest = _VOICE.split(text)
    yield "", _plain(first)
    for speaker, words in zip(rest[::2], rest[1::2], strict=True):
        yield one_line(html.unescape(speaker)), _plain(words)


def _plain(text: str) -> str:
    """The words of a line without its tags, and without blanks of any kind around them."""
    return one_line(html.unescape(_TAG.sub("", text))).strip()


def _named(cues: Iterable[_Cue]) -> list[_Cue]:
    """The cues with a name in front as its speaker, where the file writes names so."""
    cues = list(cues)
    found = [None if cue.speaker else _NAMED.match(cue.words) for cue in cues]
    names = Counter(match[1] for match in found if match)
    if names.total() < _LEAST_NAMED * len(cues) or max(names.values(), default=0) < 2:
        return cues
    return [
        replace(cue, words=cue.words[match.end() :], speaker=match[1]) if match else cue
        for cue, match in zip(cues, found, strict=True)
    ]


def _paragraphs(cues: list[_Cue]) -> Iterator[list[_Cue]]:
    """Neighbouring cues of which one text is made."""
    gathered: list[_Cue] = []
    for cue in cues:
        if gathered and _ends(gathered, cue):
            yield gathered
            gathered = []
        gathered.append(cue)
    if gathered:
        yield gathered


def _ends(gathered: list[_Cue], following: _Cue) -> bool:
    last, length = gathered[-1], sum(len(cue.words) + 1 for cue in gathered)
    return (
        last.speaker != following.speaker
        or following.start - last.end >= _SILENCE
        or (length >= _LONG and _SENTENCE_END.search(last.words) is not None)
        or length >= _LONGEST
    )


def _add(cues: list[_Cue], text: TextBuilder) -> None:
    """Adds the paragraph, and marks when each part of it is said."""
    start = text.paragraph(" ".join(cue.words for cue in cues))
    for cue in cues:
        end = start + len(cue.words)
        text.mark(start, end, "time", cue.speaker, seconds=cue.start, until=cue.end)
        start = end + 1


def _seconds(time: str) -> float:
    """The seconds of `1:02:03.500`.

    >>> _seconds("01:02:03.500")
    3723.5
    """
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds, 3)
