"""Zip archives as tests need them: whole ones, and those that a hostile program would make."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles>
</container>"""
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>
  <manifest>{items}<item id="css" href="book.css" media-type="text/css"/></manifest>
  <spine>{spine}</spine>
</package>"""
PAGE = '<item id="p{0}" href="{1}" media-type="application/xhtml+xml"/>'


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A zip archive of members by name, each packed."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()


def epub(pages: Mapping[str, str], metadata: str = "", extra: str = "", **files: str) -> bytes:
    """A book of pages by name, in reading order; `extra` items stand for `files` by name."""
    items = "".join(PAGE.format(number, name) for number, name in enumerate(pages))
    spine = "".join(f'<itemref idref="p{number}"/>' for number in range(len(pages)))
    package = PACKAGE.format(metadata=metadata, items=items + extra, spine=spine)
    members = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    members |= {f"OEBPS/{name}": page for name, page in pages.items()}
    return archive(members | files)


def lying_about_size(packed: bytes, name: str, size: int) -> bytes:
    """The archive with another size of a member in its directory than the member unpacks to."""
    changed = bytearray(packed)
    at = packed.rindex(b"PK\x01\x02", 0, packed.rindex(name.encode()))
    struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)
