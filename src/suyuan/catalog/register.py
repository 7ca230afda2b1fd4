"""A register: one kind of master data, declared once. Everything that lists, edits, imports or checks reads this."""

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from suyuan.catalog.fields import Field, Type, Value, is_empty, is_same, value_problems
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import Problem, Refused

Values = Mapping[str, Value]
Used = Callable[[Collection[str]], Collection[str]]  # those of these URIs that the ledger knows goods of


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be put: the fields that are given, the key's among them; others stay as they are.

    `version`: the one that the giver saw (0: none yet), None where he does not care.
    """

    values: Values
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the register as it is now. `uri` names the thing in change records; `id` is the table's key."""

    id: int
    uri: str
    version: int
    values: Values


@dataclass(frozen=True, slots=True)
class Changed:
    """What `put` did to one thing: field → (old, new), only what differs; `new`: it was not there before."""

    uri: str
    key: str
    version: int
    new: bool
    fields: Mapping[str, tuple[Value, Value]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row completed with what stands, as it is judged and written. `before` is None for a new one."""

    values: Values
    before: Standing | None
    given: frozenset[str]

    def changed(self, name: str) -> bool:
        return self.before is not None and not is_same(self.before.values.get(name), self.values.get(name))


Judge = Callable[[Sequence[Draft]], list[Problem]]  # everything wrong with them, at ``rows[n].field``


def _no_fields() -> tuple[Field, ...]:
    return ()


def _as_given(values: Values) -> Values:
    return values


def _nothing_used(drafts: Sequence[Draft], used: Used, today: date) -> list[Problem]:
    return []


def _nothing_stands(keys: Collection[str]) -> Mapping[str, Standing]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Rows of one kind as somebody brings them: all that a file takes to be read and judged.

    `keys`: the fields that name a row, compared as codes. `permission`: who may bring any. `standing`: key → what there
    is, for these keys, set by set. `judge`: everything wrong with these drafts as a whole, at ``rows[n].field``.
    `more`: the fields that the company added itself. `tidy`: one spelling for what is given. `judge_used`: what cannot
    be any more since the ledger knows goods of it, beyond the frozen fields, as of today. `judges`: floors above that
    judge drafts too, since they know what this one cannot see.
    """

    name: str
    one: str
    many: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    permission: str
    judge: Judge
    standing: Callable[[Collection[str]], Mapping[str, Standing]] = _nothing_stands
    more: Callable[[], tuple[Field, ...]] = _no_fields
    tidy: Callable[[Values], Values] = _as_given
    judge_used: Callable[[Sequence[Draft], Used, date], list[Problem]] = _nothing_used
    judges: list[Judge] = field(default_factory=list, repr=False, compare=False)
    by_name: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})

    def key_of(self, values: Values) -> str:
        """The key as it is compared; its parts, where there are several, by a vertical bar."""
        return "|".join(code_key(str(values.get(name) or "")) for name in self.keys)

    def all_fields(self) -> tuple[Field, ...]:
        """The declared fields and the company's own, as they are now."""
        return (*self.fields, *self.more())

    def judged_also_by(self, judge: Judge) -> None:
        """Let a floor above judge these rows as well, once for all: where it declares what they refer to there."""
        if judge not in self.judges:
            self.judges.append(judge)

    def problems(self, drafts: Sequence[Draft]) -> list[Problem]:
        """Everything wrong with these drafts as a whole, as this floor and those above judge."""
        return [problem for judge in (self.judge, *self.judges) for problem in judge(drafts)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Intake):
    """Rows that are kept, listed and changed as well.

    `write`: store drafts under this version, and the URI of each. `about`: the register that the first key field
    belongs to, where a row is a part of another thing (the packs of an item). `rows`: what to list, filter and sort by
    `columns` (field → the query's path to its value, `version` among them); `read`: those that are shown, as values.
    """

    write: Callable[[Sequence[Draft], int], Sequence[str]]
    rows: Callable[[], QuerySet[Any]]  # Any: of whichever model
    read: Callable[[QuerySet[Any]], list[Standing]]
    columns: Mapping[str, str]
    about: str = ""


def shown_to(register: Register, may: Callable[[str], object]) -> Register:
    """The register as somebody sees it who `may` do this and that: without the fields that are not for him."""
    hidden = {one.name for one in register.fields if one.sees and not may(one.sees)}
    if not hidden:
        return register
    fields = tuple(one for one in register.fields if one.name not in hidden)
    columns = {name: path for name, path in register.columns.items() if name not in hidden}
    return replace(register, fields=fields, columns=columns)


def put(register: Register, rows: Sequence[Row], *, version: int, used: Used, today: date = date.min) -> list[Changed]:
    """Add and change rows, wholly or not at all; what is as it was is not written. Refused with all problems at once.

    Inside the transaction in which `version` was taken (`catalog.writes.bump`). `used`: which of these URIs the ledger
    knows goods of. `today`: the day before which nothing that was used can begin to mean something else.
    """
    fields = register.all_fields()
    drafts, problems = drafts_of(register, rows, fields)
    problems += register.problems(drafts)
    problems += frozen_problems(register, drafts, used)
    problems += register.judge_used(drafts, used, today)
    if problems:
        raise Refused(problems)
    moved = [draft for draft in drafts if draft.before is None or any(map(draft.changed, draft.given))]
    uris = register.write(moved, version)
    return [_changed(register, fields, draft, uri, version) for draft, uri in zip(moved, uris, strict=True)]


def drafts_of(register: Intake, rows: Sequence[Row], fields: Sequence[Field] = ()) -> tuple[list[Draft], list[Problem]]:
    """Each row completed with what stands; keys that come twice, versions passed by, values and fields that cannot be
    as problems. `fields`: all of them, where the caller knows.
    """
    by_name = {one.name: one for one in fields or register.all_fields()}
    blank = {name: one.default for name, one in by_name.items()}
    rows = [replace(row, values=register.tidy(_clean(row.values))) for row in rows]
    keys = [register.key_of(row.values) for row in rows]
    there = register.standing(set(keys))
    first: dict[str, int] = {}
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for n, (key, row) in enumerate(zip(keys, rows, strict=True)):
        drafts.append(_draft(by_name, blank, row, there.get(key)))
        problems += _row_problems(register, by_name, drafts[-1], row, f"rows[{n}]")
        if first.setdefault(key, n) != n:
            where, shown = f"rows[{n}].{register.keys[-1]}", {"key": key, "row": str(first[key] + 1)}
            problems.append(Problem("catalog.row_twice", where, shown))
    return drafts, problems


def _clean(values: Values) -> dict[str, Value]:
    return {
        name: unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
        for name, value in values.items()
    }


def _draft(by_name: Mapping[str, Field], blank: Values, row: Row, before: Standing | None) -> Draft:
    """Where a default stands, saying nothing means it; a code keeps the spelling in which it was first written."""
    given = {name: _given(by_name.get(name), value, before) for name, value in row.values.items()}
    return Draft({**blank, **(before.values if before else {}), **given}, before, frozenset(given))


def _given(field: Field | None, value: Value, before: Standing | None) -> Value:
    if field is None:
        return value
    if is_empty(value) and field.default is not None:
        return field.default
    if before is not None and field.type in (Type.CODE, Type.REFERENCE):
        old = before.values.get(field.name)
        return old if old and code_key(str(old)) == code_key(str(value)) else value
    return value


def _row_problems(register: Intake, by_name: Mapping[str, Field], draft: Draft, row: Row, at: str) -> list[Problem]:
    problems = [
        Problem("catalog.field_needed", f"{at}.{one.name}", {"field": one.word})
        for one in register.fields
        if one.needed and is_empty(draft.values.get(one.name))
    ]
    for name in row.values:
        one = by_name.get(name)
        if one is None:
            problems.append(Problem("catalog.field_unknown", f"{at}.{name}", {"field": name}))
        else:
            problems += [Problem(p.code, f"{at}.{name}", p.params) for p in value_problems(one, draft.values[name])]
    if row.version is not None and row.version != (draft.before.version if draft.before else 0):
        problems.append(Problem("catalog.changed_meanwhile", at, {"key": register.key_of(row.values)}))
    return problems


def frozen_problems(register: Intake, drafts: Sequence[Draft], used: Used) -> list[Problem]:
    """Fields that are fixed once the thing was used, changed in one that was."""
    frozen = [one for one in register.fields if one.frozen]
    touched = [(n, one, draft) for n, draft in enumerate(drafts) for one in frozen if draft.changed(one.name)]
    known = used({draft.before.uri for _n, _one, draft in touched if draft.before}) if touched else ()
    return [
        Problem(
            "catalog.field_frozen", f"rows[{n}].{one.name}", {"field": one.word, "key": register.key_of(draft.values)}
        )
        for n, one, draft in touched
        if draft.before and draft.before.uri in known
    ]


def _changed(register: Register, fields: Sequence[Field], draft: Draft, uri: str, version: int) -> Changed:
    before = draft.before.values if draft.before else {}
    names = [one.name for one in fields if not is_same(before.get(one.name), draft.values[one.name])]
    moved = {name: (before.get(name), draft.values[name]) for name in names}
    return Changed(uri, register.key_of(draft.values), version, draft.before is None, moved)
