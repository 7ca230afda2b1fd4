"""Aisles and rules of picking as registers: which way aisles are walked, and whose lot labels must be scanned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type, Value
from suyuan.catalog.models import Category, Warehouse
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, said
from suyuan.catalog.registers.tables import Column, Table, flag, ids_of, metres, text
from suyuan.catalog.rules import code_key
from suyuan.governance.master import Put, declare
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem
from suyuan.picking.aisles import Direction
from suyuan.picking.kinds import AisleKind
from suyuan.picking.models import Aisle, PickRule

KINDS = {AisleKind.AISLE.value: N_("Aisle"), AisleKind.CROSS.value: N_("Cross aisle")}
DIRECTIONS = {
    Direction.BOTH.value: N_("Both ways"),
    Direction.UP.value: N_("Towards greater coordinates"),
    Direction.DOWN.value: N_("Towards smaller coordinates"),
}
LONGEST_AISLE = 20
MOST_METRES = Decimal(10_000)
WAREHOUSE = Field(
    "warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=BASICS,
    listed=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAisles(Put):
    """Aisles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPickRules(Put):
    """Rules of picking."""


def warehouse_problems(drafts: Sequence[Draft]) -> list[Problem]:
    known = set(Warehouse.objects.values_list("code", flat=True))
    return [
        Problem("catalog.warehouse_unknown", f"rows[{n}].warehouse", {"warehouse": said(draft, "warehouse")})
        for n, draft in enumerate(drafts)
        if said(draft, "warehouse") and said(draft, "warehouse").lower() not in known
    ]


def _lower(draft: Draft) -> Draft:
    return Draft({**draft.values, "warehouse": said(draft, "warehouse").lower()}, draft.before, draft.given)


def _uri(name: str) -> Callable[[str], str]:
    """What a row is called in change records."""
    return lambda key: own_path(settings.SUYUAN.origin, (name, *filter(None, key.lower().split("|"))))


# -- aisles -----------------------------------------------------------------------------------------------------------


def aisle_key(values: Mapping[str, Value]) -> str:
    return f"{code_key(str(values['warehouse']))}|{code_key(str(values['code']))}"


AISLE_TABLE = Table(
    model=Aisle,
    columns=(
        Column("warehouse", "warehouse_id"), text("code"), text("kind"), text("direction"), metres("at"),
        flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=aisle_key,
    uri="key",
    make_uri=_uri("aisle"),
)  # fmt: skip


def judge_aisles(drafts: Sequence[Draft]) -> list[Problem]:
    """A cross aisle says where it is; only aisles are one-way."""
    problems = warehouse_problems(drafts)
    for n, draft in enumerate(drafts):
        at, crosses = f"rows[{n}]", said(draft, "kind") == AisleKind.CROSS
        if crosses and draft.values.get("at") is None:
            problems.append(Problem("picking.cross_nowhere", f"{at}.at", {"aisle": said(draft, "code")}))
        if not crosses and draft.values.get("at") is not None:
            problems.append(Problem("picking.aisle_at", f"{at}.at", {"aisle": said(draft, "code")}))
        if crosses and said(draft, "direction") not in ("", Direction.BOTH):
            problems.append(Problem("picking.cross_one_way", f"{at}.direction", {"aisle": said(draft, "code")}))
    return problems


def write_aisles(drafts: Sequence[Draft], version: int) -> list[str]:
    keys = [aisle_key(draft.values) for draft in drafts]
    AISLE_TABLE.write([_lower(draft) for draft in drafts], version, lambda draft: {"key": aisle_key(draft.values)})
    return [_uri("aisle")(key) for key in keys]


AISLES = Register(
    name="aisles",
    one=N_("Aisle"),
    many=N_("Aisles"),
    fields=(
        WAREHOUSE,
        Field("code", N_("Aisle"), Type.CODE, needed=True, longest=LONGEST_AISLE, group=BASICS, listed=True,
              hint=N_("As the places name it that lie in it")),
        Field("kind", N_("Kind"), Type.CHOICE, choices=KINDS, default=AisleKind.AISLE.value, group=BASICS, listed=True),
        Field("direction", N_("Walked"), Type.CHOICE, choices=DIRECTIONS, default=Direction.BOTH.value, group=BASICS,
              listed=True),
        Field("at", N_("Where it crosses"), Type.DECIMAL, least=-MOST_METRES, most=MOST_METRES, unit="m", group=BASICS,
              listed=True, hint=N_("Of a cross aisle: the coordinate of the plan along the aisles")),
        IS_ACTIVE,
    ),
    keys=("warehouse", "code"),
    permission="place.edit",
    standing=AISLE_TABLE.standing,
    judge=judge_aisles,
    write=write_aisles,
    rows=AISLE_TABLE.rows,
    read=AISLE_TABLE.read,
    columns=AISLE_TABLE.paths(),
)  # fmt: skip


# -- rules ------------------------------------------------------------------------------------------------------------


def rule_key(values: Mapping[str, Value]) -> str:
    return f"{code_key(str(values['warehouse']))}|{code_key(str(values.get('category') or ''))}"


RULE_TABLE = Table(
    model=PickRule,
    columns=(
        Column("warehouse", "warehouse_id"), Column("category", path="category__code"), flag("scan_lot"),
        flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=rule_key,
    uri="key",
    make_uri=_uri("pickrule"),
)  # fmt: skip


def judge_rules(drafts: Sequence[Draft]) -> list[Problem]:
    known = ids_of(Category, drafts, "category")
    return warehouse_problems(drafts) + [
        Problem("picking.category_unknown", f"rows[{n}].category", {"category": said(draft, "category")})
        for n, draft in enumerate(drafts)
        if said(draft, "category") and code_key(said(draft, "category")) not in known
    ]


def write_rules(drafts: Sequence[Draft], version: int) -> list[str]:
    known = ids_of(Category, drafts, "category")
    keys = [rule_key(draft.values) for draft in drafts]
    RULE_TABLE.write(
        [_lower(draft) for draft in drafts],
        version,
        lambda draft: {"key": rule_key(draft.values), "category_id": known.get(code_key(said(draft, "category")))},
    )
    return [_uri("pickrule")(key) for key in keys]


PICK_RULES = Register(
    name="pick_rules",
    one=N_("Rule of picking"),
    many=N_("Rules of picking"),
    fields=(
        WAREHOUSE,
        Field("category", N_("Category"), Type.REFERENCE, refers="categories", longest=LONGEST_CODE, group=BASICS,
              listed=True, hint=N_("Empty: all items of which no other rule speaks")),
        Field("scan_lot", N_("The lot must be scanned"), Type.FLAG, default=True, group=BASICS, listed=True,
              hint=N_("Else it is enough to scan the bin")),
        IS_ACTIVE,
    ),
    keys=("warehouse", "category"),
    permission="place.edit",
    standing=RULE_TABLE.standing,
    judge=judge_rules,
    write=write_rules,
    rows=RULE_TABLE.rows,
    read=RULE_TABLE.read,
    columns=RULE_TABLE.paths(),
)  # fmt: skip

REGISTERS: dict[str, Register] = {one.name: one for one in (AISLES, PICK_RULES)}
PUTS: dict[str, type[Put]] = {AISLES.name: PutAisles, PICK_RULES.name: PutPickRules}
for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])
