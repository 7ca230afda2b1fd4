"""Where a request came from, behind proxies that say so."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from suyuan.ui.plain import Answer

Network = IPv4Network | IPv6Network


def told_by_proxies(get_response: Answer) -> Answer:
    """Middleware, the first of all: behind proxies of `SUYUAN_PROXIES` a request has the address of who sent it, so
    that limits, lock-outs and records of logins are of him. From anybody else the header counts for nothing.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        trusted = settings.SUYUAN.proxies
        if trusted:
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_of(request.META.get("REMOTE_ADDR", ""), forwarded, trusted)
        return get_response(request)

    return answered


def client_of(peer: str, forwarded: str, trusted: Collection[Network]) -> str:
    """The last address before the proxies that are trusted. `forwarded`: X-Forwarded-For, to which each proxy has added
    whom it was asked by, so that only its end can be believed; what cannot be read ends it too.
    """
    found = peer
    for said in reversed(forwarded.split(",")):
        address = _address(found)
        if address is None or not any(address in network for network in trusted):
            break
        before = _address(said.strip())
        if before is None:
            break
        found = str(before)
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address in IPv6 clothes is one of IPv4."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
