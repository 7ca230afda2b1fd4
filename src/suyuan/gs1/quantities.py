"""Exact amounts and the units they are counted or measured in (UN/ECE Recommendations 20 and 21)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction

from suyuan.gs1.codes import PACKAGE_TYPES
from suyuan.gs1.problems import Problem, Refused

DECIMALS = 6
INTEGER_DIGITS = 12
SCALE = 10**DECIMALS
COUNT = "C62"

# Dimension, then the code and its ratio to the first unit of the dimension. All ratios are exact by definition:
# the yard and pound of 1959, the US gallon of 231 cubic inches, the imperial gallon of 4.54609 litres.
_MEASURES = """
count C62 1, EA 1, H87 1, NAR 1, NIU 1, PR 2, NPR 2, TPR 20, DZN 12, GRO 144, SCO 20, CEN 100, MIL 1000
mass KGM 1, GRM 0.001, MGM 0.000001, MC 0.000000001, CGM 0.00001, DG 0.0001, HGM 0.1, DTN 100, TNE 1000, 2U 1000
mass KTN 1000000, LBR 0.45359237, ONZ 0.028349523125, GRN 0.00006479891, CWA 45.359237, CWI 50.80234544
mass DJ 0.01, STI 6.35029318, STN 907.18474, LTN 1016.0469088, APZ 0.0311034768, CTM 0.0002
volume LTR 1, MLT 0.001, CLT 0.01, DLT 0.1, A44 10, HLT 100, K6 1000, MAL 1000000, 4G 0.000001
volume MTQ 1000, DMQ 1, CMQ 0.001, MMQ 0.000001, INQ 0.016387064, FTQ 28.316846592, YDQ 764.554857984
volume GLL 3.785411784, QTL 0.946352946, PTL 0.473176473, OZA 0.0295735295625, BLL 158.987294928, BUA 35.23907016688
volume GLI 4.54609, QTI 1.1365225, PTI 0.56826125, OZI 0.0284130625, BUI 36.36872
length MTR 1, MMT 0.001, CMT 0.01, DMT 0.1, HMT 100, KMT 1000, 4H 0.000001, C45 0.000000001
length INH 0.0254, FOT 0.3048, YRD 0.9144, SMI 1609.344, NMI 1852
area MTK 1, MMK 0.000001, CMK 0.0001, DMK 0.01, ARE 100, HAR 10000, KMK 1000000
area INK 0.00064516, FTK 0.09290304, YDK 0.83612736, ACR 4046.8564224, MIK 2589988.110336
time SEC 1, C26 0.001, MIN 60, HUR 3600, DAY 86400, WEE 604800
energy JOU 1, KJO 1000, 3B 1000000, WHR 3600, KWH 3600000, MWH 3600000000
pressure PAL 1, A97 100, MBR 100, KPA 1000, BAR 100000, MPA 1000000, ATM 101325
"""
# Measures that no ratio connects to another one here: temperatures have an offset, the rest stands alone.
_ALONE = "CEL FAH KEL P1 2N HTZ KHZ MHZ A86 VLT AMP WTT KWT LUX CDL NEW OHM MTS KMH MSK GL GM KMQ GP 59 61 C34 SET NMP"
# What people pack in besides the package types that AI 7041 knows.
_MORE_PACKAGES = "BA CT PC RO TU"
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
_ROUNDED = Context(prec=60)
_FINEST = Decimal(1).scaleb(-DECIMALS)


@dataclass(frozen=True, slots=True)
class Unit:
    """A common code; `factor` is the exact ratio to the first unit of its dimension (piece, kilogram, litre …)."""

    code: str
    dimension: str
    factor: Fraction


def _units() -> Iterator[Unit]:
    # Recommendation 20 writes a package type with an X before it; trade also writes it bare, unless the bare code is a
    # measure (MC is a microgram, not a milk crate). How many pieces a package holds is the item's business.
    for code in sorted(PACKAGE_TYPES.union(_MORE_PACKAGES.split())):
        yield Unit("X" + code, code, Fraction(1))
        yield Unit(code, code, Fraction(1))
    for code in _ALONE.split():
        yield Unit(code, code, Fraction(1))
    for row in _MEASURES.strip().splitlines():
        dimension, _, entries = row.partition(" ")
        for entry in entries.split(","):
            code, ratio = entry.split()
            yield Unit(code, dimension, Fraction(ratio))


UNITS = {unit.code: unit for unit in _units()}


def unit(code: str | None) -> Unit:
    """The unit of a common code; None means pieces. Refused with gs1.unit_unknown, naming codes that look alike."""
    found = UNITS.get(code or COUNT)
    if found is not None:
        return found
    text = (code or "").strip().upper()
    close = [text] if text in UNITS else get_close_matches(text, UNITS, n=4, cutoff=0.5)
    raise Refused([Problem("gs1.unit_unknown", "uom", {"value": (code or "")[:40], "close": ", ".join(close)})])


def is_weight(code: str) -> bool:
    """Whether a unit says how heavy goods are: beside another unit it is not the one that says how many there are."""
    return unit(code).dimension == "mass"


def in_kilograms(amount: Decimal, code: str) -> Decimal:
    """An amount of a unit of mass as kilograms, which is what no unit means."""
    factor = unit(code).factor if code else Fraction(1)
    return amount * factor.numerator / factor.denominator


def parse_amount(text: str | int | Decimal) -> Decimal:
    """A finite amount of at least 0 with at most 6 decimals and 12 digits before the point; Refused otherwise."""
    amount = _decimal(text)
    if amount is None:
        raise Refused([Problem("gs1.amount_format", "quantity", {"value": str(text)[:40]})])
    problem = _amount_problem(amount)
    if problem is not None:
        raise Refused([problem])
    return _plain(amount)


def _decimal(text: str | int | Decimal) -> Decimal | None:
    if isinstance(text, bool):
        return None
    if isinstance(text, str):
        text = text.strip()
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
        # Decimal() also takes exponents, underscores, NaN and the digits of every script.
        return Decimal(sign + digits) if len(text) <= 64 and _NUMBER.fullmatch(digits) else None
    amount = Decimal(text)
    return amount if amount.is_finite() else None


def _amount_problem(amount: Decimal) -> Problem | None:
    if amount < 0:
        return Problem("gs1.amount_negative", "quantity", {"value": str(amount)[:40]})
    if amount.adjusted() >= INTEGER_DIGITS:
        params = {"value": str(amount)[:40], "digits": str(INTEGER_DIGITS)}
        return Problem("gs1.amount_too_large", "quantity", params)
    if _is_too_fine(amount):
        return Problem("gs1.amount_too_fine", "quantity", {"value": str(amount)[:40], "decimals": str(DECIMALS)})
    return None


def _is_too_fine(amount: Decimal) -> bool:
    """Whether an amount that is not too large needs more decimals than are kept; trailing zeros do not count."""
    return amount.quantize(_FINEST, context=_ROUNDED) != amount


def _plain(amount: Decimal) -> Decimal:
    """The same number without exponent and trailing zeros, so that equal amounts also look equal."""
    whole = int(amount)
    return Decimal(whole) if whole == amount else amount.normalize(_EXACT)


def decimal_text(amount: Decimal) -> str:
    """12.5, 10, 0: never an exponent, no trailing zeros, no sign before zero."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def scaled(amount: Decimal) -> int:
    """The amount in millionths, as the database keeps it; differences may be negative. Refused where not exact."""
    if not amount.is_finite():
        code = "gs1.amount_format"
    elif amount.adjusted() >= INTEGER_DIGITS:
        code = "gs1.amount_too_large"
    elif _is_too_fine(amount):
        code = "gs1.amount_too_fine"
    else:
        return int(_EXACT.multiply(amount, SCALE))
    params = {"value": str(amount)[:40], "decimals": str(DECIMALS), "digits": str(INTEGER_DIGITS)}
    raise Refused([Problem(code, "quantity", params)])


def unscaled(number: int) -> Decimal:
    """The amount of so many millionths."""
    whole, rest = divmod(number, SCALE)
    if not rest:
        return Decimal(whole)
    return _plain(Decimal(number).scaleb(-DECIMALS, _EXACT))


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of a unit's common code. Adding needs the same unit; `to` converts where the ratio comes out exact."""

    amount: Decimal
    unit: str = COUNT

    def __add__(self, other: "Quantity") -> "Quantity":
        self._check_same(other)
        return Quantity(_plain(_EXACT.add(self.amount, other.amount)), self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        self._check_same(other)
        return Quantity(_plain(_EXACT.subtract(self.amount, other.amount)), self.unit)

    def _check_same(self, other: "Quantity") -> None:
        if self.unit != other.unit:
            raise Refused([Problem("gs1.units_differ", "uom", {"unit": self.unit, "other": other.unit})])

    def to(self, code: str) -> "Quantity":
        """The same quantity in another unit of its dimension; Refused: gs1.units_differ, gs1.conversion_inexact."""
        here, there = unit(self.unit), unit(code)
        params = {"unit": here.code, "other": there.code, "value": decimal_text(self.amount)}
        if here.dimension != there.dimension:
            raise Refused([Problem("gs1.units_differ", "uom", params)])
        exact = Fraction(self.amount) * here.factor / there.factor
        millionths = exact * SCALE
        if millionths.denominator != 1:
            raise Refused([Problem("gs1.conversion_inexact", "uom", params)])
        return Quantity(unscaled(millionths.numerator), there.code)

    def __str__(self) -> str:
        return f"{decimal_text(self.amount)} {self.unit}"
