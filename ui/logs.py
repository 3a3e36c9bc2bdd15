"""Where the program's own log goes: to a file, so that nobody is shown a traceback."""

import logging
from pathlib import Path


def log_to(path: Path) -> None:
    """Sends what is logged from now on to the file, which is made with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(filename=path, encoding="utf-8", format="%(asctime)s %(name)s: %(message)s")
