"""UN/EDIFACT DESADV of suppliers (D.96A, D.01B and those between): each fault with the segment that has it.

Read are the segments that `edifact_desadv` writes, and those that others use for the same. MEA in a package (group 11)
is what it weighs, AAB or AAD with itself, AAA or AAC without; in a line (group 15) what its goods weigh: AAC or AAL all
of them, AAA each. Pure but for the names of items and partners.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from hashlib import sha256

from suyuan.catalog.directory import Directory, ItemInfo, PartnerInfo
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import (
    item_uri,
    sscc_uri,
)
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import UNITS, in_kilograms, is_weight, parse_amount
from suyuan.orders.edifact_desadv import Function
from suyuan.orders.edifact_reading import PIECES, Codes, day_of, end_problems, header_problem, messages_of
from suyuan.orders.edifact_syntax import Segment, at, fault

DESADV = "DESADV"
FUNCTIONS = {"": Function.ORIGINAL} | {one.value: one for one in Function}  # DE 1225
GROSS, NET, NET_EACH = frozenset({"AAB", "AAD", "G"}), frozenset({"AAC", "AAL", "N"}), "AAA"


@dataclass(slots=True)
class Goods:
    """A line: the item, by which of its URIs it was named, what is said of it. `net` in kilograms, `each` of one."""

    segment: Segment
    named: str = ""
    info: ItemInfo | None = None
    lot: str = ""
    serials: list[str] = field(default_factory=list)
    amount: Decimal | None = None
    unit: str = ""
    net: Decimal | None = None
    each: Decimal | None = None
    expiry: date | None = None
    produced: date | None = None


@dataclass(slots=True)
class Package:
    """A level of packing: the number of the one that it is in, its SSCC where it has one, and what is in it."""

    above: str
    sscc: str = ""
    gross: Decimal | None = None
    net: Decimal | None = None
    lines: list[Goods] = field(default_factory=list)


@dataclass(slots=True)
class Advice:
    """A DESADV message, and what is wrong with it. `day` and `clock`: when it left, by the time of where it goes;
    `packages` by their numbers, in their order; `digest`: of what it says, whatever interchange it came in."""

    reference: str
    number: str = ""
    function: Function = Function.ORIGINAL
    digest: str = ""
    supplier: PartnerInfo | None = None
    gln: str = ""
    warehouse: str = ""
    day: date | None = None
    clock: time = time()
    orders: list[str] = field(default_factory=list)
    packages: dict[str, Package] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def digest_of(segments: Sequence[Segment]) -> str:
    return sha256(repr([(one.tag, one.elements) for one in segments]).encode()).hexdigest()


def clock_of(text: str, form: str) -> time:
    """The time of a moment (format 203); midnight where only the day is said, which nothing that came can be before."""
    if form != "203" or len(text) != 12:
        return time()
    try:
        return time(int(text[8:10]), int(text[10:12]))
    except ValueError:
        return time()


def is_advice(text: str) -> bool:
    """Does an interchange consist of despatch advices?"""
    messages = messages_of(text).messages
    return bool(messages) and all(part[0].get(1) == DESADV for part in messages)


def read_advices(
    text: str, known: Directory, warehouse: str, theirs: Mapping[tuple[str, str], str]
) -> tuple[list[Advice], list[Problem]]:
    """The messages of an interchange, and what is wrong with it outside of them. `warehouse`: to whom it goes where the
    message does not say; `theirs`: (URI of a supplier, key of his code) → URI of the item.
    """
    parted, codes = messages_of(text), Codes.of(known)
    found = [_Reader(part, codes, warehouse, parted.mark, theirs).advice for part in parted.messages]
    for advice, inside in zip(found, parted.inside, strict=True):
        advice.problems += inside
    return found, list(parted.problems)


class _Reader:
    """Reads one message, segment after segment."""

    def __init__(
        self,
        segments: Sequence[Segment],
        codes: Codes,
        warehouse: str,
        mark: str,
        theirs: Mapping[tuple[str, str], str],
    ) -> None:
        self.codes, self.mark, self.theirs = codes, mark, theirs
        self.advice = Advice(segments[0].get(0), warehouse=warehouse, digest=digest_of(segments[1:-1]))
        self.package: Package | None = None
        self.line: Goods | None = None
        self.lines = 0
        read = {
            "BGM": self._bgm, "DTM": self._dtm, "RFF": self._rff, "NAD": self._nad, "CPS": self._cps, "GIN": self._gin,
            "LIN": self._lin, "PIA": self._pia, "MEA": self._mea, "QTY": self._qty, "CNT": self._cnt,
        }  # fmt: skip
        problem = header_problem(segments[0], DESADV)
        if problem is not None:
            self.advice.problems.append(problem)
            return
        for segment in segments[1:]:
            if segment.tag in read:
                read[segment.tag](segment)
        self._whole(segments)

    def _wrong(self, segment: Segment, code: str, /, **params: str) -> None:
        self.advice.problems.append(fault(segment, code, **params))

    def _bgm(self, segment: Segment) -> None:
        self.advice.number = segment.get(1)
        if not self.advice.number:
            self._wrong(segment, "edi_number_missing")
        if segment.get(2) in FUNCTIONS:
            self.advice.function = FUNCTIONS[segment.get(2)]
        else:
            self._wrong(segment, "edi_advice_function", function=segment.get(2))

    def _dtm(self, segment: Segment) -> None:
        kind = segment.get(0)
        if kind not in ("11", "137", "361", "36", "94"):
            return
        day = day_of(segment.get(0, 1), segment.get(0, 2))
        if day is None:
            self._wrong(segment, "edi_date", text=segment.get(0, 1))
        elif self.line is not None and kind in ("361", "36"):
            self.line.expiry = day
        elif self.line is not None and kind == "94":
            self.line.produced = day
        elif kind == "11":
            self.advice.day, self.advice.clock = day, clock_of(segment.get(0, 1), segment.get(0, 2))
        elif kind == "137" and self.advice.day is None:
            self.advice.day = day

    def _rff(self, segment: Segment) -> None:
        if segment.get(0) == "ON" and segment.get(0, 1) and segment.get(0, 1) not in self.advice.orders:
            self.advice.orders.append(segment.get(0, 1))

    def _nad(self, segment: Segment) -> None:
        role, code = segment.get(0), segment.get(1)
        if role in ("SU", "SE"):
            self.advice.supplier = self.codes.partner(code)
            self.advice.gln = code if segment.get(1, 2) == "9" else ""
            if self.advice.supplier is None:
                self._wrong(segment, "edi_partner", code=code or "–")
        elif role in ("DP", "BY"):
            own = self.codes.known.glns.get(code)
            self.advice.warehouse = own or self.advice.warehouse
            if own is None and role == "DP":
                self._wrong(segment, "edi_warehouse", code=code or "–")

    def _cps(self, segment: Segment) -> None:
        self.package, self.line = Package(segment.get(1)), None
        self.advice.packages[segment.get(0)] = self.package

    def _gin(self, segment: Segment) -> None:
        """BJ and AW: the SSCC of a package; BX and BN: the lot and the serials of a line."""
        kind, numbers = segment.get(0), [segment.get(n) for n in range(1, len(segment.elements)) if segment.get(n)]
        if self.line is None:
            if kind in ("BJ", "AW") and numbers and self.package is not None:
                self._named(segment, self.package, numbers[0])
        elif kind == "BX" and numbers:
            self.line.lot = numbers[0]
        elif kind == "BN":
            self.line.serials += numbers

    def _named(self, segment: Segment, package: Package, sscc: str) -> None:
        try:
            sscc_uri(sscc)
            package.sscc = sscc
        except Refused as refused:
            self.advice.problems += [at(segment, problem) for problem in refused.problems]

    def _lin(self, segment: Segment) -> None:
        self.lines += 1
        self.line = Goods(segment)
        if self.package is None:
            self.package = self.advice.packages["1"] = Package("")
        self.package.lines.append(self.line)
        if segment.get(2):
            self._item(segment, segment.get(2), segment.get(2, 1))

    def _pia(self, segment: Segment) -> None:
        """Our number of the item (IN), the supplier's (SA), or a lot (NB)."""
        if self.line is None:
            return
        for n in range(1, len(segment.elements)):
            code, kind = segment.get(n), segment.get(n, 1)
            if kind == "NB" and code:
                self.line.lot = code
            elif kind in ("IN", "BP", "SA", "EN", "SRV", "UP") and code and self.line.info is None:
                self._item(segment, code, kind)

    def _item(self, segment: Segment, code: str, kind: str) -> None:
        line, known = self.line, self.codes.known
        if line is None:
            return
        uri = ""
        if kind == "SA" and self.advice.supplier is not None:
            uri = self.theirs.get((self.advice.supplier.uri, code_key(code)), "")
        elif kind in ("IN", "BP"):
            uri = next((one.uri for one in known.items.values() if code_key(one.code) == code_key(code)), "")
        elif code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14):
            try:
                uri = item_uri(code.zfill(14))
            except Refused as refused:
                self.advice.problems += [at(segment, problem) for problem in refused.problems]
                return
        pack = known.item_of(uri) if uri else None
        if pack is not None:
            line.named, line.info = uri, known.items[pack.item]
        elif kind != "SA":  # another PIA may say it in a way we know
            self._wrong(segment, "edi_item", code=code)

    def _mea(self, segment: Segment) -> None:
        kind, code = segment.get(1), segment.get(2).upper()
        if kind not in GROSS | NET | {NET_EACH} or code not in UNITS or not is_weight(code):
            return
        amount = self._amount(segment, segment.get(2, 1))
        if amount is None:
            return
        weight = in_kilograms(amount, code)
        if self.line is None:
            if self.package is not None and kind in GROSS:
                self.package.gross = weight
            elif self.package is not None:
                self.package.net = weight
        elif kind == NET_EACH:
            self.line.each = weight
        elif kind in NET:
            self.line.net = weight

    def _qty(self, segment: Segment) -> None:
        """What was despatched (12). A second one, in a unit of mass beside pieces, is the weight."""
        if segment.get(0) != "12" or self.line is None:
            return
        amount, code = self._amount(segment, segment.get(0, 1)), segment.get(0, 2).upper()
        code = "" if code in PIECES else code
        if code and code not in UNITS:
            self._wrong(segment, "edi_unit", unit=code)
        elif amount is not None and self.line.amount is None:
            self.line.amount, self.line.unit = amount, code
        elif amount is not None and code and is_weight(code):
            self.line.net = in_kilograms(amount, code)

    def _amount(self, segment: Segment, text: str) -> Decimal | None:
        try:
            return parse_amount(text.replace(self.mark, "."))
        except Refused:
            self._wrong(segment, "edi_quantity", text=text or "–")
            return None

    def _cnt(self, segment: Segment) -> None:
        if segment.get(0) == "2" and segment.get(0, 1) != str(self.lines):
            self._wrong(segment, "edi_count", said=segment.get(0, 1), found=str(self.lines))

    def _whole(self, segments: Sequence[Segment]) -> None:
        advice, gone = self.advice, self.advice.function is Function.CANCELLATION
        told = {problem.field for problem in advice.problems}
        missing = {
            "BGM": not advice.number and not any(".BGM" in name for name in told),
            "NAD+SU": advice.supplier is None and not any(".NAD" in name for name in told),
            "NAD+DP": not advice.warehouse,
            "DTM+11": not gone and advice.day is None and not any(".DTM" in name for name in told),
            "LIN": not gone and not self.lines,
        }
        for name, lacks in missing.items():
            if lacks:
                self._wrong(segments[0], "edi_missing", missing=name)
        for package in advice.packages.values():
            for line in package.lines:
                if line.info is None and not any(f"[{line.segment.number}]" in name for name in told):
                    self._wrong(line.segment, "edi_item_missing")
                if line.amount is None and not line.serials:
                    self._wrong(line.segment, "edi_despatched_missing")
        advice.problems += end_problems(segments)
