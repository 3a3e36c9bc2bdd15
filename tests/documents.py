"""What formats made of files, as a test compares it."""

from index.documents import Parsed


def blocks(parsed: Parsed) -> list[str]:
    """Headings as `## label`, paragraphs as they stand."""
    return [
        f"{'#' * mark.level} {mark.label}"
        if mark.kind == "heading"
        else parsed.text[mark.start : mark.end]
        for mark in parsed.marks
        if mark.kind in {"heading", "paragraph"}
    ]


def marked(parsed: Parsed, kind: str) -> list[tuple[str, str]]:
    """The label of each mark of a kind with the text that it stands at."""
    return [
        (mark.label, parsed.text[mark.start : mark.end])
        for mark in parsed.marks
        if mark.kind == kind
    ]


def check_marks(parsed: Parsed) -> None:
    """Headings and paragraphs follow each other and leave out only blanks."""
    text, end = parsed.text, 0
    for mark in parsed.marks:
        assert 0 <= mark.start <= mark.end <= len(text)
        if mark.kind in {"heading", "paragraph"}:
            assert mark.start >= end
            assert not text[end : mark.start].strip()
            assert text[mark.start : mark.end].strip() == text[mark.start : mark.end] or (
                mark.data.get("lines") and text[mark.start : mark.end].strip()
            )
            end = mark.end
    assert not text[end:].strip()
