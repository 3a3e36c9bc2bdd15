"""The sample course in every format: the same text is read, paragraph by paragraph."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.documents import FORMATS
from tests.course import COURSE, WRITERS, as_read, course_blocks, html, in_letters_of_pdf
from tests.documents import blocks, check_marks
from tests.elsewhere import by_office, by_pandoc


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["html", "epub", "docx", "pdf"])
def test_every_format_reads_the_same(form: str, path: Path) -> None:
    found = course_blocks(path)
    parsed = FORMATS[form].parse(WRITERS[form](found))
    check_marks(parsed)
    assert blocks(parsed) == as_read(in_letters_of_pdf(found) if form == "pdf" else found)


@pytest.mark.slow
@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["html", "epub", "docx", "pdf"])
def test_what_pandoc_and_libreoffice_make_of_it_reads_the_same(
    form: str, path: Path, tmp_path: Path
) -> None:
    found = course_blocks(path)
    source = tmp_path / "course.html"  # what both read, so that quotation marks stay as they are
    source.write_text(html(found), encoding="utf-8")
    target = tmp_path / f"course.{'docx' if form == 'pdf' else form}"
    by_pandoc(source, target, "-f", "html-smart")
    if form == "pdf":
        target = by_office(target, target.with_suffix(".pdf"))
    parsed = FORMATS[form].parse(target.read_bytes())
    check_marks(parsed)
    if form == "pdf":  # whether a paragraph ends where a page does cannot always be told
        assert " ".join(parsed.text.split()) == " ".join(_words(as_read(found)).split())
        assert len(set(blocks(parsed)) ^ set(as_read(found))) <= 3
    else:
        assert blocks(parsed) == as_read(found)


def _words(found: Sequence[str]) -> str:
    """The words of blocks, without the signs that say which are headings."""
    return " ".join(re.sub(r"^#+ ", "", block) for block in found)
