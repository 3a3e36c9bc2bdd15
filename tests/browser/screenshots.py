"""Pictures of every state at three widths in both themes, of the sample course and a Hebrew text.

`python -m tests.browser.screenshots` makes them all; `--width` and `--scheme` pick some,
`--locale` the language of the interface.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from index.sources import text_source
from rag.ask import open_pipeline, warm_up
from rag.settings import Settings
from tests.browser.opening import HEBREW, SCREENSHOTS, Opener, Site
from tests.browser.states import Questions, every_state
from tests.browsers import chromium
from tests.served import alone
from tests.support import running
from ui.sample import index_course, questions
from ui.suggesting import Suggestions
from ui.web.app import build_app

WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
QUESTIONS = Questions(
    answered="Which town did the captured sundial in Rome originally come from?",
    several="Who built clocks?",
    absent="What is the capital of Mongolia?",
)


def main() -> int:
    """0 once the pictures are made."""
    options = _options()
    SCREENSHOTS.mkdir(exist_ok=True)
    with _sample_site() as site, chromium() as browser:
        opener = Opener(browser, site)
        for scheme in options.scheme or SCHEMES:
            for width in options.width or WIDTHS:
                page = opener(width=width, scheme=scheme, locale=options.locale)
                for state in every_state(page, site, QUESTIONS):
                    page.wait_for_timeout(300)  # what moves has come to rest
                    name = f"{state}-{options.locale}-{scheme}-{width}.png"
                    page.screenshot(path=SCREENSHOTS / name)
                    print(name, flush=True)
        opener.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", action="append", type=int)
    parser.add_argument("--scheme", action="append", choices=SCHEMES)
    parser.add_argument("--locale", default="en")
    return parser.parse_args()


@contextmanager
def _sample_site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(library=Path(folder, "library"), questions=questions())
        index_course(settings)
        pipeline = open_pipeline(settings)
        source = text_source("states", "hebrew.md", f"# הים\n\n{HEBREW} והשמש.\n")
        list(pipeline.library.add([source], embedder=pipeline.embedder, max_bytes=1_000_000))
        warm_up(pipeline)
        suggestions = Suggestions()
        suggestions.look(pipeline, stopped=Event()).join()
        app = build_app(alone(pipeline, suggestions), settings)
        with pipeline.library, running(app) as origin:
            yield Site(f"{origin}/c/default/", pipeline)


if __name__ == "__main__":
    sys.exit(main())
