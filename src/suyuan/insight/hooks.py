"""Calling somebody's webhook: where it may lead, how it is signed (Standard Webhooks), and never longer than a moment.

Whoever enters an address must not make us ask what else listens in our network: it leads to public addresses by https,
or to hosts that the settings declare; the address that was judged is the one that is connected to; nothing follows a
redirection.
"""

import base64
import hmac
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from suyuan.gs1.problems import Problem, Refused

TIMEOUT = 10.0  # seconds without an answer
LONGEST = 20.0  # seconds from the beginning to the end, however slowly it is answered
READ = 2048  # bytes of an answer, which nobody reads
PORTS = {"https": 443, "http": 80}


class NotSent(Exception):
    """It did not arrive, or nobody said that it did: why, in words for the page that shows it. `reached`: a server took
    the connection, so that it may have arrived."""

    def __init__(self, why: str, *, reached: bool = False) -> None:
        super().__init__(why)
        self.reached = reached


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a webhook is. `declared`: the settings name its host."""

    scheme: str
    host: str
    port: int
    path: str
    declared: bool


def hook_of(url: str, declared: Collection[str]) -> Hook:
    """The parts of an address. Refused: it is none, or neither https nor a host of the settings."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused([Problem("insight.digest_url", "webhook")]) from None
    host = (parts.hostname or "").lower()
    known = host in declared
    plain = not parts.username and not parts.fragment and url.isascii() and url.isprintable() and " " not in url
    if not host or not plain or parts.scheme not in PORTS or (parts.scheme == "http" and not known):
        raise Refused([Problem("insight.digest_url", "webhook")])
    if not known and _literal(host) is not None and not is_public(host):
        raise Refused([Problem("insight.digest_host", "webhook", {"host": host})])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Hook(parts.scheme, host, port or PORTS[parts.scheme], path, known)


def is_public(address: str) -> bool:
    """Is it an address of the internet, and none of a tunnel into another network?"""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None or found.teredo is not None or found in _NAT64:
            return False
    return found.is_global and not found.is_multicast


class _Network:
    """64:ff9b::/96, which a gateway makes an IPv4 address of."""

    def __contains__(self, address: IPv6Address) -> bool:
        return int(address) >> 32 == int(IPv6Address("64:ff9b::")) >> 32


_NAT64 = _Network()


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def address_of(hook: Hook) -> str:
    """The address to connect to. NotSent where the name has none, or any of its addresses is not public."""
    try:
        rows = socket.getaddrinfo(hook.host, hook.port, type=socket.SOCK_STREAM)
    except OSError:
        raise NotSent(f"{hook.host}: no such host") from None
    found = [str(row[4][0]) for row in rows]
    if not hook.declared and not all(map(is_public, found)):
        raise NotSent(f"{hook.host}: not a public address")
    return found[0]


def secret_of(key: str, of: str) -> str:
    """The secret that signs what somebody is sent, made of the installation's key: it stands in no table."""
    made = hmac.new(key.encode(), f"suyuan.insight.webhook:{of}".encode(), sha256).digest()
    return "whsec_" + base64.b64encode(made).decode()


def headers_of(secret: str, id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks: id, time (seconds), and the HMAC-SHA256 of ``id.time.body``."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = hmac.new(key, f"{id}.{at}.".encode() + body, sha256).digest()
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "suyuan",
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(signature).decode(),
    }


class _Http(HTTPConnection):
    def __init__(self, hook: Hook, address: str) -> None:
        super().__init__(hook.host, hook.port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT)


class _Https(HTTPSConnection):
    def __init__(self, hook: Hook, address: str) -> None:
        super().__init__(hook.host, hook.port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def call(hook: Hook, body: bytes, headers: Mapping[str, str], longest: float = LONGEST) -> None:
    """Send it; NotSent unless the answer begins with 2."""
    answer = ask(hook, "POST", body, headers, longest=longest)
    if not 200 <= answer.status < 300:
        raise NotSent(f"{hook.host}: HTTP {answer.status}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `body` as far as it was read."""

    status: int
    body: bytes


def ask(
    hook: Hook, method: str, body: bytes, headers: Mapping[str, str], *, longest: float = LONGEST, most: int = READ
) -> Answer:
    """Send it and read at most so many bytes of the answer, whatever its status. NotSent: there was none; `reached`
    says whether it may have arrived all the same.
    """
    connection = (_Https if hook.scheme == "https" else _Http)(hook, address_of(hook))
    end = threading.Timer(longest, _cut, [connection])
    end.start()
    reached = False
    try:
        connection.connect()
        reached = True
        connection.request(method, hook.path, body, dict(headers))
        answer: HTTPResponse = connection.getresponse()
        return Answer(answer.status, answer.read(most))
    except (OSError, HTTPException) as error:
        raise NotSent(f"{hook.host}: {error or type(error).__name__}"[:300], reached=reached) from error
    finally:
        end.cancel()
        connection.close()


def _cut(connection: HTTPConnection) -> None:
    """End a call that takes too long; whoever waits for it gets an error."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself
