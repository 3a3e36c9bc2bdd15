"""What stands outside of the courses for those who embed one: the script, and the courses' colours.

Neither says anything of a course, so neither needs a key, and anybody may keep a copy.
"""

import json
from functools import cache
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import Response

from rag.courses import is_colour
from ui.colours import style_sheet
from ui.wording import LANGUAGES, sentences_below

SCRIPT = "static/embed.js"  # its address, below that of the server
KEPT_FOR = 60 * 60  # seconds, so that a mended script reaches every page within the hour

_FILE = Path(__file__).parent.parent / SCRIPT
_WORDS = "{} /* the words, in each language */"  # in the file, where the words belong
_ANYWHERE = {  # who has the script may be any page; it is the frame that is kept from them
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_KEPT = {"Cache-Control": f"public, max-age={KEPT_FOR}"}


def add_embedding(app: FastAPI) -> None:
    """Adds the script that pages of other sites load, and the style sheet of each colour."""

    @app.get(f"/{SCRIPT}")
    def script() -> Response:
        headers = {**_ANYWHERE, **_KEPT}
        return Response(embed_script(), media_type="text/javascript", headers=headers)

    @app.get("/colours/{digits}.css")
    def colours(digits: str) -> Response:
        if not is_colour(f"#{digits}"):
            raise HTTPException(404)
        return Response(style_sheet(f"#{digits}"), media_type="text/css", headers=_KEPT)


@cache
def embed_script() -> str:
    """The script of `ui/static/embed.js`, with what it says in every language."""
    said = {language: sentences_below("embed", language) for language in LANGUAGES}
    script = _FILE.read_text(encoding="utf-8")
    return script.replace(_WORDS, json.dumps(said, ensure_ascii=False))
