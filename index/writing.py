"""Files written whole: nobody ever reads half of one, also after the power failed."""

import os
import threading
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write the text in UTF-8 so that the file has all of it or what it had before.

    What is no plain file, a device for one, is written to as it is. Raises `OSError`.
    """
    path = Path(os.path.realpath(path))
    data = text.encode("utf-8", "backslashreplace")
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
