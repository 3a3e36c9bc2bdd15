"""Draws pages of the originals that a library keeps, in a process that is confined like a parser.

The drawing itself is `index/documents/pdf_drawing.py`.
"""

import struct

from index.closing import Closing
from index.confined.confinement import Limits
from index.confined.process import Confined, Task
from index.errors import SourceError

MEDIA_TYPE = "image/webp"
VERSION = 1  # raised when the same page is drawn otherwise
LIMITS = Limits(
    memory=1_500_000_000,
    processor_seconds=10,
    seconds=30.0,
    reply_bytes=20_000_000,
    whole_file=False,
)
HEAD = struct.Struct(">I")  # of a request: the number of the page, from 0; then comes the file
_TASK = Task("a PDF whose pages can be drawn", "index.documents.pdf_drawing")


class Drawer(Closing):
    """Draws one page after another; for one thread at a time."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        """No process is started before the first page."""
        self._confined = Confined(_TASK, limits)

    def draw(self, original: bytes, sheet: int) -> bytes:
        """The page, counted from 0, as an image. Raises `SourceError`, which says why not."""
        image = self._confined.reply(HEAD.pack(sheet) + original)
        if image[:4] + image[8:12] != b"RIFFWEBP":
            self.close()
            raise SourceError("made the process that draws it send what is no image")
        return image

    def close(self) -> None:
        """End the process, at once."""
        self._confined.close()
