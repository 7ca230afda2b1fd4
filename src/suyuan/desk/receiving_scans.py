"""What a scan does to a receiving sheet beyond opening lines: serials gather on one line, weights add up, and each
field knows whether a scanner read it. Pure.
"""

import json
from collections.abc import Mapping
from decimal import Decimal

from suyuan.desk.forms import Line, Sheet
from suyuan.desk.scans import with_scan
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import decimal_text, parse_amount

MARKS = "scanned"  # the column that says what was read: field → the value that the scanner gave
SAME = ("item", "lot", "expiry", "produced", "inside")  # what one line has one of
_KILOGRAM = "KGM"


def after_scan(sheet: Sheet, fields: Mapping[str, str], *, weighed: bool = False) -> Sheet:
    """The sheet after a label with these fields; `weighed`: a net weight on it is not how many, but how heavy."""
    told = weight_apart(fields) if weighed else dict(fields)
    if told.get("serials"):
        after = with_serial(sheet, told)
    elif weighed and told.get("weight"):
        after = with_weight(sheet, told)
    else:
        after = with_scan(sheet, told)
    return marked(sheet, after, told)


def weight_apart(fields: Mapping[str, str]) -> dict[str, str]:
    """Of goods that are counted and weighed, a label with a weight is of one piece."""
    if fields.get("unit") != _KILOGRAM:
        return dict(fields)
    told = {name: value for name, value in fields.items() if name not in ("quantity", "unit")}
    return told | {"weight": fields["quantity"], "quantity": "1"}


def with_serial(sheet: Sheet, fields: Mapping[str, str]) -> Sheet:
    """One more serial number: on the line of its item, lot and dates, else on its own; the same twice is once."""
    number, line = _line_of(sheet, fields)
    if line is None or not line.get("serials"):
        return sheet.with_line(Line({name: value for name, value in fields.items() if name != "quantity"}))
    there = line.get("serials").split()
    if fields["serials"] in there:
        return sheet
    return _put(sheet, number, line.put(serials=" ".join([*there, fields["serials"]])))


def with_weight(sheet: Sheet, fields: Mapping[str, str]) -> Sheet:
    """One more piece with its weight, added to the line of its item, lot and dates."""
    number, line = _line_of(sheet, fields)
    if line is None:
        return sheet.with_line(Line(fields))
    sums = {name: _sum(line.get(name), fields[name]) for name in ("quantity", "weight")}
    return _put(sheet, number, line.put(**sums))


def _line_of(sheet: Sheet, fields: Mapping[str, str]) -> tuple[int, Line | None]:
    return next(
        (
            (n, line)
            for n, line in enumerate(sheet.lines)
            if all(line.get(name) == fields.get(name, "") for name in SAME)
        ),
        (0, None),
    )


def _put(sheet: Sheet, number: int, line: Line) -> Sheet:
    return Sheet(sheet.head, (*sheet.lines[:number], line, *sheet.lines[number + 1 :]))


def _sum(one: str, other: str) -> str:
    try:
        return decimal_text((parse_amount(one) if one else Decimal(0)) + parse_amount(other))
    except Refused:
        return one  # what was typed is wrong, and is said beside the field


def marked(before: Sheet, after: Sheet, fields: Mapping[str, str]) -> Sheet:
    """The sheet with what a scanner read noted on the line that it changed."""
    read = {name: "1" if name == "serials" else value for name, value in fields.items() if name in (*SAME, "serials")}
    lines = [
        line
        if n < len(before.lines) and line is before.lines[n]
        else line.put(**{MARKS: json.dumps(_marks(line) | read)})
        for n, line in enumerate(after.lines)
    ]
    return Sheet(after.head, tuple(lines))


def scanned_fields(line: Line) -> frozenset[str]:
    """The fields that still have what a scanner read; what somebody typed over is typed."""
    return frozenset(
        name
        for name, value in _marks(line).items()
        if line.get(name) and (name == "serials" or line.get(name) == value)
    )


def _marks(line: Line) -> dict[str, str]:
    """What came back from a form is anybody's: only texts count."""
    try:
        found = json.loads(line.get(MARKS) or "{}")
    except ValueError:
        return {}
    return (
        {str(name): value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
    )
