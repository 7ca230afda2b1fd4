"""Element strings: what a barcode says, as AI and value pairs (GS1 General Specifications 3, 4.13 and 7.8)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suyuan.gs1.application_identifiers import TABLE, ApplicationIdentifier, ai_length, value_problems
from suyuan.gs1.problems import Problem, Refused

FNC1 = "\x1d"
# Keyboard wedges that cannot type a control character spell it; neither spelling can stand in a value (CSET 82).
SEPARATORS = (FNC1, "{GS}", "\u241d")
# GS1 DataMatrix, GS1-128, DataBar and composites, GS1 QR, GS1 DotCode (ISO/IEC 15424).
GS1_SYMBOLOGIES = ("]d2", "]C1", "]e0", "]e1", "]e2", "]Q3", "]J1")
# Around a bracketed element people and wedges leave blanks and separators.
_PADDING = " " + FNC1
_BRACKETED = re.compile(r"\(([^()\\]*)\)((?:\\.|[^(\\])*)")


@dataclass(frozen=True, slots=True)
class Element:
    """One application identifier with its value, unescaped."""

    ai: str
    value: str


def parse_elements(
    text: str, *, separators: Sequence[str] = SEPARATORS, associations: bool = True
) -> tuple[Element, ...]:
    """The elements of an element string, bracketed or as scanned, with or without a GS1 symbology identifier.

    In brackets a ``(`` inside a value is written ``\\(``. Without them FNC1 ends what has no predefined length; it may
    be missing where only one reading is left. Refused with every problem; `associations=False` leaves out which AIs
    belong together, for carriers that only hold a part of what marks the goods.
    """
    data = _without_symbology(text.strip(" \t\r\n"))
    for separator in separators:
        data = data.replace(separator, FNC1)
    elements, problems = _parse_bracketed(data) if data.startswith("(") else _parse_scanned(data)
    checked = _value_checks(elements) if problems else validate_elements(elements, associations=associations)
    if problems or checked:
        raise Refused([*problems, *checked])
    return tuple(dict.fromkeys(elements))


def _without_symbology(text: str) -> str:
    if not text.startswith("]"):
        return text
    if not text.startswith(GS1_SYMBOLOGIES):
        raise Refused([Problem("gs1.symbology", "scan", {"symbology": text[:3]})])
    return text[3:]


Parsed = tuple[list[Element], list[Problem]]


def _parse_bracketed(text: str) -> Parsed:
    elements: list[Element] = []
    end = 0
    for match in _BRACKETED.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        elements.append(Element(match[1], re.sub(r"\\(.)", r"\1", match[2]).strip(_PADDING)))
    return elements, [] if end == len(text) else [Problem("gs1.brackets", "scan", {"rest": text[end : end + 40]})]


def _parse_scanned(text: str) -> Parsed:
    elements: list[Element] = []
    rest = text
    while rest or not elements:
        ai = rest[: ai_length(rest)]
        row = TABLE.get(ai)
        if row is None:
            return elements, [_no_ai(rest)]
        value, rest = _cut(row, rest[len(ai) :])
        elements.append(Element(ai, value))
    return elements, []


def _no_ai(rest: str) -> Problem:
    if not rest:
        return Problem("gs1.scan_empty", "scan")
    if rest.startswith(FNC1):
        return Problem("gs1.separator", "scan")
    return Problem("gs1.ai_unknown", "scan", {"ai": rest[:4]})


def _cut(row: ApplicationIdentifier, data: str) -> tuple[str, str]:
    """The value at the start of `data` and what follows its separator."""
    value, _, rest = data.partition(FNC1)
    constant = row.shortest == row.longest
    if not constant or len(value) <= row.longest:
        return value, rest
    # A predefined length needs no FNC1. A constant one does, yet when it is missing only one reading is left.
    if row.fixed or _is_readable(data[row.longest :]):
        return data[: row.longest], data[row.longest :]
    return value, rest


def _is_readable(data: str) -> bool:
    elements, problems = _parse_scanned(data)
    return not problems and not _value_checks(elements)


def format_elements(elements: Sequence[Element], brackets: bool = True) -> str:
    """The element string in the order given: bracketed for people, or with FNC1 for a barcode."""
    if brackets:
        return "".join(f"({e.ai}){e.value.replace('(', chr(92) + '(')}" for e in elements)
    return "".join(_joined(elements))


def _joined(elements: Sequence[Element]) -> Iterator[str]:
    for i, element in enumerate(elements, start=1):
        row = TABLE.get(element.ai)
        ended = i == len(elements) or (row is not None and row.fixed)
        yield f"{element.ai}{element.value}{'' if ended else FNC1}"


# --- what belongs together ---


def validate_elements(elements: Sequence[Element], *, associations: bool = True) -> list[Problem]:
    """Everything wrong with a message: values, repeats that differ, and which AIs need or forbid each other.

    With `associations=False` what is missing is not asked, since another carrier may hold it; what excludes itself is.
    """
    present = {element.ai: element.value for element in elements}
    problems = _value_checks(elements)
    problems += [
        Problem("gs1.ai_repeated", f"({ai})", {"ai": ai}) for ai in present if len(_values_of(elements, ai)) > 1
    ]
    rows = [TABLE[ai] for ai in present if ai in TABLE]
    problems += [problem for row in rows for problem in _clashes(row, present)]
    if associations:
        problems += [problem for row in rows for problem in _missing(row, present)]
        problems += _unserialised(present)
    return problems


def _value_checks(elements: Sequence[Element]) -> list[Problem]:
    return [p for element in dict.fromkeys(elements) for p in value_problems(element.ai, element.value)]


def _values_of(elements: Sequence[Element], ai: str) -> set[str]:
    return {element.value for element in elements if element.ai == ai}


def _is_named(ai: str, name: str) -> bool:
    return ai.startswith(name[:-1]) if name.endswith("*") else ai == name


def _clashes(row: ApplicationIdentifier, present: dict[str, str]) -> list[Problem]:
    others = [ai for ai in present if ai != row.ai and any(_is_named(ai, name) for name in row.forbids)]
    return [Problem("gs1.ai_excludes", f"({row.ai})", {"ai": row.ai, "other": other}) for other in others]


def _missing(row: ApplicationIdentifier, present: dict[str, str]) -> list[Problem]:
    if not row.needs:
        return []
    for group in row.needs:
        if all(any(_is_named(ai, name) for ai in present) for name in group):
            return []
    wanted = ", ".join("+".join(group) for group in row.needs).replace("*", "…")
    return [Problem("gs1.ai_needs", f"({row.ai})", {"ai": row.ai, "needs": wanted})]


# A digital signature signs one thing, so these keys must carry their serial part behind the digits given here.
_SERIALISED = {"253": 13, "255": 13, "8003": 14}


def _unserialised(present: dict[str, str]) -> list[Problem]:
    if "8030" not in present:
        return []
    return [
        Problem("gs1.signature_serial", f"({ai})", {"ai": ai})
        for ai, digits in _SERIALISED.items()
        if ai in present and len(present[ai]) <= digits
    ]
