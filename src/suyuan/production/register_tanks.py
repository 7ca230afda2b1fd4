"""Tanks and silos as a register. What is in one, and when it was cleaned, is asked of the ledger."""

from collections.abc import Sequence

from suyuan.catalog.drafts import LONGEST_CODE, LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, LIMITS, NAME_EN, NAME_ZH, refusals, said
from suyuan.catalog.registers.tables import Column, Table, amount, flag, text
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.problems import N_, Problem
from suyuan.production.models import Tank
from suyuan.production.planning import (
    GOODS,
    PRODUCE,
    goods_problems,
    items_of,
    lowered,
    spot_of,
    spot_problems,
    spots_of,
    warehouse_problems,
)

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("giai", N_("Asset number (GIAI)"), Type.CODE, needed=True, longest=30, frozen=True, group=BASICS, listed=True,
          hint=N_("What is written on the tank: the company prefix and a number of its own")),
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=BASICS,
          listed=True),
    Field("place", N_("Place"), Type.REFERENCE, refers="places", needed=True, longest=LONGEST_PLACE_CODE, group=BASICS,
          listed=True),
    Field("item", N_("Item"), Type.REFERENCE, refers="items", longest=LONGEST_CODE, group=GOODS, listed=True,
          hint=N_("The only one that may be filled in; empty: whatever it is, never two at once")),
    Field("capacity", N_("Holds"), Type.DECIMAL, group=LIMITS, listed=True, hint=N_("In base units of the item")),
    Field("hours", N_("Clean at least every"), Type.WHOLE, unit="h", group=LIMITS),
    IS_ACTIVE,
)  # fmt: skip

TABLE = Table(
    model=Tank,
    columns=(
        text("code"), text("name_zh"), text("name_en"),
        Column("giai", path="uri", read=lambda uri: uri.rsplit("/", 1)[-1]), Column("warehouse", "warehouse_id"),
        Column("place", path="place__code"), Column("item", path="item__code"), amount("capacity"), Column("hours"),
        flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
)  # fmt: skip


def tank_uri(giai: str) -> str:
    """How events name a tank; Refused where it is no asset number."""
    return canonical(f"https://id.gs1.org/8004/{giai}")


def tidy(values: Values) -> Values:
    return lowered(values)  # type: ignore[return-value]  # the same values


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    """Asset numbers that are none or another tank's; items and places that are not there."""
    problems = goods_problems(drafts, items_of(drafts)) + warehouse_problems(drafts)
    problems += spot_problems(drafts, "place", spots_of(drafts, "place"))
    taken = dict(Tank.objects.values_list("uri", "key"))
    for n, draft in enumerate(drafts):
        giai = said(draft, "giai")
        wrong = refusals(tank_uri, giai, f"rows[{n}].giai") if giai else []
        problems += wrong
        if (
            giai
            and not wrong
            and taken.setdefault(tank_uri(giai), code_key(said(draft, "code"))) != code_key(said(draft, "code"))
        ):
            problems.append(Problem("production.tank_twice", f"rows[{n}].giai", {"giai": giai}))
    return problems


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    items, spots = items_of(drafts), spots_of(drafts, "place")
    uris = [tank_uri(said(draft, "giai")) for draft in drafts]
    TABLE.write(
        drafts,
        version,
        lambda draft: {
            "key": code_key(said(draft, "code")),
            "uri": tank_uri(said(draft, "giai")),
            "place_id": spot_of(draft, "place", spots),
            "item_id": items.ids.get(code_key(said(draft, "item"))),
        },
    )
    return uris


TANKS = Register(
    name="tanks",
    one=N_("Tank"),
    many=N_("Tanks"),
    fields=FIELDS,
    keys=("code",),
    permission=PRODUCE,
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    tidy=tidy,
)
