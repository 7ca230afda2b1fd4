"""The fields of their own that the items of a category have."""

import re
from collections.abc import Sequence
from decimal import Decimal

from suyuan.catalog.drafts import LONGEST_PLACE_CODE, code_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Category, CategoryAttribute, Item
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.categories import category_uri
from suyuan.catalog.registers.shared import BASICS, NAME_EN, NAME_ZH, said, words
from suyuan.catalog.registers.tables import Column, Table, flag, ids_of, text, unknown
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem

TYPES = words(
    ("text", N_("Text")), ("whole", N_("Whole number")), ("decimal", N_("Number")), ("date", N_("Date")),
    ("flag", N_("Yes or no")), ("choice", N_("Choice")),
)  # fmt: skip
CUSTOM = "custom."
OWN = N_("Own fields")
_PARTS = re.compile(r"[,;，；、|\n]+")

FIELDS = (
    Field("category", N_("Category"), Type.REFERENCE, refers="categories", needed=True, group=BASICS, listed=True),
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("type", N_("Type"), Type.CHOICE, choices=TYPES, default="text", group=BASICS, listed=True),
    Field("choices", N_("Choices"), longest=2000, group=BASICS, hint=N_("Separated by commas, for the type Choice")),
    Field("unit", N_("Unit"), longest=20, group=BASICS),
    Field("needed", N_("Needed"), Type.FLAG, default=False, group=BASICS, listed=True),
)

TABLE = Table(
    model=CategoryAttribute,
    columns=(
        Column("category", path="category__code"), text("code"), text("name_zh"), text("name_en"), text("type"),
        text("choices"), text("unit"), flag("needed"),
    ),
    names=("category__key", "key"),
    unique=("category", "key"),
    key=lambda values: f"{code_key(values['category'])}|{code_key(values['code'])}",
    uri="category__key",
    make_uri=category_uri,
)  # fmt: skip


def choices_of(text: str) -> tuple[str, ...]:
    """The choices that stand in one text."""
    return tuple(dict.fromkeys(part.strip() for part in _PARTS.split(text) if part.strip()))


def custom_fields() -> tuple[Field, ...]:
    """A field of items for every code, named ``custom.KEY``; a choice takes what any category allows."""
    found: dict[str, Field] = {}
    rows = CategoryAttribute.objects.order_by("category_id", "id")
    for key, zh, en, kind, choices, unit in rows.values_list("key", "name_zh", "name_en", "type", "choices", "unit"):
        name = CUSTOM + key
        allowed = {one: one for one in choices_of(choices)} if kind == Type.CHOICE else None
        if (known := found.get(name)) is not None and allowed is not None:
            allowed = {**(known.choices or {}), **allowed}
        least = Decimal(-(10**12)) if kind in (Type.WHOLE, Type.DECIMAL) else None
        word = zh or en or key
        found[name] = Field(
            name, word, Type(kind), choices=allowed, unit=unit, group=OWN, names=(zh or word, en or word), least=least
        )
    return tuple(found.values())


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = unknown(drafts, "category", ids_of(Category, drafts, "category"), "catalog.category_unknown")
    told = {code_key(said(draft, "code")) for draft in drafts}
    elsewhere = _elsewhere(drafts, told)
    first: dict[str, str] = {}
    for n, draft in enumerate(drafts):
        at, key, kind = f"rows[{n}]", code_key(said(draft, "code")), said(draft, "type")
        if draft.before is None and key:
            problems += code_problems(said(draft, "code"), LONGEST_PLACE_CODE, at)
        if kind == Type.CHOICE and not choices_of(said(draft, "choices")):
            problems.append(Problem("catalog.choices_missing", f"{at}.choices"))
        # One code means one thing everywhere, so that a column of a list or a file does.
        if first.setdefault(key, elsewhere.get(key, kind)) != kind:
            params = {"code": said(draft, "code"), "type": first[key]}
            problems.append(Problem("catalog.attribute_type_differs", f"{at}.type", params))
        elif draft.changed("type") and Item.objects.filter(custom__has_key=key).exists():
            problems.append(Problem("catalog.attribute_in_use", f"{at}.type", {"code": said(draft, "code")}))
    return problems


def _elsewhere(drafts: Sequence[Draft], keys: set[str]) -> dict[str, str]:
    """Key → the type it has in categories that these drafts do not speak of."""
    spoken = {(code_key(said(draft, "category")), code_key(said(draft, "code"))) for draft in drafts}
    rows = CategoryAttribute.objects.filter(key__in=keys).values_list("category__key", "key", "type")
    return {key: kind for category, key, kind in rows if (category, key) not in spoken}


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    categories = ids_of(Category, drafts, "category")
    TABLE.write(
        drafts,
        version,
        lambda draft: {
            "category_id": categories[code_key(said(draft, "category"))],
            "key": code_key(said(draft, "code")),
        },
    )
    return [category_uri(code_key(said(draft, "category"))) for draft in drafts]


ATTRIBUTES = Register(
    name="attributes",
    one=N_("Own field of a category"),
    many=N_("Own fields of categories"),
    fields=FIELDS,
    keys=("category", "code"),
    permission="item.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    about="categories",
)
