"""What reading a message takes, whichever it is: its segments, whether it is whole, and who and what its codes name.

Pure but for the names of items and partners.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suyuan.catalog.directory import Directory, PartnerInfo
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import item_uri, party_uri
from suyuan.gs1.problems import Problem, Refused
from suyuan.orders.edifact_syntax import Segment, fault, segments_of

LARGEST = 10_000_000  # characters
PIECES = frozenset({"PCE", "PC", "EA", "C62", "H87", "NAR"})  # what all mean by a piece
VERSIONS = frozenset({"96A", "96B", "97A", "97B", "98A", "98B", "99A", "99B", "00A", "00B", "01A", "01B"})


@dataclass(frozen=True, slots=True)
class Parted:
    """An interchange: the segments of each message from UNH to UNT, what is wrong `inside` each of them and with single
    segments outside, and the decimal mark."""

    messages: Sequence[Sequence[Segment]] = ()
    inside: Sequence[Sequence[Problem]] = ()
    problems: Sequence[Problem] = ()
    mark: str = "."


def messages_of(text: str) -> Parted:
    if len(text) > LARGEST:
        return Parted(problems=[Problem("orders.edi_large", "", {"most": str(LARGEST)})])
    segments, problems, mark = segments_of(text)
    messages: list[list[Segment]] = []
    for segment in segments:
        if segment.tag == "UNH":
            messages.append([segment])
        elif messages and messages[-1][-1].tag != "UNT":
            messages[-1].append(segment)
        elif segment.tag not in ("UNB", "UNZ", "UNG", "UNE"):
            problems.append(fault(segment, "edi_outside"))
    if not messages and not problems:
        problems.append(Problem("orders.edi_nothing", ""))
    inside: list[list[Problem]] = []
    for part in messages:
        span = range(part[0].number, part[-1].number + 1)
        inside.append([problem for problem in problems if any(f"[{n}]" in problem.field for n in span)])
        problems = [problem for problem in problems if problem not in inside[-1]]
    return Parted(messages, inside, problems, mark)


def header_problem(unh: Segment, wanted: str) -> Problem | None:
    """Why this is not a message of that type in a version that is read."""
    kind, version = unh.get(1), unh.get(1, 2)
    if kind != wanted:
        return fault(unh, "edi_other_message", kind=kind or "–")
    if version not in VERSIONS:
        return fault(unh, "edi_version", version=f"{unh.get(1, 1)}.{version}")
    return None


def end_problems(segments: Sequence[Segment]) -> list[Problem]:
    """Whether the message is whole, as its UNT counts it."""
    first, last = segments[0], segments[-1]
    if last.tag != "UNT":
        return [fault(last, "edi_unt_missing")]
    count = str(last.number - first.number + 1)
    if last.get(0) != count:
        return [fault(last, "edi_count", said=last.get(0), found=count)]
    if last.get(1) != first.get(0):
        return [fault(last, "edi_reference", said=last.get(1), found=first.get(0))]
    return []


@dataclass(frozen=True, slots=True)
class Codes:
    """Partners and items by what a message calls them."""

    known: Directory
    partners: Mapping[str, PartnerInfo]
    items: Mapping[str, str]

    @classmethod
    def of(cls, known: Directory) -> "Codes":
        partners = {code_key(one.code): one for one in known.partners.values()}
        return cls(known, partners, {code_key(one.code): one.code for one in known.items.values()})

    def partner(self, code: str) -> PartnerInfo | None:
        """Who has this GLN, or our own code for him."""
        try:
            found = self.known.partner_of(party_uri(code)) if len(code) == 13 else None
        except Refused:
            found = None
        return found or self.partners.get(code_key(code))

    def item(self, code: str, kind: str) -> tuple[str, int, int] | None:
        """The code of the item, and how many base units one of it is: by GTIN, or by our own code."""
        if kind != "SA" and code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14):
            try:
                pack = self.known.item_of(item_uri(code.zfill(14)))
            except Refused:
                pack = None
            if pack is not None:
                return self.known.items[pack.item].code, pack.numerator, pack.denominator
        own = self.items.get(code_key(code))
        return (own, 1, 1) if own else None


def day_of(text: str, form: str) -> date | None:
    """A day by its format (DE 2379): 102 CCYYMMDD, 203 with the time, 101 YYMMDD."""
    digits = text if text.isascii() and text.isdigit() else ""
    try:
        match form:
            case "102" | "203" | "204" if len(digits) in (8, 12, 14):
                return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
            case "101" if len(digits) == 6:
                return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None
    return None
