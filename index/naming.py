"""Many names in one message: the first few, and how many more there are."""

from collections.abc import Sequence


def some(names: Sequence[str], *, most: int = 5, between: str = ", ") -> str:
    """The first `most` names, and how many more there are.

    >>> some(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    told = between.join(names[:most])
    return f"{told} and {len(names) - most:,} more" if len(names) > most else told
