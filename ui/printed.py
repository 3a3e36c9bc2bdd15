"""An answer as a person reads it on a terminal, made of the same JSON that a script gets."""

import re
from typing import TYPE_CHECKING

from ui.console import say, terminal, visible
from ui.contract import Json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

LONGEST_PASSAGE = 300  # characters shown of a passage that is no answer
LABELS = {"related": "related, not an answer:", "not_found": "closest, not an answer:"}

_BLANKS = re.compile(r"\s+")


def print_answer(answer: Json, *, passages: int) -> None:
    """Print the quotes; where there are none, say so and print the closest passages."""
    console = terminal()
    if answer["status"] == "answered":
        for quote in answer["quotes"]:
            _print_quote(quote, console)
        return
    say("These texts do not answer this.")
    for passage in answer["passages"][:passages]:
        say("")
        say(LABELS[answer["status"]])
        print_wrapped(plain(shortened(passage["text"])), console)
        print_where(passage, console)


def shortened(text: str, longest: int = LONGEST_PASSAGE) -> str:
    """The text up to the last word that ends within `longest` characters, on one line.

    >>> shortened("Springs drive  clocks.", 15)
    'Springs drive …'
    """
    text = one_line(text).strip()
    if len(text) <= longest:
        return text
    return (text[: longest + 1].rpartition(" ")[0] or text[:longest]) + " …"


def where(quote: Json) -> str:
    """The title, the place in words and the document's id.

    >>> where({"document": {"id": "d1", "title": "Tides"}, "place": {"label": "Spring, line 3"}})
    'Tides, Spring, line 3 [d1]'
    """
    title, label = quote["document"]["title"], quote["place"]["label"]
    named = label if label.startswith(title) else ", ".join(filter(None, (title, label)))
    return f"{named} [{quote['document']['id']}]"


def _print_quote(quote: Json, console: "Console") -> None:
    text, start, answer = quote["text"], quote["start"], quote["answer"]
    first, last = (answer["start"] - start, answer["end"] - start) if answer else (0, 0)
    words = plain("“" + one_line(text[:first]))
    words.append(one_line(text[first:last]), style="bold")
    words.append(one_line(text[last:]) + "”")
    print_wrapped(words, console)
    print_where(quote, console)
    say("")


def print_where(quote: Json, console: "Console") -> None:
    """Print where a quote or place of the contract stands, set in."""
    words = plain(visible(where(quote)))
    words.stylize("dim")
    print_wrapped(words, console, indent="    ")


def print_wrapped(words: "Text", console: "Console", indent: str = "") -> None:
    """Print the words in lines that fit the terminal."""
    for line in words.wrap(console, max(20, console.width - len(indent))):
        line.rstrip()
        console.print(plain(indent) + line, soft_wrap=True)


def plain(words: str) -> "Text":
    """The words without any style."""
    from rich.text import Text

    return Text(words)


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that steers a terminal."""
    return visible(_BLANKS.sub(" ", text))
