import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.decoding import Decoded, decode
from index.errors import SourceError


@pytest.mark.parametrize(
    ("label", "data", "text", "encoding"),
    [
        ("utf-8", "Zoë’s café".encode(), "Zoë’s café", "utf-8"),
        ("utf-8 with a mark", codecs.BOM_UTF8 + "é".encode(), "é", "utf-8-sig"),
        (
            "utf-16, little end first",
            codecs.BOM_UTF16_LE + "é🐝".encode("utf-16-le"),
            "é🐝",
            "utf-16",
        ),
        ("utf-16, big end first", codecs.BOM_UTF16_BE + "é🐝".encode("utf-16-be"), "é🐝", "utf-16"),
        ("utf-32, little end first", codecs.BOM_UTF32_LE + "é".encode("utf-32-le"), "é", "utf-32"),
        ("utf-32, big end first", codecs.BOM_UTF32_BE + "é".encode("utf-32-be"), "é", "utf-32"),
        ("cp1252", "It’s “naïve” – €5".encode("cp1252"), "It’s “naïve” – €5", "cp1252"),
        ("CRLF", b"a\r\nb\r\n", "a\nb\n", "utf-8"),
        ("CR", b"a\rb\r\rc", "a\nb\n\nc", "utf-8"),
        ("all kinds at once", b"a\r\r\nb\n\rc", "a\n\nb\n\nc", "utf-8"),
        ("CRLF in utf-16", codecs.BOM_UTF16_LE + "a\r\nb".encode("utf-16-le"), "a\nb", "utf-16"),
        ("not line ends", "a\x0bb\x0cc\x85d\u2028e".encode(), "a\x0bb\x0cc\x85d\u2028e", "utf-8"),
        ("a mark in mid-text", "a\ufeffb".encode(), "a\ufeffb", "utf-8"),
        ("right to left", "\u202eשלום\u202c".encode(), "\u202eשלום\u202c", "utf-8"),
        ("blanks around", b"  a \n\n", "  a \n\n", "utf-8"),
        ("a few controls", b"a" * 200 + b"\x01\x0c\x1b[0m", "a" * 200 + "\x01\x0c\x1b[0m", "utf-8"),
    ],
)
def test_text_is_kept_but_for_line_ends_and_the_mark(label, data, text, encoding):
    assert decode(data) == Decoded(text, encoding)


RUSSIAN = "Приливы и отливы бывают дважды в сутки."
GREEK = "Οι παλίρροιες συμβαίνουν δύο φορές την ημέρα."


@pytest.mark.parametrize(
    ("label", "text", "encoding"),
    [
        ("Russian", RUSSIAN, "cp1251"),
        ("Russian in capitals", RUSSIAN.upper(), "cp1251"),
        ("Russian in an English page", f"<p>See the notes on tides.</p>\n{RUSSIAN}", "cp1251"),
        ("Ukrainian", "Припливи та відпливи бувають двічі на добу.", "cp1251"),
        ("much Russian for Unix", f"{RUSSIAN}\n" * 20, "koi8_r"),
        ("Russian behind much English", "Bees hum. " * 30_000 + RUSSIAN, "cp1251"),
        (
            "Russian words with their English ones",
            "tide прилив, ebb отлив, sea море, shore берег, moon луна, water вода, day сутки, "
            "night ночью, wind ветер and so on and so forth, as all the others have it",
            "cp1251",
        ),
        ("Greek", GREEK, "cp1253"),
        ("Arabic", "يحدث المد والجزر مرتين في اليوم.", "cp1256"),
        ("Korean", "조수는 하루에 두 번 일어난다.\n" * 15_000, "cp949"),
        (
            "Hebrew",
            "הגאות והשפל מתרחשים פעמיים ביום. הירח מושך את המים אל החוף בכל בוקר.",
            "cp1255",
        ),
        ("Thai", "น้ำขึ้นน้ำลงเกิดขึ้นวันละสองครั้ง\nวันละสองครั้ง", "cp874"),
    ],
)
def test_other_letters_are_not_taken_for_western_ones(label, text, encoding):
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize(
    "text",
    [
        "Français : où l’été à Noël, ça et là, être ou ne pas être. À ÉTÉ, ÉÀÈ!",
        "Öfen über Ärger. Umlaute: ÄÖÜß, äöü.",
        "ÄÖÜ",
        "ÄÖÜ äöü ß",
        "ÆØÅ æøå",
        "ÀÂÄÉÈÊËÎÏÔÙÛÜŸÇ",
        "¿Qué año? ¡El pingüino Ñandú! ÁÉÍÓÚÜÑ",
        "Það er í á og ó, æ. ÍÁ",
        "Yö. Jäätyä öisin työssä, hääyö.",
        "Á øðrum",
        "é",
        "£5 – “½” ©®",
        "The vowels ÀÈÌÒÙ and àèìòù take a grave accent.",
        "Letters: áéíóúñ and ÁÉÍÓÚÑ are of Spanish.",
    ],
)
def test_western_texts_stay_western(text):
    assert decode(text.encode("cp1252")) == Decoded(text, "cp1252")


def test_the_detector_is_asked_last():
    text = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 9 + "Ѓ"
    assert decode(text.encode("cp1251")).text == text  # 0x81 is not in cp1252


@pytest.mark.parametrize(
    ("label", "data", "reason"),
    [
        ("nothing", b"", "is empty"),
        ("blanks", b" \t\r\n\x0b\x0c", "is empty"),
        ("a mark and nothing", codecs.BOM_UTF8, "is empty"),
        ("a mark and blanks", codecs.BOM_UTF16_LE + "\n \u2028".encode("utf-16-le"), "is empty"),
        ("NUL", b"a text with a \0 in it", "NUL bytes"),
        ("NUL in utf-16", codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), "NUL bytes"),
        ("utf-16 without a mark", "bees".encode("utf-16-le"), "NUL bytes"),
        ("cut utf-16", codecs.BOM_UTF16_LE + "bees".encode("utf-16-le")[:-1], "NUL bytes"),
        ("PNG", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "NUL bytes"),
        ("controls", bytes(range(1, 9)) * 4 + b"text", "is binary"),
    ],
)
def test_what_is_not_text_is_refused_with_the_reason(label, data, reason):
    with pytest.raises(SourceError, match=reason):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data):
    try:
        text = decode(data).text
    except SourceError:
        return
    assert text.strip()
    assert not {"\0", "\r"} & set(text)
    text.encode("utf-8")  # no lone surrogates


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_utf8_comes_back_as_it_was(text):
    kept = text.removeprefix("\ufeff")
    if kept.strip():
        assert decode(text.encode()).text == kept
