"""Keeps transformers from telling what it loads: where something is amiss, we say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import ERROR


@contextmanager
def quietly() -> Iterator[None]:
    """While the block lasts transformers tells errors only, and shows no progress."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity(ERROR)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers annotates it not
    try:
        yield
    finally:
        logging.set_verbosity(before)
