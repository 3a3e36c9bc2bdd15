"""Opens a library and serves it; what goes wrong while serving goes to the log."""

from rag.ask import open_pipeline, warm_up
from rag.settings import Settings
from ui.console import Bar
from ui.logs import log_to
from ui.server import serve


def serve_library(settings: Settings) -> None:
    """Serve the library until Ctrl-C. Raises `PinciteError` for one that cannot be opened."""
    with Bar("Opening the library"):
        pipeline = open_pipeline(settings)
        warm_up(pipeline)
    log_to(settings.log)
    with pipeline.library:
        serve(pipeline, settings)
