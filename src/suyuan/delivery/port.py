"""What a carrier has to be able to do, whichever way he is connected, and how he may fail.

An adapter is an `Adapter` value, named by an entry point of the group ``suyuan.carriers``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from suyuan.gs1.problems import N_, Problem

GROUP = "suyuan.carriers"


class Trouble(StrEnum):
    """What a failure means: `RETRY` later, the carrier did not answer as he should; `REFUSED`: he said no, and will say
    so again until somebody changes what is asked; `FINAL`: it can never be done this way (no key, no such function)."""

    RETRY = "retry"
    REFUSED = "refused"
    FINAL = "final"


class CarrierFailed(Exception):
    """A carrier did not do it. `unsure`: he may have done it all the same, and has to be asked before a second try."""

    def __init__(self, trouble: Trouble, problem: Problem, *, unsure: bool = False) -> None:
        super().__init__(problem.code)
        self.trouble, self.problem, self.unsure = trouble, problem, unsure


class Unsigned(Exception):
    """A call that nobody signed, or not so that it holds. `why`: one word of a closed list, for the counters."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A sender or recipient, as a carrier is told: a company, never more of a person than its contact."""

    name: str
    phone: str = ""
    country: str = "CN"
    region: str = ""
    city: str = ""
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is to be booked. `reference`: our number, the same each time it is tried; `weight` in kilograms as text,
    empty where it is not known; `waybill`: a number that the carrier gave by other ways."""

    reference: str
    sender: Party
    recipient: Party
    service: str = ""
    parcels: int = 1
    weight: str = ""
    waybill: str = ""
    goods: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """What the carrier made of it. `estimated`: when he says it comes, aware."""

    waybill: str
    estimated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A consignment that was booked, as a carrier is asked for it. `phone`: the recipient's or else the sender's, since
    some carriers tell nobody who does not know it."""

    waybill: str
    reference: str
    service: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as a carrier told it: `at` aware, `code` in his words, `step` one of `kinds.Step` or empty where the
    adapter knows no such code. `id`: his own key of the report where asking and calling give the same, else empty.
    `waybill` or `reference`: which consignment; empty where it was asked for that one."""

    at: datetime
    code: str
    step: str = ""
    text: str = ""
    place: str = ""
    id: str = ""
    waybill: str = ""
    reference: str = ""
    estimated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A label as the carrier draws it: bytes of a PDF, or of a picture."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an account's webhook: header names in lower case, the body as it came, `tail` of the address."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a call told, and what the carrier wants to hear for it."""

    told: Sequence[Told]
    answer: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as an adapter gets it, `secrets` in plain. `callback`: the address of its webhook, `tail` the secret
    part of it, for carriers that sign nothing."""

    code: str
    address: str
    customer: str = ""
    pays: str = ""
    mapping: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict)
    callback: str = ""
    tail: str = ""
    hosts: Sequence[str] = ()


class Carrier(Protocol):
    """A way to a carrier. Each may raise CarrierFailed; none keeps anything between two calls."""

    def book(self, parcel: Parcel) -> Booked:
        """Book it. Twice with one reference books once, or is REFUSED and found by `find`."""

    def find(self, reference: str) -> Booked | None:
        """What was booked under our reference, None where nothing was. Asked after a try that nobody answered."""

    def cancel(self, sent: Sent) -> None:
        """Take the booking back."""

    def label(self, sent: Sent) -> Label | None:
        """The label to be printed, None where the carrier draws none."""

    def track(self, sent: Sent) -> Sequence[Told]:
        """All reports of a consignment, in any order."""

    def parse_webhook(self, call: Call) -> Heard:
        """What a call told. Raises Unsigned unless its signature holds, CarrierFailed for what cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A kind of carrier. `secrets`: name → word of what an account has to keep; `needs`: fields that an account must
    fill in; `check`: what is wrong with an account's address or mapping, each problem at the name of its field.
    `asks`: reports come by asking as well; `numbered`: it takes a waybill number that is known already, and a service;
    `addressed`: it has to be told where to go.
    """

    word: str
    make: Callable[[Account], Carrier]
    secrets: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[str] = ()
    check: Callable[[Account], list[Problem]] = lambda _account: []
    asks: bool = True
    numbered: bool = False
    addressed: bool = True


# What an installation shows of an adapter before it is loaded.
WORDS: Mapping[str, str] = {
    "manual": N_("By telephone or with our own lorries"),
    "rest": N_("Another REST interface, as configured"),
    "sf": N_("SF Express (Fengqiao)"),
    "kuaidi100": N_("Kuaidi100"),
}


@cache
def names() -> tuple[str, ...]:
    """The adapters that are installed."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


@cache
def adapter(name: str) -> Adapter | None:
    """The adapter of this name, None where none is installed."""
    for point in entry_points(group=GROUP, name=name):
        found = point.load()
        if isinstance(found, Adapter):
            return found
    return None
