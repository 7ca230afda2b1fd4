"""What a field of master data is, and how its value is read from and printed as text. Pure.

Forms, files and bulk edits all bring texts; a value is read here and nowhere else.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount

Value = str | int | Decimal | date | bool | tuple[str, ...] | None

_DAY = re.compile(r"(\d{4})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_YES = frozenset({"1", "true", "yes", "y", "on", "是", "√", "✓"})
_NO = frozenset({"0", "false", "no", "n", "off", "否", "×", "✗"})
_PARTS = re.compile(r"[,;，；、|\n]+")
LONGEST_WHOLE = 15  # digits, which every engine and spreadsheet keeps exactly


class Type(StrEnum):
    """How a value is read: `MANY` is several of the choices, `REFERENCE` the code of a row of another register."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    MANY = "many"
    REFERENCE = "reference"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Field:
    """A field; `word` is what people call it (marked N_). `choices`: value → word. `refers`: a register's name.

    `frozen`: cannot change once the thing was used. `unit`: shown behind the value (``kg``, ``m``, ``d``). `group`: the
    part of the form it stands in (marked N_). `listed`: a column of the list from the start. `default`: what a new
    thing has where nothing is said. `names`: (zh, en) of a field that the company made itself, shown instead of `word`.
    `sees`: the permission without which nobody is shown it.
    """

    name: str
    word: str
    type: Type = Type.TEXT
    needed: bool = False
    choices: Mapping[str, str] | None = None
    refers: str = ""
    longest: int = 300
    least: Decimal | None = None
    most: Decimal | None = None
    frozen: bool = False
    unit: str = ""
    group: str = ""
    listed: bool = False
    hint: str = ""
    default: Value = None
    names: tuple[str, str] = ("", "")
    sees: str = ""


def read_value(field: Field, text: str) -> Value:
    """The value that `text` means; Refused with the field's name where it means none. An empty text is None or "".

    A choice is given by its value, in any case; whoever offers translated words turns them into values before.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        return _NOTHING.get(field.type)
    match field.type:
        case Type.WHOLE:
            return _whole(field, text)
        case Type.DECIMAL:
            return _decimal(field, text)
        case Type.DATE:
            return _date(field, text)
        case Type.FLAG:
            return _flag(field, text)
        case Type.CHOICE:
            return _choice(field, text)
        case Type.MANY:
            return tuple(dict.fromkeys(_choice(field, part.strip()) for part in _PARTS.split(text) if part.strip()))
    return _text(field, text)


_NOTHING: Mapping[Type, Value] = {
    Type.TEXT: "", Type.CODE: "", Type.CHOICE: "", Type.REFERENCE: "", Type.FILE: "", Type.MANY: (),
}  # fmt: skip


# As they are, and nothing else has to be asked of them.
_PLAIN = frozenset({Type.TEXT, Type.CODE, Type.REFERENCE, Type.FILE})
_PYTHON: Mapping[Type, type] = {
    Type.WHOLE: int, Type.DECIMAL: Decimal, Type.DATE: date, Type.FLAG: bool, Type.MANY: tuple,
}  # fmt: skip


def print_value(value: Value) -> str:
    """The text that `read_value` reads as this value."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case tuple():
            return ",".join(value)
    return str(value)


def is_empty(value: Value) -> bool:
    """Was nothing said?"""
    return value is None or value == "" or value == ()


def is_same(one: Value, other: Value) -> bool:
    """Do both say the same? Nothing is said in several ways."""
    return one == other or (is_empty(one) and is_empty(other))


def value_problems(field: Field, value: Value) -> list[Problem]:
    """What is wrong with a value that no text was read for: another type, none of the choices, too long, too much."""
    if is_empty(value) or (field.type in _PLAIN and _is_plain(field, value)):
        return []
    try:
        if (
            isinstance(value, _PYTHON.get(field.type, str))
            and _is_bool(field, value)
            and read_value(field, print_value(value)) == value
        ):
            return []
    except Refused as refused:
        return list(refused.problems)
    return [Problem("catalog.field_value", field.name, {"text": str(value)[:40]})]


def _is_bool(field: Field, value: Value) -> bool:
    """A flag is a flag, and no number is one, though Python takes it for one."""
    return isinstance(value, bool) == (field.type is Type.FLAG)


def _is_plain(field: Field, value: Value) -> bool:
    return isinstance(value, str) and len(value) <= field.longest and value.isascii() and value.isprintable()


def _refused(code: str, field: Field, text: str, **params: str) -> Refused:
    return Refused([Problem(code, field.name, {"text": text[:40], **params})])


def _text(field: Field, text: str) -> str:
    if len(text) > field.longest:
        raise _refused("catalog.field_long", field, text, longest=str(field.longest))
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
        raise _refused("catalog.field_unprintable", field, text)
    return text


def _whole(field: Field, text: str) -> int:
    digits = text.replace(",", "").replace("，", "").removesuffix(".0")
    if not re.fullmatch(r"[+-]?[0-9]+", digits) or len(digits) > LONGEST_WHOLE:
        raise _refused("catalog.field_whole", field, text)
    return int(_within(field, Decimal(digits), text))


def _decimal(field: Field, text: str) -> Decimal:
    sign = text.startswith("-") and field.least is not None and field.least < 0  # only where less than none has a sense
    try:
        amount = parse_amount(text.removeprefix("-" if sign else "").replace(",", "").replace("，", ""))
    except Refused as refused:
        raise Refused([Problem(p.code, field.name, p.params) for p in refused.problems]) from None
    return _within(field, -amount if sign else amount, text)


def _within(field: Field, number: Decimal, text: str) -> Decimal:
    if (field.least is not None and number < field.least) or (field.most is not None and number > field.most):
        least, most = (decimal_text(bound) if bound is not None else "" for bound in (field.least, field.most))
        raise _refused("catalog.field_bounds", field, text, least=least, most=most)
    return number


def _date(field: Field, text: str) -> date:
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else _raise()
    except ValueError:
        raise _refused("catalog.field_date", field, text) from None


def _raise() -> date:
    raise ValueError


def _flag(field: Field, text: str) -> bool:
    word = text.casefold()
    if word in _YES | _NO:
        return word in _YES
    raise _refused("catalog.field_flag", field, text)


def _choice(field: Field, text: str) -> str:
    known: Collection[str] = field.choices or ()
    found = text if text in known else next((value for value in known if value.casefold() == text.casefold()), None)
    if found is None:
        raise _refused("catalog.choice", field, text, value=text[:40], allowed=", ".join(known))
    return found
