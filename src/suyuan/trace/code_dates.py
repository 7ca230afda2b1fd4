"""Days as people write them in announcements: figures, months by name in English, Chinese. Pure.

A day without a year is no day: whoever reads "7/12" does not know which one it was, and neither do we.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from suyuan.gs1.dates import full_year


class Order(StrEnum):
    """What a day in figures begins with where it could be either."""

    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Days:
    """From which to which day, both included, a text of `length` characters means."""

    first: date
    last: date
    length: int


_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_NAMES = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_PARTS = {
    "YEAR": r"(?P<y>(?:19|20)\d\d|\d\d)",
    "YYYY": r"(?P<y>20\d\d)",
    "MON": rf"(?P<m>{_NAMES})",
    "MM": r"(?P<m>\d{1,2})",
    "DD": r"(?P<d>\d{1,2})",
    "TH": "(?:st|nd|rd|th)?",
    "M2": r"(?P<m2>\d{1,2})",
    "D2": r"(?P<d2>\d{1,2})",
    "GAP": "[ /-]{0,2}",
    "FROM": r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-/.])",
    "END": r"(?![A-Za-z0-9]|[-/.][0-9A-Za-z])",
    # What stands between two days may follow one with strokes, not one with dashes: 05-30-23-3A1 is a code.
    "OPEN": r"(?![0-9A-Za-z]|/[0-9A-Za-z])",
}


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub("|".join(_PARTS), lambda match: _PARTS[match[0]], pattern), re.IGNORECASE)


_SHAPES = tuple(
    (_shape(pattern), form)
    for pattern, form in (
        (r"YYYY\s*年\s*MM\s*月\s*DD\s*[日号]?", "ymd"),
        (r"YYYY\s*年\s*MM\s*月(?:份)?", "ym"),
        (r"FROMYYYY(?P<s>[-/.])MM(?P=s)DDEND", "ymd"),
        (r"FROMMM/DD\s?-\s?M2/D2/YEAROPEN", "range"),
        (r"FROMMM/DD-D2/YYYYOPEN", "range"),
        (r"FROMMM\.DD\.YEAREND", "dotted"),
        (r"FROMMM/DD/YEAROPEN", "mdy"),
        (r"FROMMM-DD-YEAREND", "mdy"),
        (r"FROMMON\.?\s+DD\s?-\s?D2,?\s+YEAROPEN", "range"),
        (r"FROMMON\.?GAPDDTH(?:\s*,\s*|[ /-]{1,2})YEAROPEN", "mdy"),
        (r"FROMDDTHGAPMON\.?,?GAPYEAROPEN", "mdy"),
        (r"FROMYYYY[ /-]{1,2}MON\.?[ /-]{1,2}DDOPEN", "mdy"),
        (r"FROMMON\.?,?GAPYYYYOPEN", "ym"),
        (r"FROMMON[/-](?P<y>[2-4]\d)OPEN", "ym"),
        (r"FROM(?P<m>0?[1-9]|1[0-2])[/-]YYYYOPEN", "ym"),
        (r"FROM(?P<m>0[1-9]|1[0-2])/(?P<y>[2-4]\d)OPEN", "ym"),
    )
)


def days_at(text: str, position: int, order: Order = Order.MONTH) -> Days | None:
    """The day, month or range of days that is written at this position of the text; None where none is.

    The longest reading counts: "3/4/24" is no "3/4". Of "03/04/24" `order` decides; a day above 12 decides by itself,
    and days with points begin with the day.
    """
    found = [
        Days(*days, match.end() - position)
        for shape, form in _SHAPES
        if (match := shape.match(text, position)) and (days := _READ[form](match, order))
    ]
    return max(found, key=lambda days: days.length, default=None)


def compact_days(code: str, order: Order = Order.MONTH) -> date | None:
    """The day that six or eight figures in a row mean where a day must stand: 062124, 08182023, 20230818."""
    if not code.isascii() or not code.isdigit():
        return None
    if len(code) == 8 and code.startswith("20"):
        return _day(code[:4], code[4:6], code[6:])
    if len(code) in (6, 8):
        first, second, year = code[:2], code[2:4], code[4:]
        return _day(year, *((first, second) if order is Order.MONTH else (second, first)))
    return None


Read = tuple[date, date] | None


def _whole(match: re.Match[str], _: Order) -> Read:
    return _one(_day(match["y"], match["m"], match["d"]))


def _figures(match: re.Match[str], order: Order) -> Read:
    month, day = match["m"], match["d"]
    turned = month.isdigit() and (order is Order.DAY or int(month) > 12)
    return _one(_day(match["y"], day, month) if turned else _day(match["y"], month, day)) or _one(
        _day(match["y"], month, day)
    )


def _dotted(match: re.Match[str], _: Order) -> Read:
    return _one(_day(match["y"], match["d"], match["m"]) or _day(match["y"], match["m"], match["d"]))


def _month(match: re.Match[str], _: Order) -> Read:
    first = _day(match["y"], match["m"], "1")
    return (first, first.replace(day=calendar.monthrange(first.year, first.month)[1])) if first else None


def _range(match: re.Match[str], _: Order) -> Read:
    parts = match.groupdict()
    first = _day(parts["y"], parts["m"], parts["d"])
    last = _day(parts["y"], parts.get("m2") or parts["m"], parts["d2"])
    return (first, last) if first and last and first <= last else None


_READ: dict[str, Callable[[re.Match[str], Order], Read]] = {
    "ymd": _whole,
    "mdy": _figures,
    "dotted": _dotted,
    "ym": _month,
    "range": _range,
}


def _one(day: date | None) -> Read:
    return (day, day) if day else None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    full = int(year) if len(year) == 4 else full_year(int(year))
    if not 1990 <= full <= 2075:
        return None
    try:
        return date(full, number, int(day))
    except ValueError:
        return None
