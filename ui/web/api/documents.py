"""Routes: the documents of a course, one of them, and any part of its text."""

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import JSONResponse, Response

from index.errors import LibraryError
from index.records import Document, Span
from ui.addresses import Site, Target, reader_url
from ui.contract import SCHEMA_VERSION, Json
from ui.pages import MOST_CHARACTERS, outline, pages_of
from ui.web.api.objects import DocumentObject, DocumentsObject
from ui.web.api.requests import ListQuery, TextQuery
from ui.web.api.visiting import AtCourse, no_document

router = APIRouter()


@router.get("/documents", response_model=DocumentsObject)
def list_documents(asked: Annotated[ListQuery, Query()], here: AtCourse) -> Response:
    """List the documents, by source."""
    rows = here.served.pipeline.library.documents()
    listed = [
        {**asdict(row), "url": _url(row.id, row.version, here.site)}
        for row in rows[asked.offset : asked.offset + asked.limit]
    ]
    return JSONResponse(
        {
            "schema_version": SCHEMA_VERSION,
            "count": len(rows),
            "offset": asked.offset,
            "documents": listed,
        }
    )


@router.get("/documents/{document_id:path}", response_model=DocumentObject)
def get_document(
    document_id: Annotated[str, Path(description="As the list has it.", examples=["clocks.md"])],
    asked: Annotated[TextQuery, Query()],
    here: AtCourse,
) -> Response:
    """Show a document: what it says of itself, its outline, and a part of its text.

    `page` asks for a page of the text, `start` and `end` for a slice.
    """
    with here.served.pipeline.library.snapshot() as snapshot:
        try:
            document = snapshot.document(document_id)
        except LibraryError as error:
            raise no_document(document_id) from error
    return JSONResponse(document_json(document, asked, site=here.site))


def document_json(document: Document, asked: TextQuery, *, site: Site) -> Json:
    """The document as one JSON object, with the part of its text that is asked for.

    Raises `HTTPException` for a part that it has not.
    """
    pages = pages_of(document)
    part = _part(asked, pages, len(document.text))
    return {
        "schema_version": SCHEMA_VERSION,
        "id": document.id,
        "version": document.version,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "date": document.date,
        "language": document.language,
        "address": document.address,
        "characters": len(document.text),
        "url": _url(document.id, document.version, site),
        "outline": [asdict(entry) for entry in outline(document, pages, page=asked.page or 1)],
        "pages": [{"start": start, "end": end} for start, end in pages],
        "text": part and {"start": part[0], "end": part[1], "text": document.text[slice(*part)]},
    }


def _part(asked: TextQuery, pages: Sequence[Span], length: int) -> Span | None:
    """The span that is asked for; None where none is."""
    if asked.page is None and asked.start is None and asked.end is None:
        return None
    if asked.page is not None and asked.start is None and asked.end is None:
        return _page(asked.page, pages)
    if asked.page is not None or asked.start is None or asked.end is None:
        raise _refused("a part of the text is asked for by page, or by both start and end")
    if not asked.start < asked.end <= length:
        raise _refused(
            f"start={asked.start} and end={asked.end} are no slice of a text of {length} "
            "characters; start must be less than end, and end no more than the text's length"
        )
    if asked.end - asked.start > MOST_CHARACTERS:
        raise _refused(
            f"the slice has {asked.end - asked.start} characters, and {MOST_CHARACTERS} is the "
            "most; ask for the text in several parts"
        )
    return asked.start, asked.end


def _page(number: int, pages: Sequence[Span]) -> Span:
    if number > len(pages):
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"there is no page {number}; the pages are 1 to {len(pages)}"
        )
    return pages[number - 1]


def _refused(detail: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def _url(document_id: str, version: str, site: Site) -> str:
    return reader_url(Target(document_id, version), site=site)
