"""What suppliers call our items; and customers, who read it on their despatch advices."""

from collections.abc import Sequence

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Item, Partner, SupplierItem
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.items import tidy_gtin
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, days, refusals, said, tolerance
from suyuan.catalog.registers.tables import Column, Raw, Table, amount, flag, rows_of, text, unknown, write_parts
from suyuan.catalog.rules import code_key
from suyuan.gs1.keys import gtin14
from suyuan.gs1.problems import N_, Problem

FIELDS = (
    Field("partner", N_("Supplier"), Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=BASICS,
          listed=True, hint=N_("Or a customer, who then reads his own code on his despatch advices")),
    Field("code", N_("Supplier's code"), Type.CODE, needed=True, longest=LONGEST_CODE, group=BASICS, listed=True),
    Field("item", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=LONGEST_CODE, group=BASICS,
          listed=True),
    Field("name", N_("Supplier's name for it"), group=BASICS, listed=True),
    Field("gtin", N_("Supplier's GTIN"), Type.CODE, longest=14, group=BASICS),
    days("lead_time_days", N_("Lead time"), BASICS),
    tolerance("over", N_("May come more"), 1000),
    tolerance("under", N_("May come less"), 100),
    IS_ACTIVE,
)  # fmt: skip

TABLE = Table(
    model=SupplierItem,
    columns=(
        Column("partner", path="partner__code"), text("code"), Column("item", path="item__code"), text("name"),
        text("gtin"), Column("lead_time_days"), amount("over"), amount("under"), flag("is_active"),
    ),
    names=("partner__key", "key"),
    unique=("partner", "key"),
    key=lambda values: f"{code_key(values['partner'])}|{code_key(values['code'])}",
    uri="partner__uri",
)  # fmt: skip


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    ids, supplies, buys = rows_of(Partner, drafts, "partner", ("pk", "is_supplier", "is_customer"))
    (items,) = rows_of(Item, drafts, "item", ("pk",))
    problems = unknown(drafts, "partner", ids, "catalog.partner_unknown")
    problems += unknown(drafts, "item", items, "catalog.item_unknown")
    for n, draft in enumerate(drafts):
        partner = code_key(said(draft, "partner"))
        if supplies.get(partner) is False and not buys.get(partner):
            params = {"partner": said(draft, "partner")}
            problems.append(Problem("catalog.not_supplier", f"rows[{n}].partner", params))
        if said(draft, "gtin"):
            problems += refusals(gtin14, said(draft, "gtin"), f"rows[{n}].gtin")
    return problems


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    (items,) = rows_of(Item, drafts, "item", ("pk",))

    def also(draft: Draft) -> dict[str, Raw]:
        return {"item_id": items[code_key(said(draft, "item"))], "key": code_key(said(draft, "code"))}

    return write_parts(TABLE, Partner, drafts, version, name="partner", also=also)


SUPPLIER_ITEMS = Register(
    name="supplier_items",
    one=N_("Supplier's code"),
    many=N_("Suppliers' codes"),
    fields=FIELDS,
    keys=("partner", "code"),
    permission="supplier.approve",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    about="partners",
    tidy=tidy_gtin,
)
