"""Subtitles: what is said in paragraphs, with moments and speakers."""

import pytest

from index.documents import FORMATS, Parsed
from index.errors import SourceError
from index.records import Document
from tests.documents import blocks, check_marks


def parsed(text: str) -> Parsed:
    result = FORMATS["transcript"].parse(text.encode())
    check_marks(result)
    return result


def moments(transcript: Parsed) -> list[tuple[float, str, str]]:
    """When each part is said, by whom, and what."""
    return [
        (float(mark.data["seconds"]), mark.label, transcript.text[mark.start : mark.end])
        for mark in transcript.marks
        if mark.kind == "time"
    ]


SRT = """1
00:00:01,000 --> 00:00:03,500
<i>The first pendulum</i>
clock was

2
00:00:03,600 --> 00:00:05,000
{\\an8}built in 1656. &amp; so on

3
01:00:09,250 --> 01:00:11,000
After a pause.
"""


def test_cues_of_srt_are_joined_until_a_silence() -> None:
    transcript = parsed(SRT)
    assert blocks(transcript) == [
        "The first pendulum clock was built in 1656. & so on",
        "After a pause.",
    ]
    assert moments(transcript) == [
        (1.0, "", "The first pendulum clock was"),
        (3.6, "", "built in 1656. & so on"),
        (3609.25, "", "After a pause."),
    ]


def test_the_place_of_a_quote_is_its_moment() -> None:
    transcript = parsed(SRT)
    document = Document("d", "v", "T", "t.srt", transcript.text, transcript.marks, has_lines=False)
    place = document.place(transcript.text.index("built"), len(transcript.text))
    assert (place.time, place.speaker, place.paragraph, place.line) == (3.6, None, None, None)


VTT = """WEBVTT - Lecture 3
Kind: captions
Language: en-GB

NOTE nobody says this

STYLE
::cue { color: red }

1
00:01.000 --> 00:02.500 align:start
<v Ada Lovelace>Bees <i>hum</i>.</v>

2
00:02.500 --> 00:04.000
<v.loud Grace>They do.</v> <v Ada Lovelace>All
day.</v>
"""


def test_voices_of_webvtt_are_speakers_and_part_paragraphs() -> None:
    transcript = parsed(VTT)
    assert blocks(transcript) == ["Bees hum.", "They do.", "All day."]
    assert moments(transcript) == [
        (1.0, "Ada Lovelace", "Bees hum."),
        (2.5, "Grace", "They do."),
        (2.5, "Ada Lovelace", "All day."),
    ]
    assert (transcript.title, transcript.language) == ("Lecture 3", "en")


def test_names_in_front_of_most_cues_are_speakers() -> None:
    lines = ["Ann Roe: Bees hum.", "Ann Roe: All day.", "Jo: Note: they dance.", "It is so."]
    cues = "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{line}" for n, line in enumerate(lines))
    assert moments(parsed(f"WEBVTT\n\n{cues}")) == [
        (0.0, "Ann Roe", "Bees hum."),
        (1.0, "Ann Roe", "All day."),
        (2.0, "Jo", "Note: they dance."),
        (3.0, "", "It is so."),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("If x < 5 and y > 3 we stop.", "If x < 5 and y > 3 we stop."),
        ("Then i<n and n>0 hold.", "Then i<n and n>0 hold."),
        ("So a <b and c> d, or 2<5>1.", "So a <b and c> d, or 2<5>1."),
        ("A <T> of <unk> and <laughs>.", "A <T> of <unk> and <laughs>."),
        ("<B>Bees</B> <i >hum</i >, <u>all</u> <s>day</s>.", "Bees hum, all day."),
        ('<font color="#fff" size=2>Bees</font> hum.', "Bees hum."),
        ('<span style="color: red">Bees</span><br/> hum.', "Bees hum."),
        ("<c.loud.red>Bees</c> <ruby>hum<rt>so</rt></ruby>.", "Bees humso."),
        ("<lang en-GB>Bees</lang><00:00:01.500> hum <5>.", "Bees hum <5>."),
        ("{\\an8}Bees {hum}.", "Bees {hum}."),
        ('<em>Bees</em> <strong>hum</strong> <a href="b">so</a>.', "Bees hum so."),
    ],
)
def test_only_tags_are_left_out(line: str, words: str) -> None:
    assert blocks(parsed(f"1\n00:00:01,000 --> 00:00:03,500\n{line}\n")) == [words]


CUE = "00:01.000 --> 00:02.000\nBees hum.\n"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("below WEBVTT", f"WEBVTT\nTitle: Of Bees\nURL: https://a.org/talk\n\n{CUE}"),
        ("in front", f"---\ntitle: Of Bees\nurl: https://a.org/talk\n---\n{SRT}"),
    ],
)
def test_a_transcript_says_where_its_recording_is(label: str, text: str) -> None:
    transcript = parsed(text)
    assert transcript.text in {"Bees hum.", parsed(SRT).text}
    assert (transcript.title, transcript.address) == ("Of Bees", "https://a.org/talk")


def test_what_is_no_address_is_none() -> None:
    assert parsed(f"WEBVTT\nURL: javascript:alert(1)\n\n{CUE}").address is None


def test_a_colon_now_and_then_names_nobody() -> None:
    lines = ["One thing: bees.", "They hum.", "Another: ants.", "They walk."]
    cues = "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{line}" for n, line in enumerate(lines))
    assert blocks(parsed(f"WEBVTT\n\n{cues}")) == [
        "One thing: bees. They hum. Another: ants. They walk."
    ]


def test_lines_that_roll_are_read_once() -> None:
    """As on YouTube: each cue shows the line before again, then the new one word by word."""
    cues = """WEBVTT

00:00.000 --> 00:02.000
 
bees<00:00.500><c> hum</c><00:01.000><c> in</c>

00:02.000 --> 00:02.010
bees hum in
 

00:02.010 --> 00:04.000
bees hum in
the<00:03.000><c> lime</c>

00:04.000 --> 00:04.010
the lime
 

00:04.010 --> 00:06.000
the lime
tree
"""
    transcript = parsed(cues)
    assert blocks(transcript) == ["bees hum in the lime tree"]
    assert [seconds for seconds, _, _ in moments(transcript)] == [0.0, 2.01, 4.01]


def test_a_cue_of_blanks_that_do_not_break_says_nothing() -> None:
    cues = """WEBVTT

00:01.000 --> 00:02.000
&nbsp;

00:10.000 --> 00:12.000
<v Ann>&nbsp;Hello there. We begin now.&#x3000;

00:12.000 --> 00:13.000
<v Ann>&nbsp;I am Ann.

00:20.000 --> 00:21.000
&nbsp;
"""
    assert moments(parsed(cues)) == [
        (10.0, "Ann", "Hello there. We begin now."),
        (12.0, "Ann", "I am Ann."),
    ]


def test_cues_without_words_do_not_roll() -> None:
    lines = ["&nbsp;", "&nbsp;", "&nbsp;", "Yes.", "Yes."]
    cues = "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{line}" for n, line in enumerate(lines))
    assert blocks(parsed(f"WEBVTT\n\n{cues}")) == ["Yes. Yes."]


def test_what_is_said_twice_is_read_twice() -> None:
    cues = "\n\n".join(
        f"00:0{n}.000 --> 00:0{n}.900\n{line}"
        for n, line in enumerate(["Yes.", "Yes.", "Bees hum.", "They dance.", "So.", "It is."])
    )
    assert blocks(parsed(f"WEBVTT\n\n{cues}")) == ["Yes. Yes. Bees hum. They dance. So. It is."]


def test_a_long_speech_is_parted_where_sentences_end() -> None:
    cues = "\n\n".join(
        f"00:{n}.000 --> 00:{n}.900\n{n} bees hum. {'All day they do. ' * 4}" for n in range(10, 30)
    )
    lengths = [len(block) for block in blocks(parsed(f"WEBVTT\n\n{cues}"))]
    assert lengths == [566, 566, 485]  # seven cues of 80 characters, blanks between


@pytest.mark.parametrize("part", ["<v ", "<v.a", "<v" + " " * 50, "<b ", "<", "{\\"])
def test_a_million_openings_that_close_nothing_are_words(part: str) -> None:
    """It would take hours if each were looked at from every place."""
    words = part * (1_000_000 // len(part)) + "x"
    (block,) = blocks(parsed(f"WEBVTT\n\n00:00.000 --> 00:01.000\n{words}\n"))
    assert block == " ".join(words.split())


@pytest.mark.parametrize(
    ("label", "text", "message"),
    [
        ("no cues", "WEBVTT\n\nBees hum.", "is no transcript: no line in it says from when"),
        ("another text", "Bees hum.\n\nThey do.", "is no transcript"),
        ("no words", "WEBVTT\n\n00:00.000 --> 00:01.000\n<i></i>\n", "holds no text"),
        ("nothing", "  \n", "is empty"),
    ],
)
def test_what_is_no_transcript_is_refused(label: str, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parsed(text)
