"""A row of a register as a form: what was typed, read field by field, and drawn again as it was typed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from suyuan.catalog.fields import Field, Type, Value, is_empty, print_value, read_value
from suyuan.catalog.register import Standing, Values
from suyuan.desk.office import NAMES, said, unit_of, word_of
from suyuan.gs1.problems import Problem, Refused

LONGEST = 20_000
PREFIX = "v."  # of a field's input, so that no field is mistaken for what the page itself sends
WIDE = 120  # characters from which a text gets a box of its own


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a form shows it."""

    name: str
    url: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Input:
    """An input as drawn. `kind`: ``text``, ``long``, ``code``, ``number``, ``date``, ``flag``, ``choice``, ``many``,
    ``reference``, ``file``; `options`: value, word, chosen; `note` the name of what a reference points at;
    `redraws`: another value changes which fields there are; `file`: the one that stands."""

    field: Field
    kind: str
    text: str
    fixed: bool = False
    options: tuple[tuple[str, str, bool], ...] = ()
    note: str = ""
    url: str = ""
    redraws: bool = False
    file: Shown | None = None

    @property
    def name(self) -> str:
        return PREFIX + self.field.name

    @property
    def id(self) -> str:
        return f"field-{self.field.name}"

    @property
    def word(self) -> str:
        return word_of(self.field)

    @property
    def hint(self) -> str:
        return _(self.field.hint) if self.field.hint else ""

    @property
    def unit(self) -> str:
        return unit_of(self.field)

    @property
    def on(self) -> bool:
        return self.text == "1"


@dataclass(frozen=True, slots=True)
class Group:
    """The inputs of one part of the form."""

    word: str
    inputs: tuple[Input, ...]


_KINDS = {
    Type.CODE: "code",
    Type.WHOLE: "number",
    Type.DECIMAL: "number",
    Type.DATE: "date",
    Type.FLAG: "flag",
    Type.CHOICE: "choice",
    Type.MANY: "many",
    Type.REFERENCE: "reference",
    Type.FILE: "file",
}


def kind_of(field: Field) -> str:
    return _KINDS.get(field.type) or ("long" if field.longest > 1000 else "text")


def texts_of(standing: Standing | None, fields: Sequence[Field]) -> dict[str, str]:
    """What the form says before anybody types: what stands, or what a new one begins with."""
    if standing is not None:
        return {field.name: print_value(standing.values.get(field.name)) for field in fields}
    return {field.name: print_value(field.default) for field in fields}


def read_texts(fields: Sequence[Field], posted: QueryDict) -> dict[str, str]:
    """What was typed, of the fields that the form held: ``has`` names boxes, which are not sent unticked."""
    found: dict[str, str] = {}
    held = set(posted.getlist("has"))
    for field in fields:
        name = PREFIX + field.name
        if field.type is Type.MANY and (name in posted or field.name in held):
            found[field.name] = ",".join(filter(None, posted.getlist(name)))[:LONGEST]
        elif field.type is Type.FLAG and (name in posted or field.name in held):
            found[field.name] = "1" if posted.get(name) == "1" else "0"
        elif name in posted:
            found[field.name] = posted.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST]
    return found


def read_values(fields: Sequence[Field], texts: Mapping[str, str]) -> tuple[dict[str, Value], list[Problem]]:
    """The values that were typed, and everything that means none."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for field in fields:
        if field.name not in texts:
            continue
        try:
            values[field.name] = read_value(field, texts[field.name])
        except Refused as refused:
            problems += refused.problems
    return values, problems


def given(values: Values, standing: Standing | None) -> dict[str, Value]:
    """What a form gives: of a new thing only what was filled in, so that what it begins with stays as declared."""
    return dict(values) if standing else {name: value for name, value in values.items() if not is_empty(value)}


def own_problems(problems: Sequence[Problem]) -> list[Problem]:
    """Problems of the one row of a form, at its fields: ``rows[0].gtin`` → ``gtin``."""
    return [replace(problem, field=problem.field.removeprefix("rows[0]").lstrip(".")) for problem in problems]


def groups_of(
    fields: Sequence[Field],
    texts: Mapping[str, str],
    *,
    fixed: Sequence[str] = (),
    left_out: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
    urls: Mapping[str, str] | None = None,
    redraws: str = "",
) -> list[Group]:
    """The inputs by the groups that the register declares, in the order of their first fields.

    `fixed`: shown, not to be changed; `names`: field → the name of what it refers to; `urls`: register → where its
    rows are suggested; `redraws`: the field that decides which others there are.
    """
    found: dict[str, list[Input]] = {}
    for field in by_importance(fields):
        if field.name not in left_out:
            made = input_of(field, texts.get(field.name, ""), fixed=field.name in fixed)
            note, url = (names or {}).get(field.name, ""), (urls or {}).get(field.refers, "")
            group = fields[0].group if field.name in NAMES else field.group
            found.setdefault(group, []).append(replace(made, note=note, url=url, redraws=field.name == redraws))
    return [Group(_(word) if word else "", tuple(inputs)) for word, inputs in found.items()]


def by_importance(fields: Sequence[Field]) -> list[Field]:
    """What a thing is called comes right after its code; long texts and files close their group."""
    names = [field for field in fields if field.name in NAMES]
    rest = [field for field in fields if field.name not in NAMES]
    first = next((n for n, field in enumerate(rest) if not field.needed), len(rest))
    first = min(first, next((n + 1 for n, field in enumerate(rest) if field.name == "code"), first))
    ordered = [*rest[:first], *names, *rest[first:]]
    return sorted(ordered, key=lambda field: field.type is Type.FILE or kind_of(field) == "long")


def input_of(field: Field, text: str, *, fixed: bool = False) -> Input:
    chosen = set(text.split(",")) if field.type is Type.MANY else {text}
    options = tuple((value, said(field, value), value in chosen) for value in field.choices or ())
    return Input(field, kind_of(field), text, fixed, options)


@dataclass(frozen=True, slots=True)
class Side:
    """A field that two people changed, or one of them: as it stands now, and as it was typed here."""

    word: str
    theirs: str
    mine: str


def sides(fields: Sequence[Field], standing: Standing, values: Values) -> list[Side]:
    """Where what was typed differs from what stands now."""
    return [
        Side(word_of(field), said(field, standing.values.get(field.name)), said(field, values[field.name]))
        for field in fields
        if field.name in values and print_value(values[field.name]) != print_value(standing.values.get(field.name))
    ]
