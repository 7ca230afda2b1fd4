"""What travels with every command: who, when, under which request. Nothing else reads the clock or mints ids."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from suyuan.accounts.rules import Actor
from suyuan.governance.signing import Signed
from suyuan.ledger.keys import micros

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is mistaken for another


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`now` is aware; `client_time` what the device's clock said; `signatures` those of second persons.

    `clock` is for what happens at this moment: read again when the command's turn has come, so that of sixty clerks who
    wait for one lot none is behind the others' time. Without it `now` stands.
    """

    actor: Actor
    request_id: UUID
    now: datetime
    clock: Callable[[], datetime] | None = None
    locale: str = "zh-hans"
    terminal: str = ""
    client_time: datetime | None = None
    signatures: tuple[Signed, ...] = ()
    _numbers: Iterator[int] = field(default_factory=count, init=False, repr=False, compare=False)

    def in_turn(self) -> "Context":
        """The same, at the moment its turn has come."""
        return self if self.clock is None else replace(self, now=max(self.now, self.clock()))

    def mint(self) -> str:
        """A new id, ``urn:uuid:`` with a version 7 UUID of this moment.

        Its random part is a hash of the request, so that the same request on the same clock mints the same ids (the
        demo company is the same for everybody) and no two requests do.
        """
        number = next(self._numbers)
        time = (micros(self.now) // 1000) & 0xFFFFFFFFFFFF
        chance = int.from_bytes(self._digest("id", number)[:8], "big") >> 2
        return f"urn:uuid:{UUID(int=time << 80 | 7 << 76 | (number & 0xFFF) << 64 | 2 << 62 | chance)}"

    def number(self, prefix: str, zone: ZoneInfo) -> str:
        """A new number for a paper: prefix, minute in the site's zone, four characters of the request.

        No counter: that would be a row for which every receipt and dispatch of a warehouse waits.
        """
        chance = int.from_bytes(self._digest("number", next(self._numbers))[:4], "big")
        tail = "".join(_LETTERS[chance >> shift & 31] for shift in (15, 10, 5, 0))
        return f"{prefix}{self.now.astimezone(zone):%y%m%d%H%M}-{tail}"

    def _digest(self, use: str, number: int) -> bytes:
        return sha256(self.request_id.bytes + f"{use}{number}".encode()).digest()
