"""Decisions about names and numbers, without a database."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date as Date
from datetime import time, timedelta
from fractions import Fraction
from string import Formatter

from suyuan.gs1.identifiers import ID_ORIGIN
from suyuan.gs1.keys import check_digit, is_checked
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import SCALE, Quantity, decimal_text, unit, unscaled

DEFAULT_LOT_TEMPLATE = "{site}{date:%y%m%d}{shift}{seq:03}"
LOT_LENGTH = 20
CSET82 = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LOT_TOKEN = re.compile(r"[A-Z0-9]{1,6}")
SSCC_PREFIX = re.compile(r"[0-9]{7,14}")
RESERVED_LOGS = frozenset({"company", "partners"})
EXTENSIONS = range(10)  # an SSCC's first digit is free

_SPECS = {
    "site": re.compile(""),
    "line": re.compile(""),
    "shift": re.compile(""),
    "date": re.compile(r"(?:%[ymdjYVG]|[0-9A-Za-z.-])*%[ymdjYVG](?:%[ymdjYVG]|[0-9A-Za-z.-])*"),
    "seq": re.compile(r"(?:0?[1-9])?"),
}

# Local start of each shift: night, day, evening.
THREE_SHIFTS: tuple[tuple[time, str], ...] = ((time(0), "C"), (time(8), "A"), (time(16), "B"))

PLACE, PARTY = f"{ID_ORIGIN}/414/", f"{ID_ORIGIN}/417/"


def code_key(text: str) -> str:
    """The spelling in which codes are compared: NFKC, trimmed, blanks collapsed, upper case."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).upper()


def gln_of(uri: str) -> str | None:
    """The GLN of a canonical place (``/414/``, any extension) or party (``/417/``) URI; None for any other."""
    return uri[len(PLACE) : len(PLACE) + 13] if uri.startswith((PLACE, PARTY)) else None


def is_gln(digits: str) -> bool:
    """13 ASCII digits with the right check digit (GS1 General Specifications 3.4)."""
    return len(digits) == 13 and digits.isascii() and digits.isdigit() and is_checked(digits)


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which days people work: Monday to Friday but for those `off`, and those `on` besides."""

    off: Set[Date] = frozenset()
    on: Set[Date] = frozenset()

    def works(self, day: Date) -> bool:
        return day in self.on or (day.weekday() < 5 and day not in self.off)

    def after(self, day: Date, count: int) -> Date:
        """The working day so many after `day`; with none the day itself."""
        while count:
            day += timedelta(days=1)
            count -= self.works(day)
        return day


def overlapping(token: str, others: Iterable[str]) -> str | None:
    """The one of `others` that begins with `token` or is its beginning: numbers made with both could meet."""
    return next((other for other in others if other.startswith(token) or token.startswith(other)), None)


# Lot numbers


def shift_of(moment: time, shifts: Sequence[tuple[time, str]] = THREE_SHIFTS) -> str:
    """The shift at a local time; `shifts`: (start, code), ascending."""
    started = [code for start, code in shifts if start <= moment]
    return started[-1] if started else shifts[-1][1]


def template_problems(template: str) -> list[Problem]:
    """What is wrong with a lot number template.

    Fields: ``{site}`` and ``{seq}`` or ``{seq:03}`` once each, ``{line}``, ``{shift}``, ``{date:%y%m%d}``;
    all else is text of CSET 82.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return [Problem("catalog.template_syntax", "lot_template", {"template": template})]
    problems = []
    for literal, name, spec, conversion in parts:
        if literal and not CSET82.fullmatch(literal):
            problems.append(Problem("catalog.template_characters", "lot_template", {"text": literal}))
        if name is None:
            continue
        known = _SPECS.get(name)
        if known is None or conversion or not known.fullmatch(spec or ("%y%m%d" if name == "date" else "")):
            problems.append(Problem("catalog.template_field", "lot_template", {"field": name, "format": spec or ""}))
    names = [name for _, name, _, _ in parts]
    for name in ("site", "seq"):
        if names.count(name) != 1:
            problems.append(Problem("catalog.template_once", "lot_template", {"field": name}))
    return problems


def longest_number(template: str) -> int:
    """How long the lot numbers of a good template become: site and shift of one letter, a line of one, a sequence as
    wide as it asks for. A site's token may be longer, and then the first number says so."""
    return len(_render(template, "X", "X", "X", Date(2026, 12, 31), 1))


def _render(template: str, site: str, line: str, shift: str, date: Date, seq: str | int) -> str:
    problems = template_problems(template)
    if problems:
        raise Refused(problems)
    texts = {"site": site, "line": line, "shift": shift}
    rendered = []
    for literal, name, spec, _ in Formatter().parse(template):
        rendered.append(literal)
        if name == "date":
            rendered.append(date.strftime(spec or "%y%m%d"))
        elif name == "seq":
            rendered.append(format(seq, spec or "") if isinstance(seq, int) else seq)
        elif name:
            rendered.append(texts[name])
    return "".join(rendered)


def lot_prefix(template: str, *, site: str, line: str, shift: str, date: Date) -> str:
    """All of a lot number but its sequence, which stands as ``#``: what a `LotCounter` counts by."""
    return _render(template, site, line, shift, date, "#")


def render_lot_number(template: str, *, site: str, line: str, shift: str, date: Date, seq: int) -> str:
    """A lot number.

    1–20 characters of CSET 82 (General Specifications 3.4.2), else Refused. `site`: the warehouse's token.
    """
    number = _render(template, site, line, shift, date, seq)
    if not CSET82.fullmatch(number):
        raise Refused([Problem("catalog.lot_characters", "lot", {"lot": number})])
    if len(number) > LOT_LENGTH:
        raise Refused([Problem("catalog.lot_too_long", "lot", {"lot": number, "length": str(len(number))})])
    return number


def sscc(prefix: str, number: int) -> str:
    """The 18 digits of the `number`-th logistic unit of a warehouse, counted from 0.

    Refused when its numbers are used up.
    """
    room = 10 ** (16 - len(prefix))
    extension, serial = divmod(number, room)
    if extension not in EXTENSIONS:
        raise Refused([Problem("catalog.sscc_exhausted", "sscc_prefix", {"prefix": prefix, "count": str(10 * room)})])
    digits = f"{extension}{prefix}{serial:0{16 - len(prefix)}d}"
    return digits + check_digit(digits)


# Units


def ratio_to_base(code: str, base: str, conversions: Mapping[str, tuple[int, int]]) -> Fraction | None:
    """How many `base` units one `code` is; None where neither the item nor the units themselves say.

    `conversions`: unit → (numerator, denominator) of this item. One within the same dimension is enough: an item that
    says what a litre weighs also says it of a millilitre.
    """
    if code == base:
        return Fraction(1)
    if code in conversions:
        return Fraction(*conversions[code])
    wanted, own = unit(code), unit(base)
    if wanted.dimension == own.dimension:
        return Fraction(wanted.factor) / Fraction(own.factor)
    for known, ratio in conversions.items():
        if unit(known).dimension == wanted.dimension:
            return Fraction(wanted.factor) / Fraction(unit(known).factor) * Fraction(*ratio)
    return None


def contradictions(code: str, base: str, conversions: Mapping[str, tuple[int, int]]) -> str:
    """The unit with which the conversion of `code` disagrees by what the units themselves say (Rec 20); else empty."""
    own = unit(code)
    ratio = Fraction(*conversions[code])
    for other, known in ((base, (1, 1)), *conversions.items()):
        measured = unit(other)
        same = other != code and measured.dimension == own.dimension
        if same and ratio * Fraction(measured.factor) != Fraction(*known) * Fraction(own.factor):
            return other
    return ""


def to_base(quantity: Quantity, base: str, conversions: Mapping[str, tuple[int, int]]) -> Quantity:
    """`quantity` in the item's base unit, exactly.

    Refused where there is no conversion or it leaves a residue below 10⁻⁶.
    """
    if quantity.unit == base:
        return quantity
    ratio = ratio_to_base(quantity.unit, base, conversions)
    shown = {"amount": decimal_text(quantity.amount), "unit": quantity.unit, "base": base}
    if ratio is None:
        raise Refused([Problem("catalog.no_conversion", "uom", shown)])
    exact = Fraction(quantity.amount) * ratio * SCALE
    if exact.denominator != 1:
        below = decimal_text(unscaled(exact.numerator // exact.denominator))
        raise Refused([Problem("catalog.residue", "quantity", {**shown, "below": below})])
    return Quantity(unscaled(exact.numerator), base)
