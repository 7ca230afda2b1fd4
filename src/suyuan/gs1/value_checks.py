"""Rules on the content of one component of an AI's value: a check returns the problem or None, never raises."""

import calendar
import re
from collections.abc import Callable, Mapping

from suyuan.gs1.codes import COUNTRIES_ALPHA2, COUNTRIES_NUMERIC, CURRENCIES_NUMERIC, MEDIA_TYPES, PACKAGE_TYPES
from suyuan.gs1.keys import check_problem, is_digits
from suyuan.gs1.problems import Problem

Check = Callable[[str], Problem | None]

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# The weights of the check pair are the primes from 2 on.
_PAIR_PRIMES = tuple(n for n in range(2, 550) if all(n % d for d in range(2, n)))
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BASE64 = re.compile(r"[A-Za-z0-9_-]*(={0,2})")
_SEQUENCE = re.compile(r"([0-9]+)/([0-9]+)")


def _one_of(code: str, allowed: frozenset[str]) -> Check:
    def check(text: str) -> Problem | None:
        return None if text in allowed else Problem(code, params={"value": text})

    return check


def _number_below(code: str, limit: int, digits: int) -> Check:
    def check(text: str) -> Problem | None:
        if len(text) != digits or not is_digits(text) or int(text) >= limit:
            return Problem(code, params={"value": text})
        return None

    return check


def check_date(text: str) -> Problem | None:
    """YYMMDD, a real day."""
    return _date(text, day_may_be_zero=False)


def check_date_or_month(text: str) -> Problem | None:
    """YYMMDD; day 00 stands for the last day of the month (General Specifications 3.4.2)."""
    return _date(text, day_may_be_zero=True)


def check_long_date(text: str) -> Problem | None:
    """YYYYMMDD, a real day."""
    return _long_date(text, day_may_be_zero=False)


def check_long_date_or_month(text: str) -> Problem | None:
    """YYYYMMDD; day 00 stands for the last day of the month."""
    return _long_date(text, day_may_be_zero=True)


def _date(text: str, *, day_may_be_zero: bool) -> Problem | None:
    # Leap years of 20YY and 19YY differ only for 00, and 2000 was one: the century does not matter here.
    if len(text) != 6 or _long_date("20" + text, day_may_be_zero=day_may_be_zero) is not None:
        return Problem("gs1.date", params={"value": text})
    return None


def _long_date(text: str, *, day_may_be_zero: bool) -> Problem | None:
    problem = Problem("gs1.date", params={"value": text})
    if len(text) != 8 or not is_digits(text):
        return problem
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if year == 0 or not 1 <= month <= 12 or day > calendar.monthrange(year, month)[1]:
        return problem
    return problem if day == 0 and not day_may_be_zero else None


def check_time(text: str) -> Problem | None:
    """HHMM."""
    if len(text) != 4:
        return Problem("gs1.time", params={"value": text})
    return check_hour(text[:2]) or check_minute(text[2:])


check_hour = _number_below("gs1.time", 24, 2)
check_minute = _number_below("gs1.time", 60, 2)
check_second = _number_below("gs1.time", 60, 2)
check_latitude = _number_below("gs1.latitude", 1_800_000_001, 10)
check_longitude = _number_below("gs1.longitude", 3_600_000_001, 10)


def check_key(text: str) -> Problem | None:
    """A numeric key with its check digit at the end."""
    if not is_digits(text):
        return Problem("gs1.not_digits", params={"value": text})
    return check_problem(text)


def check_pair(text: str) -> Problem | None:
    """The check character pair at the end of a GMN or M-UDI (General Specifications 7.9.5)."""
    if len(text) < 3:
        return Problem("gs1.check_pair_short", params={"value": text})
    if any(c not in CSET82 for c in text[:-2]):
        return Problem("gs1.charset", params={"value": text})
    body = text[:-2]
    if len(body) > len(_PAIR_PRIMES):
        return Problem("gs1.too_long", params={"value": text})
    total = sum(CSET82.index(c) * p for c, p in zip(reversed(body), _PAIR_PRIMES, strict=False)) % 1021
    right = _CSET32[total >> 5] + _CSET32[total & 31]
    return None if right == text[-2:] else Problem("gs1.check_pair", params={"value": text, "right": right})


def check_company_prefix(text: str) -> Problem | None:
    """Begins like a company prefix: no GS1 company prefix is shorter than four digits."""
    return None if is_digits(text[:4]) and len(text) >= 4 else Problem("gs1.company_prefix", params={"value": text})


def check_not_all_digits(text: str) -> Problem | None:
    return Problem("gs1.needs_letter", params={"value": text}) if not text or is_digits(text) else None


def check_nonzero(text: str) -> Problem | None:
    return None if is_digits(text) and text.strip("0") else Problem("gs1.zero", params={"value": text})


def check_zero(text: str) -> Problem | None:
    return None if text and not text.strip("0") else Problem("gs1.not_zero", params={"value": text})


def check_no_leading_zero(text: str) -> Problem | None:
    if text and (not is_digits(text) or text[0] == "0"):
        return Problem("gs1.leading_zero", params={"value": text})
    return None


def check_minus(text: str) -> Problem | None:
    return Problem("gs1.minus", params={"value": text}) if text.strip("-") else None


def check_percent_coding(text: str) -> Problem | None:
    return Problem("gs1.percent", params={"value": text}) if _PERCENT.search(text) else None


def check_base64(text: str) -> Problem | None:
    """URL-safe base64, padded to threes of characters as the digital signature AI wants."""
    match = _BASE64.fullmatch(text)
    if match is None or (match.group(1) and len(text) % 3):
        return Problem("gs1.charset", params={"value": text})
    return None


def check_piece(text: str) -> Problem | None:
    """Piece number and total of an ITIP, in halves: 0102 is the first of two."""
    half = len(text) // 2
    if not text or len(text) % 2 or not is_digits(text):
        return Problem("gs1.piece", params={"value": text})
    piece, total = int(text[:half]), int(text[half:])
    return None if 0 < piece <= total else Problem("gs1.piece", params={"value": text})


def check_sequence(text: str) -> Problem | None:
    """2/3: the second of three."""
    match = _SEQUENCE.fullmatch(text)
    if match is None or text[0] == "0" or match.group(2)[0] == "0" or int(match.group(1)) > int(match.group(2)):
        return Problem("gs1.sequence", params={"value": text})
    return None


def check_iban(text: str) -> Problem | None:
    """ISO 13616: the number rearranged is 1 modulo 97."""
    problem = Problem("gs1.iban", params={"value": text})
    if not 5 <= len(text) <= 34 or not text.isascii() or not text.isalnum() or text != text.upper():
        return problem
    if not text[:2].isalpha() or not is_digits(text[2:4]) or text[:2] not in COUNTRIES_ALPHA2 | {"XK"}:
        return problem
    return None if int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1 else problem


CHECKS: Mapping[str, Check] = {
    "key": check_key,
    "pair": check_pair,
    "prefix": check_company_prefix,
    "letter": check_not_all_digits,
    "date": check_date,
    "date0": check_date_or_month,
    "longdate": check_long_date,
    "longdate0": check_long_date_or_month,
    "time": check_time,
    "hour": check_hour,
    "minute": check_minute,
    "second": check_second,
    "country": _one_of("gs1.country", COUNTRIES_NUMERIC),
    "country999": _one_of("gs1.country", COUNTRIES_NUMERIC | {"999"}),
    "country2": _one_of("gs1.country", COUNTRIES_ALPHA2),
    "currency": _one_of("gs1.currency", CURRENCIES_NUMERIC),
    "media": _one_of("gs1.media_type", MEDIA_TYPES),
    "package": _one_of("gs1.package_type", PACKAGE_TYPES),
    "sex": _one_of("gs1.sex", frozenset("0129")),
    "yesno": _one_of("gs1.yes_no", frozenset("01")),
    "winding": _one_of("gs1.winding", frozenset("019")),
    "importer": _one_of("gs1.importer", frozenset(c for c in CSET82 if c.isalnum()) | {"-", "_"}),
    "latitude": check_latitude,
    "longitude": check_longitude,
    "nonzero": check_nonzero,
    "zero": check_zero,
    "nozeroprefix": check_no_leading_zero,
    "minus": check_minus,
    "percent": check_percent_coding,
    "base64": check_base64,
    "piece": check_piece,
    "sequence": check_sequence,
    "iban": check_iban,
}
