"""What is wrong with a file, gathered so that all of it can be told at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from index.errors import SuiteError

MOST_TOLD = 20  # of one kind in one file; the others are counted

_MOST_SHOWN = 80  # characters of a wrong value


def shown(value: object) -> str:
    """A value as a message shows it, cut where it is long.

    >>> shown([1, 2]), len(shown("a" * 500))
    ('[1, 2]', 80)
    """
    whole = repr(value)
    return whole if len(whole) <= _MOST_SHOWN else f"{whole[: _MOST_SHOWN - 1]}…"


class Fault(Exception):
    """Something wrong at one place of a file."""

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        """Say what is wrong; `kind` is what all faults of its kind share, the message if `None`."""
        super().__init__(message)
        self.kind = kind or message

    @classmethod
    def expecting(cls, expected: str, found: object) -> "Fault":
        """The fault of a value that is not as expected.

        >>> str(Fault.expecting("id must be a text", 6))
        'id must be a text, not 6'
        """
        return cls(f"{expected}, not {shown(found)}", kind=expected)


class _Found(NamedTuple):
    origin: str
    place: str
    fault: Fault


class Faults:
    """The faults of a suite's files, in the order they were found in."""

    def __init__(self) -> None:
        """Begin without any."""
        self._found: list[_Found] = []

    def note(self, origin: str, place: str, fault: Fault) -> None:
        """Keep a fault of the file `origin`; `place` is where in it, as `:3` or `: data[0]`."""
        self._found.append(_Found(origin, place, fault))

    @contextmanager
    def at(self, origin: str, place: str = "") -> Iterator[None]:
        """Note a `Fault` raised within, and go on."""
        try:
            yield
        except Fault as fault:
            self.note(origin, place, fault)

    def has(self, origin: str) -> bool:
        """Whether something is wrong with that file."""
        return any(found.origin == origin for found in self._found)

    def lines(self) -> list[str]:
        """One line a fault; where there are more than `MOST_TOLD` of a kind, how many more.

        >>> faults = Faults()
        >>> for number in range(1, 24):
        ...     faults.note("suite", f":{number}", Fault("not JSON"))
        >>> faults.lines()[-2:]
        ['suite:20: not JSON', 'suite: and 3 more: not JSON']
        """
        totals = Counter((found.origin, found.fault.kind) for found in self._found)
        so_far: Counter[tuple[str, str]] = Counter()
        lines = []
        for origin, place, fault in self._found:
            so_far[origin, fault.kind] += 1
            if so_far[origin, fault.kind] <= MOST_TOLD:
                lines.append(f"{origin}{place}: {fault}")
            elif so_far[origin, fault.kind] == MOST_TOLD + 1:
                more = totals[origin, fault.kind] - MOST_TOLD
                lines.append(f"{origin}: and {more} more: {fault.kind}")
        return lines

    def refuse(self) -> None:
        """Raise `SuiteError` with every line, if there is one."""
        if lines := self.lines():
            raise SuiteError("\n".join(lines))
