"""What a scan does to a sheet: it opens a line, counts one up, or completes the last line. Pure."""

from decimal import Decimal

from suyuan.desk.forms import Line, Sheet
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import decimal_text, parse_amount
from suyuan.gs1.scans import ScanResult

NET_WEIGHT, NET_VOLUME = "310", "315"


def fields_of(found: ScanResult) -> dict[str, str]:
    """The fields of a line that a label fills; what it does not say is left out.

    A logistic label (AI 02 with 37) names the trade item inside; its SSCC is the container of the line.
    """
    amount, unit = _amount(found)
    expiry = found.expiry or found.best_before
    produced = found.production or found.packaging
    said = {
        "item": found.gtin or found.content or "",
        "lot": found.lot or "",
        "serials": found.serial or "",
        "inside": found.sscc or "",
        "expiry": expiry.isoformat() if expiry else "",
        "produced": produced.isoformat() if produced else "",
        "quantity": amount,
        "unit": unit,
    }
    return {name: value for name, value in said.items() if value}


def _amount(found: ScanResult) -> tuple[str, str]:
    measure = found.weights.get(NET_WEIGHT) or found.weights.get(NET_VOLUME)
    if measure is not None:
        return decimal_text(measure.amount), measure.unit
    return (str(found.quantity), "") if found.quantity else ("", "")


def with_scan(sheet: Sheet, fields: dict[str, str]) -> Sheet:
    """The sheet after a label with these fields was scanned."""
    if "item" not in fields:
        return _completed(sheet, fields)
    if "serials" in fields:
        return sheet.with_line(Line({**fields, "quantity": "1"}))
    for number, line in enumerate(sheet.lines):
        if "quantity" not in fields and _same(line, fields):
            counted = line.put(quantity=_one_more(line.get("quantity")))
            return Sheet(sheet.head, (*sheet.lines[:number], counted, *sheet.lines[number + 1 :]))
    if sheet.lines and _waits_for(sheet.lines[-1], fields):
        return sheet.with_last(sheet.lines[-1].put(**fields))
    return sheet.with_line(Line(fields))


def _same(line: Line, fields: dict[str, str]) -> bool:
    """The same label once more: same item, and nothing that it says is otherwise on the line."""
    return all(line.get(name) == value for name, value in fields.items()) and not line.get("serials")


def _waits_for(line: Line, fields: dict[str, str]) -> bool:
    """A line opened by a label without item, which this label says nothing else about."""
    return not line.get("item") and all(line.get(name) in ("", value) for name, value in fields.items())


def _one_more(quantity: str) -> str:
    try:
        return decimal_text((parse_amount(quantity) if quantity else Decimal(1)) + 1)
    except Refused:
        return quantity  # what was typed is wrong, and is said beside the field when the sheet is recorded


def _completed(sheet: Sheet, fields: dict[str, str]) -> Sheet:
    """A label for lot, dates or pallet alone completes the line before it, or opens one that waits for its item."""
    if sheet.lines and not any(sheet.lines[-1].get(name) for name in fields):
        return sheet.with_last(sheet.lines[-1].put(**fields))
    return sheet.with_line(Line(fields))
