"""UN/EDIFACT DESADV written: directory D.96A with the rules of EANCOM 97 (association code EAN005). Pure.

Which segments say what:

- BGM 351 with the function (DE 1225: 9 original, 5 replacement, 1 cancellation); DTM 137 and 11, when the document was
  made and when the goods left; RFF ON the customer's order and VN ours; NAD SU, BY, DP and CA, by GLN (agency 9) or
  else by our code (91).
- Group 10: CPS 1 is the shipment with what is loose; each further CPS a container, with the CPS that it is in (DE
  7166), PAC with MEA PD AAB and AAA (what it weighs with all that is in it, and what that weighs), and PCI 33E and GIN
  BJ for its SSCC (PCI 24 and GIN ML where it has another number).
- Group 15: LIN with the GTIN (EN); PIA SA and IN, our code and the customer's; MEA PD AAC, the weight of all of it,
  where QTY 12 says how many in the base unit; GIN BN, serials; in group 20 PCI 17 with DTM 361 (best before), DTM 94
  (made) and GIN BX (lot).
- MEA is in kilograms; DE 6321 says 3, approximately, where the catalog made the figure and no scale.
- CNT 2 counts the lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from suyuan.gs1.quantities import UNITS, decimal_text, is_weight
from suyuan.orders.edifact_syntax import SERVICE, written
from suyuan.orders.rules import exact

ALIKE = 5  # goods identity numbers that a GIN holds
PIECE = "PCE"
PIECES = frozenset({"", "EA", "C62", "H87"})


class Function(StrEnum):
    """What a message is to those before it under the same number (DE 1225)."""

    ORIGINAL = "9"
    REPLACEMENT = "5"
    CANCELLATION = "1"


@dataclass(frozen=True, slots=True)
class Party:
    """By GLN where it has one, else by our code for it."""

    gln: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """In kilograms, as a scale said or by the catalog."""

    amount: Decimal
    measured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So much of one lot: `gtin` with 14 digits, `own` our code and `theirs` the customer's, "" where there is none;
    `amounts` with their units, the base unit first; `net`: what all of it weighs."""

    gtin: str = ""
    own: str = ""
    theirs: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    amounts: tuple[tuple[Decimal, str], ...] = ()
    net: Weight | None = None
    best_before: date | None = None
    made: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A container with what is in it: its SSCC, or else its number with us; `gross` with itself, `net` without."""

    sscc: str = ""
    number: str = ""
    gross: Weight | None = None
    net: Weight | None = None
    lines: tuple[Line, ...] = ()
    units: tuple["Unit", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A despatch advice. `reference`: of the interchange, the same each time it is sent, at most 14 signs; `orders`:
    the customer's number for each order, and ours. Times in the zone of the site that shipped."""

    reference: str
    number: str
    function: Function
    made: datetime
    despatched: datetime
    sender: Party
    customer: Party
    carrier: Party | None = None
    orders: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    units: tuple[Unit, ...] = ()


def message_bytes(message: Message) -> bytes:
    """An interchange of this one message: in Latin 1 (UNOC), or in UTF-8 (UNOW, syntax 4) where that lacks a letter."""
    body = list(_message(message))
    text = "\r\n".join([SERVICE, _header(message, "UNOC", "3"), *body, written("UNZ", "1", message.reference), ""])
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.replace(_header(message, "UNOC", "3"), _header(message, "UNOW", "4"), 1).encode()


def _header(message: Message, charset: str, version: str) -> str:
    day = message.made.strftime("%Y%m%d" if version == "4" else "%y%m%d")
    at = [day, message.made.strftime("%H%M")]
    return written(
        "UNB", [charset, version], _mailbox(message.sender), _mailbox(message.customer), at, message.reference
    )


def _mailbox(party: Party) -> list[str]:
    """DE 0007: 14 is a GLN, ZZ what both agreed on."""
    return [party.gln, "14"] if party.gln else [party.code, "ZZ"]


def _message(message: Message) -> Iterator[str]:
    rows = [*_head(message), *_packages(message)]
    lines = sum(row.startswith("LIN+") for row in rows)
    rows = [written("UNH", "1", ["DESADV", "D", "96A", "UN", "EAN005"]), *rows, written("CNT", ["2", str(lines)])]
    yield from rows
    yield written("UNT", str(len(rows) + 1), "1")


def _head(message: Message) -> Iterator[str]:
    yield written("BGM", "351", message.number, message.function)
    yield _at("137", message.made)
    yield _at("11", message.despatched)
    for theirs, ours in message.orders:
        if theirs:
            yield written("RFF", ["ON", theirs])
        if ours:
            yield written("RFF", ["VN", ours])
    yield _party("SU", message.sender)
    yield _party("BY", message.customer)
    yield _party("DP", message.customer)
    if message.carrier is not None:
        yield _party("CA", message.carrier)


def _at(kind: str, moment: datetime) -> str:
    return written("DTM", [kind, moment.strftime("%Y%m%d%H%M"), "203"])


def _day(kind: str, day: date) -> str:
    return written("DTM", [kind, day.strftime("%Y%m%d"), "102"])


def _party(role: str, party: Party) -> str:
    return written("NAD", role, [party.gln, "", "9"] if party.gln else [party.code, "", "91"])


def _packages(message: Message) -> Iterator[str]:
    """Group 10: nothing at all for a cancellation."""
    if not message.lines and not message.units:
        return
    numbers = iter(range(1, 10_000_000))  # of lines
    levels = iter(range(2, 10_000_000))  # of packages; the shipment is the first
    yield written("CPS", "1")
    if message.units:
        yield written("PAC", str(len(message.units)), "", "PK")
    yield from _lines(message.lines, numbers)
    for unit in message.units:
        yield from _unit(unit, "1", levels, numbers)


def _unit(unit: Unit, above: str, levels: Iterator[int], numbers: Iterator[int]) -> Iterator[str]:
    level = str(next(levels))
    yield written("CPS", level, above)
    yield written("PAC", "1", "", "PK")
    yield from _weight("AAB", unit.gross)
    yield from _weight("AAA", unit.net)
    yield written("PCI", "33E" if unit.sscc else "24")
    yield written("GIN", "BJ" if unit.sscc else "ML", unit.sscc or unit.number)
    yield from _lines(unit.lines, numbers)
    for inner in unit.units:
        yield from _unit(inner, level, levels, numbers)


def _lines(lines: Sequence[Line], numbers: Iterator[int]) -> Iterator[str]:
    for line in lines:
        yield written("LIN", str(next(numbers)), "", [shown_gtin(line.gtin), "EN"] if line.gtin else "")
        codes = [[code, kind] for code, kind in ((line.own, "SA"), (line.theirs, "IN")) if code]
        if codes:
            yield written("PIA", "1" if line.gtin else "5", *codes)  # 1: besides, 5: it is the only one
        yield from _weight("AAC", line.net if not any(map(_weighs, line.amounts)) else None)
        for amount, unit in line.amounts:
            yield written("QTY", ["12", decimal_text(amount), PIECE if unit in PIECES else unit])
        for n in range(0, len(line.serials), ALIKE):
            yield written("GIN", "BN", *line.serials[n : n + ALIKE])
        if line.lot or line.best_before or line.made:
            yield from _marks(line)


def _weighs(amount: tuple[Decimal, str]) -> bool:
    return amount[1] in UNITS and is_weight(amount[1])


def _weight(kind: str, weight: Weight | None) -> Iterator[str]:
    """DE 6313: AAA and AAB are of one package, AAC of all of a line."""
    if weight is not None:
        said = [kind] if weight.measured else [kind, "3"]
        yield written("MEA", "PD", said, ["KGM", decimal_text(exact(weight.amount))])


def _marks(line: Line) -> Iterator[str]:
    """Group 20."""
    yield written("PCI", "17")
    if line.best_before:
        yield _day("361", line.best_before)
    if line.made:
        yield _day("94", line.made)
    if line.lot:
        yield written("GIN", "BX", line.lot)


def shown_gtin(gtin: str) -> str:
    """A GTIN of 14 digits with as many as its kind has: 8, 13 or 14."""
    return gtin[6:] if gtin.startswith("000000") else gtin[1:] if gtin.startswith("0") else gtin
