"""Where a printer may be: addresses of the house and ports of printers, as the settings say. Pure but for the resolver.

Whoever may describe a printer must not reach what else listens in the network, nor anything outside.
"""

import re
import socket
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from suyuan.gs1.problems import Problem, Refused

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_NAME = re.compile(
    r"(?=.{1,100}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def host_problems(host: str, field: str, networks: Sequence[Network]) -> list[Problem]:
    """An address outside the networks, or what is neither an address nor a name. A name is judged when it is used."""
    found = _literal(host)
    if found is not None:
        return [] if _inside(found, networks) else [outside(host, field)]
    if not _NAME.fullmatch(host) or host.replace(".", "").isdigit():
        return [Problem("devices.host_bad", field, {"host": host})]
    return []


def port_problems(port: int, field: str, ports: Collection[int]) -> list[Problem]:
    return [] if port in ports else [Problem("devices.port_closed", field, {"port": str(port), "ports": _said(ports)})]


def outside(host: str, field: str = "host") -> Problem:
    return Problem("devices.host_outside", field, {"host": host})


def reachable(host: str, port: int, networks: Sequence[Network]) -> str:
    """The address to connect to. Refused with devices.host_unknown, or devices.host_outside where any address that the
    name has lies outside: the one that was judged is the one that is used.
    """
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Refused([Problem("devices.host_unknown", "host", {"host": host})]) from None
    found = [_literal(str(row[4][0])) for row in rows]
    if not found or not all(one is not None and _inside(one, networks) for one in found):
        raise Refused([outside(host)])
    return str(found[0])


def _inside(address: Address, networks: Sequence[Network]) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any((mapped or address) in network for network in networks)


def _literal(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _said(ports: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ports)[:10]))
