"""Dates in AI values: two-digit years, day 00, times to the minute (General Specifications 3.4, 3.8 and 7.12)."""

import calendar
from datetime import date, datetime, time

# Where the caller gives no day to reckon from: years 77 to 99 are then 19YY. Nothing here reads a clock.
ERA = date(2026, 1, 1)


def full_year(two_digits: int, today: date = ERA) -> int:
    """The year of two digits: within 49 years past and 50 to come of `today` (General Specifications 7.12)."""
    century = today.year - today.year % 100
    ahead = two_digits - today.year % 100
    if ahead > 50:
        return century - 100 + two_digits
    if ahead < -49:
        return century + 100 + two_digits
    return century + two_digits


def parse_date(value: str, today: date = ERA) -> date:
    """The day of a checked YYMMDD; day 00 is the last of the month."""
    year, month, day = full_year(int(value[:2]), today), int(value[2:4]), int(value[4:6])
    return date(year, month, day or calendar.monthrange(year, month)[1])


def parse_minute(value: str, today: date = ERA) -> datetime:
    """The local time of a checked YYMMDDHHMM (AI 7003), without a zone: the site that holds the goods has one."""
    return datetime.combine(parse_date(value[:6], today), time(int(value[6:8]), int(value[8:10])))
