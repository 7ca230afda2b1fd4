"""Pack levels of items, each with a GTIN of its own."""

from collections.abc import Sequence
from decimal import Decimal

from suyuan.catalog.drafts import MOST_RATIO, ratio_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Item, ItemPack
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.items import gtins_held, tidy_gtin
from suyuan.catalog.registers.shared import BASICS, SIZE, amount, new_ones, refusals, repeated, said
from suyuan.catalog.registers.tables import Column, Table, rows_of, text, unknown, write_parts
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.keys import gtin14
from suyuan.gs1.problems import N_, Problem

MOST = Decimal(MOST_RATIO)
FIELDS = (
    Field("item", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=80, group=BASICS, listed=True),
    Field("gtin", N_("GTIN"), Type.CODE, needed=True, longest=14, group=BASICS, listed=True),
    Field("level", N_("Level"), longest=40, group=BASICS, listed=True, hint=N_("Box, case, pallet")),
    Field("numerator", N_("Base units in it"), Type.WHOLE, needed=True, least=Decimal(1), most=MOST, frozen=True,
          group=BASICS, listed=True),
    Field("denominator", N_("… in so many packs"), Type.WHOLE, default=1, least=Decimal(1), most=MOST, frozen=True,
          group=BASICS),
    amount("height", N_("Height"), "m", SIZE),
    amount("weight", N_("Weight"), "kg", SIZE),
)  # fmt: skip

TABLE = Table(
    model=ItemPack,
    columns=(
        Column("item", path="item__code"), text("gtin"), text("level"), Column("numerator"), Column("denominator"),
        scaled_amount("height"), scaled_amount("weight"),
    ),
    names=("item__key", "gtin"),
    unique=("gtin",),
    key=lambda values: f"{code_key(values['item'])}|{values['gtin']}",
    uri="item__uri",
)  # fmt: skip


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    (known,) = rows_of(Item, drafts, "item", ("pk",))
    problems = unknown(drafts, "item", known, "catalog.item_unknown")
    for n, draft in enumerate(drafts):
        if said(draft, "gtin"):
            problems += refusals(gtin14, said(draft, "gtin"), f"rows[{n}].gtin")
        up, down = draft.values["numerator"], draft.values["denominator"]
        if isinstance(up, int) and isinstance(down, int):
            problems += ratio_problems(up, down, f"rows[{n}].numerator")
    new = {said(draft, "gtin") for _, draft in new_ones(drafts)} - {""}
    return problems + repeated(drafts, "gtin", gtins_held(new), "catalog.gtin_taken")


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    return write_parts(TABLE, Item, drafts, version, name="item")


PACKS = Register(
    name="packs",
    one=N_("Pack"),
    many=N_("Packs"),
    fields=FIELDS,
    keys=("item", "gtin"),
    permission="item.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    about="items",
    tidy=tidy_gtin,
)
