"""A list of a register as its address asks for it: quick search, a filter for each column, order, columns, page.

The address says everything, so that it can be shared, and so that an export or a bulk edit takes the same rows:

    q=…              words that must occur in some text of the row
    f.FIELD=…        text: contains; choice, yes or no: is one of these (repeatable)
    f.FIELD.from=… f.FIELD.to=…   numbers and days, both ends included
    f.FIELD.is=empty | filled
    sort=FIELD | -FIELD
    columns=FIELD,FIELD,…
    page=N
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, ForeignKey, Model, Q, QuerySet
from django.http import QueryDict

from suyuan.catalog.fields import Field, Type, Value, read_value
from suyuan.catalog.register import Register
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import scaled

PAGE = 50
MOST_WORDS = 8
LONGEST = 200
TEXTS = frozenset({Type.TEXT, Type.CODE, Type.REFERENCE, Type.FILE})
RANGES = frozenset({Type.WHOLE, Type.DECIMAL, Type.DATE})
Bound = date | Decimal | int | float | None
EMPTY, FILLED = "empty", "filled"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of one column, as typed; `one_of` for choices."""

    field: Field
    text: str = ""
    one_of: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    state: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.text or self.one_of or self.least or self.most or self.state)


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as asked for. `problems`: what could not be read; such a filter is left out and said."""

    words: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    down: bool = False
    columns: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def search(self) -> str:
        return " ".join(self.words)

    @property
    def active(self) -> tuple[Filter, ...]:
        return tuple(one for one in self.filters if one.is_set)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.active)


def listable(register: Register) -> tuple[Field, ...]:
    """The fields that can be columns: those that the register says how to list."""
    return tuple(one for one in register.fields if one.name in register.columns)


def first_columns(register: Register) -> tuple[str, ...]:
    """The columns shown from the start: the key, and what the register declares."""
    return tuple(one.name for one in listable(register) if one.listed or one.name in register.keys)


def columns_for(register: Register, language: str) -> tuple[str, ...]:
    """`first_columns` with what is said in both languages in the reader's."""
    names = {one.name for one in listable(register)}
    spoken = {f"{name[:-3]}_zh": name for name in names if name.endswith("_en")} if language == "en" else {}
    return tuple(dict.fromkeys(spoken.get(name, name) for name in first_columns(register)))


def read_asked(register: Register, query: QueryDict, kept: Sequence[str] = ()) -> Asked:
    """What an address asks for; `kept`: the columns that the reader chose before. What is unknown is left out."""
    fields = listable(register)
    names = {one.name for one in fields}
    filters = tuple(_filter(one, query) for one in fields)
    sort = query.get("sort", "")[:LONGEST]
    column = sort.removeprefix("-")
    chosen = [name for name in query.get("columns", "")[:4000].split(",") if name in names]
    chosen = chosen or [name for name in kept if name in names]
    return Asked(
        words=tuple(query.get("q", "")[:LONGEST].replace("\0", "").split()[:MOST_WORDS]),
        filters=filters,
        sort=column if column in names else "",
        down=column in names and sort.startswith("-"),
        columns=_with_keys(register, chosen) if chosen else first_columns(register),
        problems=tuple(problem for one in filters for problem in _problems(one)),
    )


def _with_keys(register: Register, chosen: Sequence[str]) -> tuple[str, ...]:
    """A row without its name could not be opened, so the key is always among the columns."""
    return tuple(dict.fromkeys([*(name for name in register.keys if name in register.columns), *chosen]))


def _filter(field: Field, query: QueryDict) -> Filter:
    name = f"f.{field.name}"

    def typed(suffix: str = "") -> str:
        return query.get(name + suffix, "").replace("\0", "").strip()[:LONGEST]

    state = typed(".is")
    found = Filter(field, state=state if state in (EMPTY, FILLED) else "")
    if field.type in RANGES:
        return replace(found, least=typed(".from"), most=typed(".to"))
    if field.type in TEXTS:
        return replace(found, text=typed())
    known = ("1", "0") if field.type is Type.FLAG else tuple(field.choices or ())
    return replace(found, one_of=tuple(value for value in known if value in query.getlist(name)))


def _problems(one: Filter) -> list[Problem]:
    found: list[Problem] = []
    for end, text in (("from", one.least), ("to", one.most)):
        try:
            _bound(one.field, text)
        except Refused as refused:
            found += [replace(problem, field=f"f.{one.field.name}.{end}") for problem in refused.problems]
    return found


def _bound(field: Field, text: str) -> Bound:
    """An end of a range; whether the register would take such a value does not matter here."""
    value: Value = read_value(replace(field, least=None, most=None), text)
    return value if isinstance(value, date | Decimal | int) else None


def narrowed(register: Register, asked: Asked) -> QuerySet[Any]:  # Any: of whichever model
    """The rows that an address asks for, in its order."""
    rows = register.rows()
    for word in asked.words:
        rows = rows.filter(_anywhere(register, word))
    for one in asked.active:
        rows = rows.filter(_condition(register, one))
    return rows.order_by(*_order(register, asked))


def _anywhere(register: Register, word: str) -> Q:
    where = Q()
    for field in listable(register):
        if field.type in TEXTS:
            where |= Q(**{f"{path_of(register, field)}__icontains": word})
    return where


def path_of(register: Register, field: Field) -> str:
    """The query's path to a field's value; where the column is a key to another table, to what it points at."""
    path = register.columns[field.name]
    model = register.rows().model
    column = None if "__" in path else model._meta.get_field(path.removesuffix("_id"))
    return f"{column.name}__{column.target_field.name}" if isinstance(column, ForeignKey) else path


def _condition(register: Register, one: Filter) -> Q:
    where, path = Q(), path_of(register, one.field)
    kept = _kept(register.rows().model, path)
    if one.text:
        where &= Q(**{f"{path}__icontains": one.text})
    if one.one_of and one.field.type is Type.FLAG:
        where &= Q(**{f"{path}__in": [value == "1" for value in one.one_of]})
    elif one.one_of and one.field.type is Type.MANY:
        where &= _any_of(path, one.one_of)
    elif one.one_of:
        where &= Q(**{f"{path}__in": one.one_of})
    for name, text in (("gte", one.least), ("lte", one.most)):
        if text and not _problems(replace(one, least=text, most="")):
            where &= Q(**{f"{path}__{name}": kept(_bound(one.field, text))})
    if one.state:
        nothing = Q(**{f"{path}__isnull": True})
        if one.field.type not in RANGES and one.field.type is not Type.FLAG:
            nothing |= Q(**{path: ""})
        where &= nothing if one.state == EMPTY else ~nothing
    return where


def _kept(model: type[Model], path: str) -> Callable[[Bound], Bound]:
    """How the column keeps a number: exact decimals stand in millionths."""
    column = model._meta.get_field(path.partition("__")[0])
    if isinstance(column, BigIntegerField):
        return lambda bound: scaled(bound) if isinstance(bound, Decimal) else bound
    return lambda bound: float(bound) if isinstance(bound, Decimal) else bound


def _any_of(path: str, values: Sequence[str]) -> Q:
    where = Q()
    for value in values:
        where |= Q(**{f"{path}__contains": value})
    return where


def _order(register: Register, asked: Asked) -> list[str]:
    """By the column asked for, then by the key, so that pages never overlap."""
    sign = "-" if asked.down else ""
    first = [f"{sign}{register.columns[asked.sort]}"] if asked.sort else []
    return [*first, *(register.columns[name] for name in register.keys if name in register.columns), "pk"]


def key_paths(register: Register) -> list[str]:
    return [register.columns[name] for name in register.keys]


def keys_of(register: Register, rows: QuerySet[Any]) -> list[str]:  # Any: of whichever model
    """The keys of these rows, in their order. One statement."""
    found = rows.values_list(*key_paths(register))
    return [register.key_of(dict(zip(register.keys, values, strict=True))) for values in found]


def key_values(register: Register, key: str) -> Mapping[str, str]:
    """The fields of a key as `Register.key_of` spells it; the last one takes what bars are left."""
    parts = key.split("|", len(register.keys) - 1)
    return dict(zip(register.keys, parts, strict=False))
