"""A register's table: how its values are read from and written to the database, set by set."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    FloatField,
    ForeignKey,
    IntegerField,
    Model,
    QuerySet,
    TextField,
)
from django.db.models import Field as ModelField

from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Standing
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import scaled, unscaled

PAIRS = 400  # keys of two parts in one statement, so that both lists fit into it
Raw = Any  # what a driver returns, and what a column takes
# Whose values every driver takes as they are.
_AS_IT_IS = (BooleanField, CharField, FloatField, ForeignKey, IntegerField, TextField)


@dataclass(frozen=True, slots=True)
class Column:
    """A field and its column. `path`: where a query reads it, default the column; `read` and `keep`: from and to it."""

    name: str
    column: str = ""
    path: str = ""
    read: Callable[[Raw], Raw] | None = None
    keep: Callable[[Raw], Raw] | None = None

    @property
    def attribute(self) -> str:
        return self.column or self.name

    @property
    def source(self) -> str:
        return self.path or self.attribute


def text(name: str, column: str = "") -> Column:
    """Nothing is kept as an empty text."""
    return Column(name, column, keep=lambda value: value or "")


def flag(name: str) -> Column:
    return Column(name, keep=bool)


def amount(name: str) -> Column:
    """An exact decimal, kept in millionths."""
    return Column(
        name,
        read=lambda number: None if number is None else unscaled(number),
        keep=lambda value: None if value is None else scaled(value),
    )


def metres(name: str) -> Column:
    """A measure that a drawing needs: kept as a float, which holds six decimals exactly enough to give them back."""
    return Column(
        name,
        read=lambda number: None if number is None else Decimal(repr(number)).normalize() + 0,
        keep=lambda value: None if value is None else float(value),
    )


def many(name: str) -> Column:
    """Several of a closed list, kept as a text with commas."""
    return Column(
        name,
        read=lambda kept: tuple(part for part in kept.split(",") if part),
        keep=lambda value: ",".join(value or ()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`names`: the path to each part of the key as it is compared; `unique`: the columns that the database holds it by.

    `uri`: the path to what the row is called in change records, or to what `make_uri` makes that of. `lower`: the key,
    or its first part, is kept in lower case. `finish`: what is left to do with the values of a row.
    """

    model: type[Model]
    columns: Sequence[Column]
    names: Sequence[str]
    unique: Sequence[str]
    key: Callable[[Mapping[str, Raw]], str]
    uri: str = "uri"
    lower: bool = False
    make_uri: Callable[[str], str] | None = None
    finish: Callable[[dict[str, Raw]], dict[str, Raw]] | None = None

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def paths(self) -> dict[str, str]:
        """Field → the query's path to its value."""
        return {**{one.name: one.source for one in self.columns}, "version": "version"}

    def read(self, rows: QuerySet[Any]) -> list[Standing]:
        """The rows as values."""
        sources = [one.source for one in self.columns]
        return [
            Standing(row[0], self.make_uri(row[1]) if self.make_uri else row[1], row[2], self._values(row[3:]))
            for row in rows.values_list("pk", self.uri, "version", *sources)
        ]

    def _values(self, cells: Sequence[Raw]) -> dict[str, Raw]:
        values = {
            one.name: cell if one.read is None else one.read(cell)
            for one, cell in zip(self.columns, cells, strict=True)
        }
        return self.finish(values) if self.finish else values

    def standing(self, keys: Collection[str]) -> dict[str, Standing]:
        """Key → what there is."""
        found = {self.key(one.values): one for part in self._parts(keys) for one in self.read(part)}
        return {key: found[key] for key in keys if key in found}

    def _parts(self, keys: Collection[str]) -> Iterable[QuerySet[Any]]:
        first, *rest = self.names
        if not rest:
            for part in chunks([key.lower() for key in keys] if self.lower else keys):
                yield self.rows().filter(**{f"{first}__in": part})
            return
        listed = list(keys)
        for start in range(0, len(listed), PAIRS):
            beginnings, ends = _split(listed[start : start + PAIRS])
            beginnings = [one.lower() for one in beginnings] if self.lower else beginnings
            yield self.rows().filter(**{f"{first}__in": beginnings, f"{rest[-1]}__in": ends})

    def write(
        self, drafts: Sequence[Draft], version: int, also: Callable[[Draft], Mapping[str, Raw]] | None = None
    ) -> None:
        """Insert or update all of them. `also`: columns that no field is, or that need to be looked up."""
        if not drafts:
            return
        rows = [self._cells(draft, version, also(draft) if also else {}) for draft in drafts]
        sql, keeps = _upsert(self.model, tuple(rows[0]), tuple(self.unique))
        with connection.cursor() as cursor:
            cursor.executemany(sql, [[keep(row) for keep in keeps] for row in rows])

    def _cells(self, draft: Draft, version: int, also: Mapping[str, Raw]) -> dict[str, Raw]:
        cells = {
            one.attribute: draft.values[one.name] if one.keep is None else one.keep(draft.values[one.name])
            for one in self.columns
            if not one.path
        }
        return {**cells, **also, "version": version}


def _upsert(
    model: type[Model], given: tuple[str, ...], unique: tuple[str, ...]
) -> tuple[str, list[Callable[[Mapping[str, Raw]], Raw]]]:
    """The statement that inserts a row or, where its `unique` columns stand already, updates the `given` ones; and what
    takes each cell out of the row. For 100,000 rows `bulk_create` takes as long to spell its statements as SQLite takes
    for everything else.
    """
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    by_unique = [model._meta.get_field(name) for name in unique]
    changed = [field for field in fields if field.attname in given and field not in by_unique]
    names = ", ".join(f'"{field.column}"' for field in fields)
    keys = ", ".join(f'"{field.column}"' for field in by_unique if isinstance(field, ModelField))
    news = ", ".join(f'"{field.column}" = EXCLUDED."{field.column}"' for field in changed)
    places = ", ".join(["%s"] * len(fields))
    sql = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places}) ON CONFLICT ({keys}) DO UPDATE SET {news}'
    return sql, [_keeper(field, field.attname in given) for field in fields]


def _keeper(field: "ModelField[Raw, Raw]", given: bool) -> Callable[[Mapping[str, Raw]], Raw]:
    """Takes a cell out of a row as the driver takes it; one that no row gives is the column's default."""
    if not given:
        otherwise = field.get_db_prep_save(field.get_default(), connection)
        return lambda row: otherwise
    if isinstance(field, _AS_IT_IS):
        return itemgetter(field.attname)
    return lambda row: field.get_db_prep_save(row[field.attname], connection)


def _split(keys: Sequence[str]) -> tuple[list[str], list[str]]:
    """What the first and the last parts of these keys may be: a code may hold a bar itself."""
    beginnings: set[str] = set()
    ends: set[str] = set()
    for key in keys:
        parts = key.split("|")
        beginnings.update("|".join(parts[:n]) for n in range(1, len(parts)))
        ends.update("|".join(parts[n:]) for n in range(1, len(parts)))
    return sorted(beginnings), sorted(ends)


def ids_of(model: type[Model], drafts: Sequence[Draft], name: str, path: str = "key") -> dict[str, int]:
    """Key of a row of `model` → its id, for what the drafts say in the field `name`."""
    return rows_of(model, drafts, name, ("pk",), path)[0]


def rows_of(
    model: type[Model], drafts: Sequence[Draft], name: str, columns: Sequence[str], path: str = "key"
) -> list[dict[str, Raw]]:
    """One mapping key → value for each of the columns."""
    keys = {code_key(str(draft.values.get(name) or "")) for draft in drafts} - {""}
    found: list[dict[str, Raw]] = [{} for _ in columns]
    for part in chunks(keys):
        for key, *cells in model._default_manager.filter(**{f"{path}__in": part}).values_list(path, *columns):
            for mapping, cell in zip(found, cells, strict=True):
                mapping[key] = cell
    return found


def write_parts(
    table: Table,
    model: type[Model],
    drafts: Sequence[Draft],
    version: int,
    *,
    name: str,
    also: Callable[[Draft], Mapping[str, Raw]] | None = None,
    moved: bool = False,
) -> list[str]:
    """Rows that are parts of what they say in the field `name`, a row of `model`; the URIs of those.

    `moved`: the snapshot of such a whole holds its parts, so that it is read again.
    """
    ids, uris = rows_of(model, drafts, name, ("pk", "uri"))

    def columns(draft: Draft) -> dict[str, Raw]:
        return {f"{name}_id": ids[code_key(str(draft.values[name]))], **(also(draft) if also else {})}

    table.write(drafts, version, columns)
    for part in chunks(set(ids.values()) if moved else ()):
        model._default_manager.filter(pk__in=part).update(version=version)
    return [uris[code_key(str(draft.values[name]))] for draft in drafts]


def unknown(drafts: Sequence[Draft], name: str, known: Collection[str], code: str) -> list[Problem]:
    """The drafts whose reference in `name` leads nowhere."""
    return [
        Problem(code, f"rows[{n}].{name}", {name: str(value)})
        for n, draft in enumerate(drafts)
        if (value := draft.values.get(name)) and code_key(str(value)) not in known
    ]
