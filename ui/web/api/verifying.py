"""Route: whether somebody else's quotations stand in the texts."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from ui.contract import verification_json
from ui.web import answering
from ui.web.api.objects import VerificationObject
from ui.web.api.requests import VerifyRequest
from ui.web.api.visiting import AtCourse, check_known

router = APIRouter()


@router.post("/verify", response_model=VerificationObject)
def verify(asked: VerifyRequest, here: AtCourse) -> Response:
    """Check the quotations of a text.

    Each is exact, exact but for typography, abridged, altered (with the changes), stitched
    together, misattributed or absent, with the places where it stands. This is a search: what is
    called exact does stand there, what is called absent was looked for and not found.
    """
    documents = [asked.document] if asked.document else None
    check_known(documents, here.served)
    verified = answering.check(asked.text, here.served, document=asked.document)
    return JSONResponse(verification_json(verified, site=here.site))
