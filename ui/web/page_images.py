"""The image of a page, as a course answers with it.

An address that names the file by its hash means the same image for ever; any other is asked again.
"""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from index.drawing import MEDIA_TYPE, VERSION
from index.library import Library
from ui.addresses import FILE_DIGITS
from ui.reading import Address
from ui.web.drawings import Page
from ui.web.policies import reading_policy
from ui.web.problems import problem_of_refusal, refusal
from ui.web.refusals import RefusedError
from ui.web.served import Served
from ui.web.visits import visit_in

_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"


async def image_of_page(address: Address, request: Request, served: Served) -> Response:
    """The image that an address asks for. Raises `HTTPException` where there is none."""
    library = served.pipeline.library
    page = await run_in_threadpool(_page_in, library, address)
    if page is None:
        raise HTTPException(404)
    named = address.file == page.original[:FILE_DIGITS]
    headers = {
        "Cache-Control": _FOR_EVER if named else _ASK_AGAIN,
        "Content-Security-Policy": reading_policy(served.course),
        "ETag": f'"{page.original}-{page.sheet}-{VERSION}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    try:
        with served.desk.refusing(served.course):
            image = await served.desk.drawings.image(page, lambda: _data(library, page))
    except RefusedError as error:
        return refusal(problem_of_refusal(error), below=visit_in(request).below)
    if not image:
        raise HTTPException(404)
    return Response(image, media_type=MEDIA_TYPE, headers=headers)


def _page_in(library: Library, address: Address) -> Page | None:
    """The page that an address means; `None` where there is no such page of that version."""
    number = address.page
    if not (number.isascii() and number.isdigit() and len(number) < 10 and int(number)):
        return None
    with library.snapshot() as snapshot:
        original = snapshot.original(address.document_id, address.version)
        sheets = snapshot.sheets(address.document_id)
    if original is None or int(number) > len(sheets):
        return None
    if address.file and address.file != original[:FILE_DIGITS]:
        return None
    return Page(original, int(number) - 1)


def _data(library: Library, page: Page) -> bytes:
    with library.snapshot() as snapshot:
        data = snapshot.original_data(page.original)
    if data is None:  # it was removed meanwhile
        raise HTTPException(404)
    return data
