"""Mass balance: what came in is out, in stock, under way, used up, lost or unexplained. Pure.

Amounts are millionths, and each unit is a balance of its own. What each event did tells `balance_tell`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from suyuan.gs1.quantities import unit


class Term(StrEnum):
    """Where goods came from, and what has become of them. What counts against its side is negative there."""

    OPENING = "opening"
    OPENING_WAY = "opening_way"
    STARTED = "started"
    RECEIVED = "received"
    MADE = "made"
    RENAMED_IN = "renamed_in"
    RETURNED = "returned"
    MOVED_IN = "moved_in"
    CLOSING = "closing"
    CLOSING_WAY = "closing_way"
    SHIPPED = "shipped"
    SENT_BACK = "sent_back"
    CONSUMED = "consumed"
    RENAMED_OUT = "renamed_out"
    SAMPLE = "sample"
    SCRAP = "scrap"
    RETIRED = "retired"
    DIFFERENCE = "difference"
    MOVED_OUT = "moved_out"
    UNEXPLAINED = "unexplained"


INWARD = (
    Term.OPENING, Term.OPENING_WAY, Term.STARTED, Term.RECEIVED, Term.MADE, Term.RENAMED_IN, Term.RETURNED,
    Term.MOVED_IN,
)  # fmt: skip
OUTWARD = (
    Term.CLOSING, Term.CLOSING_WAY, Term.SHIPPED, Term.SENT_BACK, Term.CONSUMED, Term.RENAMED_OUT, Term.SAMPLE,
    Term.SCRAP, Term.RETIRED, Term.DIFFERENCE, Term.MOVED_OUT,
)  # fmt: skip
Amounts = dict[Term, int]
Key = tuple[bytes, str]  # whatever amounts are put together by, unit


class Entry(NamedTuple):
    """What one event did to the goods of a key, in one unit: its share of each term."""

    at: int
    record: bytes
    log: str
    step: str
    type: str
    disposition: str
    key: bytes
    unit: str
    amounts: Amounts


@dataclass(slots=True)
class Account:
    """The balance of one key in one unit. Millionths."""

    terms: Amounts = field(default_factory=lambda: defaultdict(int))

    def add(self, amounts: Mapping[Term, int]) -> None:
        for term, amount in amounts.items():
            self.terms[term] += amount

    @property
    def entered(self) -> int:
        """All that was there or came in."""
        return sum(self.terms.get(term, 0) for term in INWARD)

    @property
    def left(self) -> int:
        """All that is there or went out."""
        return sum(self.terms.get(term, 0) for term in OUTWARD)

    @property
    def unexplained(self) -> int:
        """So much more is accounted for than ever came in; less where it is negative."""
        return self.left - self.entered

    def __getitem__(self, term: Term) -> int:
        return self.unexplained if term is Term.UNEXPLAINED else self.terms.get(term, 0)


def in_one_unit(accounts: Mapping[Key, Account]) -> dict[Key, Account]:
    """What one key has in several units of a kind, grams and kilograms, in the smallest of them."""
    finest = finest_of(accounts)
    found: dict[Key, Account] = defaultdict(Account)
    for (key, code), account in accounts.items():
        wanted = finest[key, unit(code).dimension]
        ratio = unit(code).factor / unit(wanted).factor
        found[key, wanted].add({term: converted(amount, ratio) for term, amount in account.terms.items()})
    return dict(found)


def finest_of(keys: Iterable[Key]) -> dict[tuple[bytes, str], str]:
    """(key, dimension) → the smallest of its units."""
    finest: dict[tuple[bytes, str], str] = {}
    for key, code in keys:
        place = (key, unit(code).dimension)
        if place not in finest or unit(code).factor < unit(finest[place]).factor:
            finest[place] = code
    return finest


def converted(amount: int, ratio: Fraction) -> int:
    return amount if ratio == 1 else int(amount * ratio)
