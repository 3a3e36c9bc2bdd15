"""Token buckets: so many a minute, and after a pause as many at once."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float  # when it held them


class Buckets:
    """A bucket for each name; of those that were not used for long, the tokens are forgotten.

    >>> now = [0.0]
    >>> buckets = Buckets(most=100, clock=lambda: now[0])
    >>> buckets.missing("a", per_minute=2)
    0.0
    >>> buckets.take("a", tokens=2)
    >>> now[0] = 20.0
    >>> buckets.missing("a", per_minute=2), buckets.missing("b", per_minute=2)
    (10.0, 0.0)
    """

    def __init__(self, *, most: int, clock: Callable[[], float]) -> None:
        """Keep the `most` buckets that were used last; `clock` gives seconds."""
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many buckets are kept."""
        return len(self._buckets)

    def missing(self, name: Hashable, *, per_minute: int, tokens: float = 1) -> float:
        """Seconds until the bucket holds so many tokens, none of which is taken."""
        now, each_second = self._clock(), per_minute / 60
        bucket = self._buckets.setdefault(name, _Bucket(per_minute, now))
        gained = (now - bucket.filled_at) * each_second
        bucket.tokens, bucket.filled_at = min(per_minute, bucket.tokens + gained), now
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return round(max(0.0, (min(tokens, per_minute) - bucket.tokens) / each_second), 6)

    def take(self, name: Hashable, *, tokens: float = 1) -> None:
        """Takes tokens that are not missing."""
        self._buckets[name].tokens -= tokens


def network_of(address: str) -> str:
    """The address of whoever asks, as far as it tells one from another.

    A house or a person has a whole network of IPv6 addresses, so its first half stands for all.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a socket of this machine, or a test
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False).network_address)
