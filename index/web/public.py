"""Which numbers of hosts are everybody's, and which this machine or its own network answers to.

See the registries of special-purpose addresses of IANA (RFC 6890), as Python's `ipaddress` has
them. An IPv6 address that carries one of IPv4 is as public as that.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_IPV4_NEVER = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_IPV6_PUBLIC = IPv6Network("2000::/3")
_IPV6_NEVER = (
    IPv6Network("2001::/23"),  # protocols, Teredo among them
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address is its last 32 bits
_LOCAL_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa", "intranet", "lan")


def is_public(number: str) -> bool:
    """Whether the number of a host is one that means the same host everywhere.

    >>> [is_public(n) for n in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1", "2606:2800::1")]
    [True, False, False, True]
    """
    try:
        address = ip_address(number)
    except ValueError:
        return False
    return _is_public4(address) if isinstance(address, IPv4Address) else _is_public6(address)


def is_local_name(name: str) -> bool:
    """Whether a name is kept for this machine or its own network, whatever it resolves to.

    >>> is_local_name("printer.local"), is_local_name("local.example.org")
    (True, False)
    """
    return any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES)


def _is_public4(address: IPv4Address) -> bool:
    if any(address in network for network in _IPV4_NEVER):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_public6(address: IPv6Address) -> bool:
    carried = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        carried = IPv4Address(int(address) & 0xFFFF_FFFF)
    if carried is not None:
        return _is_public4(carried)
    if address not in _IPV6_PUBLIC or any(address in network for network in _IPV6_NEVER):
        return False
    return address.is_global and not address.is_multicast
