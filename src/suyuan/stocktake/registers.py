"""Counting plans as a register: which bins are counted how often, how, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from suyuan.accounts.models import Team, User
from suyuan.accounts.rules import login_name
from suyuan.catalog.drafts import LONGEST_CODE, LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Category, Place, Warehouse
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, NAME_EN, NAME_ZH, days, said
from suyuan.catalog.registers.tables import Column, Table, amount, flag, ids_of, text
from suyuan.catalog.rules import code_key
from suyuan.governance.master import Put, declare
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem
from suyuan.stocktake.models import CountPlan
from suyuan.stocktake.rules import BY_LINES, MEASURES

SCOPE, OFTEN, HOW, WHO = N_("Which bins"), N_("How often"), N_("How"), N_("Who counts")
DAYS = ("days_a", "days_b", "days_c")

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=SCOPE,
          listed=True),
    Field("zone", N_("Zone"), Type.REFERENCE, refers="places", longest=LONGEST_PLACE_CODE, group=SCOPE, listed=True,
          hint=N_("A zone, rack or bin of the warehouse; empty: all its bins")),
    Field("category", N_("Category"), Type.REFERENCE, refers="categories", longest=LONGEST_CODE, group=SCOPE,
          listed=True, hint=N_("Only bins with goods of this category")),
    days("days_a", N_("A items every"), OFTEN),
    days("days_b", N_("B items every"), OFTEN),
    days("days_c", N_("C items and empty bins every"), OFTEN),
    Field("measure", N_("Classes by"), Type.CHOICE, choices=MEASURES, default=BY_LINES, group=OFTEN,
          hint=N_("Value: by the last price of what left; items without a price are C")),
    Field("daily", N_("By itself"), Type.FLAG, default=True, group=HOW,
          hint=N_("What is due becomes a sheet each morning")),
    Field("blind", N_("Blind"), Type.FLAG, default=True, group=HOW, listed=True,
          hint=N_("Who counts does not see what the book has")),
    Field("threshold", N_("Count again from a difference of"), Type.DECIMAL, least=Decimal(0), most=Decimal(1000),
          unit="%", default=Decimal(2), group=HOW),
    Field("most", N_("Bins on one sheet"), Type.WHOLE, least=Decimal(1), most=Decimal(10_000), default=200, group=HOW),
    Field("team", N_("Team"), Type.CODE, longest=12, group=WHO, listed=True, hint=N_("The code of a team")),
    Field("person", N_("Person"), Type.TEXT, longest=150, group=WHO, listed=True, hint=N_("A user name")),
    IS_ACTIVE,
)  # fmt: skip


def plan_uri(key: str) -> str:
    """What a plan is called in change records."""
    return own_path(settings.SUYUAN.origin, ("countplan", key.lower()))


TABLE = Table(
    model=CountPlan,
    columns=(
        text("code"), text("name_zh"), text("name_en"), Column("warehouse", "warehouse_id"),
        Column("zone", path="zone__code"), Column("category", path="category__code"), Column("days_a"),
        Column("days_b"), Column("days_c"), text("measure"), flag("daily"), flag("blind"),
        amount("threshold"), Column("most"), text("team"),
        text("person"), flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    uri="key",
    make_uri=plan_uri,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCountPlans(Put):
    """Counting plans."""


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    warehouses = set(Warehouse.objects.values_list("code", flat=True))
    zones = _zones(drafts)
    categories = ids_of(Category, drafts, "category")
    teams = set(Team.objects.values_list("code", flat=True))
    people = _people(drafts)
    problems: list[Problem] = []
    for n, draft in enumerate(drafts):
        at, told = (
            f"rows[{n}]",
            {name: said(draft, name) for name in ("warehouse", "zone", "category", "team", "person")},
        )
        if told["warehouse"] and told["warehouse"].lower() not in warehouses:
            problems.append(Problem("catalog.warehouse_unknown", f"{at}.warehouse", {"warehouse": told["warehouse"]}))
        elif told["zone"] and _zone(draft) not in zones:
            params = {"zone": told["zone"], "warehouse": told["warehouse"]}
            problems.append(Problem("stocktake.zone_elsewhere", f"{at}.zone", params))
        if told["category"] and code_key(told["category"]) not in categories:
            problems.append(Problem("stocktake.category_unknown", f"{at}.category", {"category": told["category"]}))
        if told["team"] and told["team"].lower() not in teams:
            problems.append(Problem("stocktake.team_unknown", f"{at}.team", {"team": told["team"]}))
        if told["person"] and login_name(told["person"]) not in people:
            problems.append(Problem("stocktake.person_unknown", f"{at}.person", {"person": told["person"]}))
        if told["team"] and told["person"]:
            problems.append(Problem("stocktake.one_counter", f"{at}.person"))
        if all(draft.values.get(name) is None for name in DAYS):
            problems.append(Problem("stocktake.days_missing", f"{at}.days_a"))
    return problems


def _zone(draft: Draft) -> tuple[str, str]:
    return said(draft, "warehouse").lower(), code_key(said(draft, "zone"))


def _zones(drafts: Sequence[Draft]) -> Mapping[tuple[str, str], int]:
    """(warehouse, key of a place) → its id, for those that are named."""
    keys = {_zone(draft)[1] for draft in drafts} - {""}
    rows = Place.objects.filter(key__in=keys).values_list("warehouse_id", "key", "pk") if keys else []
    return {(warehouse, key): id for warehouse, key, id in rows}


def _people(drafts: Sequence[Draft]) -> set[str]:
    names = {login_name(said(draft, "person")) for draft in drafts} - {""}
    return set(User.objects.filter(username__in=names).values_list("username", flat=True)) if names else set()


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    zones, categories = _zones(drafts), ids_of(Category, drafts, "category")
    spelled = [
        Draft(
            {
                **draft.values,
                "warehouse": said(draft, "warehouse").lower(),
                "team": said(draft, "team").lower(),
                "person": login_name(said(draft, "person")),
            },
            draft.before,
            draft.given,
        )
        for draft in drafts
    ]
    TABLE.write(
        spelled,
        version,
        lambda draft: {
            "key": code_key(said(draft, "code")),
            "zone_id": zones.get(_zone(draft)),
            "category_id": categories.get(code_key(said(draft, "category"))),
        },
    )
    return [plan_uri(code_key(said(draft, "code"))) for draft in drafts]


COUNT_PLANS = Register(
    name="count_plans",
    one=N_("Counting plan"),
    many=N_("Counting plans"),
    fields=FIELDS,
    keys=("code",),
    permission="count",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)

declare(PutCountPlans, COUNT_PLANS)

REGISTERS: dict[str, Register] = {COUNT_PLANS.name: COUNT_PLANS}
PUTS: dict[str, type[Put]] = {COUNT_PLANS.name: PutCountPlans}
