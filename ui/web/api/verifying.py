"""Route: whether somebody else's quotations stand in the texts."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from ui.web.api.objects import VerificationObject
from ui.web.api.replies import verification_reply
from ui.web.api.requests import VerifyRequest
from ui.web.api.visiting import AtCourse
from ui.web.presence import while_connected

router = APIRouter()


@router.post("/verify", response_model=VerificationObject)
async def verify(asked: VerifyRequest, here: AtCourse, request: Request) -> Response:
    """Check the quotations of a text.

    Each is exact, exact but for typography, abridged, altered (with the changes), stitched
    together, misattributed or absent, with the places where it stands. This is a search: what is
    called exact does stand there, what is called absent was looked for and not found.
    """
    reply = verification_reply(asked.text, here, document=asked.document)
    return JSONResponse(await while_connected(request, reply, of=asked.text))
