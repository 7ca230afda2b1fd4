"""Bills of material and their lines as registers. A bill that is worked by stays as it is: it gets a successor."""

from collections.abc import Collection, Mapping, Sequence

from suyuan.catalog.drafts import LONGEST_CODE, LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import EARLIEST, Item
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register, Standing, Values
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, LIMITS, said, words
from suyuan.catalog.registers.tables import Column, Table, amount, flag, rows_of, text
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem
from suyuan.production.kinds import Role, WorkState
from suyuan.production.models import Bom, BomLine, WorkOrder
from suyuan.production.planning import (
    GOODS,
    LONGEST_BOM,
    PRODUCE,
    QUANTITY,
    UNIT,
    amounts,
    goods_problems,
    items_of,
    lowered,
    numbered,
    percent,
    spot_of,
    spot_problems,
    spots_of,
    warehouse_problems,
)

ROLES = words(
    (Role.COMPONENT.value, N_("Goes in")), (Role.CO_PRODUCT.value, N_("Co-product")),
    (Role.BY_PRODUCT.value, N_("By-product")),
)  # fmt: skip
PRODUCT = Field("item", N_("Product"), Type.REFERENCE, refers="items", needed=True, longest=LONGEST_CODE, group=BASICS,
                listed=True)  # fmt: skip
CODE = Field("bom", N_("Version"), Type.CODE, longest=LONGEST_BOM, needed=True, default="1", group=BASICS, listed=True)
BOM_FIELDS = (
    PRODUCT,
    CODE,
    Field("valid_from", N_("From"), Type.DATE, group=BASICS, listed=True, hint=N_("Empty: it has always been so")),
    Field("quantity", N_("Makes"), Type.DECIMAL, needed=True, least=QUANTITY.least, group=GOODS, listed=True,
          hint=N_("The amount that the lines are for")),
    UNIT,
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", longest=12, group=GOODS,
          hint=N_("Of the usual line")),
    Field("line", N_("Usual line"), Type.REFERENCE, refers="places", longest=LONGEST_PLACE_CODE, group=GOODS),
    percent("least", N_("Least yield"), 1000, N_("Less than that of what the components would give wants a reason")),
    percent("most", N_("Greatest yield"), 1000),
    IS_ACTIVE,
    Field("note", N_("Note"), longest=1000, group=BASICS),
)  # fmt: skip
LINE_FIELDS = (
    PRODUCT,
    CODE,
    Field("line", N_("Line no."), Type.WHOLE, needed=True, group=BASICS, listed=True),
    Field("role", N_("Role"), Type.CHOICE, choices=ROLES, default=Role.COMPONENT.value, group=GOODS, listed=True),
    Field("part", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=LONGEST_CODE, group=GOODS,
          listed=True),
    QUANTITY,
    UNIT,
    percent("scrap", N_("Scrap"), 1000, N_("So much more is needed than ends up in the product")),
    percent("over", N_("May take more"), 1000, N_("More than that wants a confirmation")),
    Field("backflush", N_("By the bill"), Type.FLAG, default=False, group=LIMITS,
          hint=N_("Consumed by the bill from what lies at the line, where nobody scans it")),
)  # fmt: skip

BOM_TABLE = Table(
    model=Bom,
    columns=(
        Column("item", path="item__code"), Column("bom", "code"),
        Column("valid_from", read=lambda day: None if day == EARLIEST else day, keep=lambda day: day or EARLIEST),
        amount("quantity"), Column("unit", path="unit"), Column("warehouse", path="line__warehouse_id"),
        Column("line", path="line__code"), amount("least"), amount("most"), flag("is_active"), text("note"),
    ),
    names=("item__key", "key"),
    unique=("item", "key"),
    key=lambda values: f"{code_key(values['item'])}|{code_key(values['bom'])}",
    uri="item__uri",
)  # fmt: skip
LINE_TABLE = Table(
    model=BomLine,
    columns=(
        Column("item", path="bom__item__code"), Column("bom", path="bom__code"), Column("line", "number"),
        text("role"), Column("part", path="item__code"), amount("quantity"), Column("unit", path="unit"),
        amount("scrap"), amount("over"), flag("backflush"),
    ),
    names=("bom__item__key", "bom__key", "number"),
    unique=("bom", "number"),
    key=lambda values: f"{code_key(values['item'])}|{code_key(values['bom'])}|{values['line']}",
    uri="bom__item__uri",
)  # fmt: skip
WANTED = ("role", "part", "quantity", "unit")  # what says how much of what it takes


# -- bills ------------------------------------------------------------------------------------------------------------


def tidy(values: Values) -> Values:
    return lowered(values)  # type: ignore[return-value]  # the same values


def judge_boms(drafts: Sequence[Draft]) -> list[Problem]:
    """Products that are not there, lines of no warehouse, and bills that work is done by."""
    spots = spots_of(drafts, "line")
    problems = goods_problems(drafts, items_of(drafts)) + warehouse_problems(drafts)
    problems += spot_problems(drafts, "line", spots)
    used = used_boms(drafts)
    for n, draft in enumerate(drafts):
        least, most = draft.values["least"], draft.values["most"]
        if least is not None and most is not None and most < least:  # type: ignore[operator]  # both are decimals
            problems.append(Problem("production.yield_limits", f"rows[{n}].most"))
        if bom_key(draft) in used and (draft.changed("quantity") or draft.changed("unit")):
            problems.append(Problem("production.bom_used", f"rows[{n}].quantity", _shown(draft)))
    return problems


def bom_key(draft: Draft) -> tuple[str, str]:
    return code_key(said(draft, "item")), code_key(said(draft, "bom"))


def boms_of(drafts: Sequence[Draft]) -> dict[tuple[str, str], int]:
    """(item, version) → id, for the bills that the rows name."""
    items = {bom_key(draft)[0] for draft in drafts} - {""}
    return {
        (item, key): id
        for part in chunks(items)
        for item, key, id in Bom.objects.filter(item__key__in=part).values_list("item__key", "key", "pk")
    }


def used_boms(drafts: Sequence[Draft]) -> set[tuple[str, str]]:
    """Those of the bills that orders are worked by: what was planned with them stays told."""
    found: set[tuple[str, str]] = set()
    for part in chunks({bom_key(draft)[0] for draft in drafts} - {""}):
        rows = WorkOrder.objects.filter(bom__item__key__in=part).exclude(state=WorkState.DRAFT)
        found.update(rows.values_list("bom__item__key", "bom__key").distinct())
    return found


def _shown(draft: Draft) -> dict[str, str]:
    return {"item": said(draft, "item"), "bom": said(draft, "bom")}


def write_boms(drafts: Sequence[Draft], version: int) -> list[str]:
    items, spots = items_of(drafts), spots_of(drafts, "line")
    (uris,) = rows_of(Item, drafts, "item", ("uri",))
    BOM_TABLE.write(
        drafts,
        version,
        lambda draft: {
            "item_id": items.ids[bom_key(draft)[0]],
            "key": bom_key(draft)[1],
            "line_id": spot_of(draft, "line", spots) if said(draft, "line") else None,
            **amounts(draft, items),
        },
    )
    return [str(uris[bom_key(draft)[0]]) for draft in drafts]


BOMS = Register(
    name="boms",
    one=N_("Bill of material"),
    many=N_("Bills of material"),
    fields=BOM_FIELDS,
    keys=("item", "bom"),
    permission=PRODUCE,
    standing=BOM_TABLE.standing,
    judge=judge_boms,
    write=write_boms,
    rows=BOM_TABLE.rows,
    read=BOM_TABLE.read,
    columns=BOM_TABLE.paths(),
    tidy=tidy,
)


# -- their lines ------------------------------------------------------------------------------------------------------


def judge_lines(drafts: Sequence[Draft]) -> list[Problem]:
    """Bills and items that are not there, a product made of itself, and bills that work is done by."""
    boms = boms_of(drafts)
    problems = goods_problems(drafts, items_of(drafts, "part"))
    used = used_boms(drafts)
    for n, draft in enumerate(drafts):
        at, shown = f"rows[{n}]", _shown(draft)
        if said(draft, "item") and bom_key(draft) not in boms:
            problems.append(Problem("production.bom_unknown", f"{at}.bom", shown))
        if said(draft, "part") and code_key(said(draft, "part")) == bom_key(draft)[0]:
            problems.append(Problem("production.of_itself", f"{at}.part", {"item": said(draft, "part")}))
        if bom_key(draft) in used and (draft.before is None or any(map(draft.changed, WANTED))):
            problems.append(Problem("production.bom_used", f"{at}.bom", shown))
    return problems


def standing_lines(keys: Collection[str]) -> Mapping[str, Standing]:
    return numbered(LINE_TABLE, keys)


def write_lines(drafts: Sequence[Draft], version: int) -> list[str]:
    items, boms = items_of(drafts, "part"), boms_of(drafts)
    (uris,) = rows_of(Item, drafts, "item", ("uri",))
    LINE_TABLE.write(
        drafts,
        version,
        lambda draft: {
            "bom_id": boms[bom_key(draft)],
            "item_id": items.ids[code_key(said(draft, "part"))],
            **amounts(draft, items),
        },
    )
    return [str(uris[bom_key(draft)[0]]) for draft in drafts]


BOM_LINES = Register(
    name="bom_lines",
    one=N_("Line of a bill"),
    many=N_("Lines of bills"),
    fields=LINE_FIELDS,
    keys=("item", "bom", "line"),
    permission=PRODUCE,
    standing=standing_lines,
    judge=judge_lines,
    write=write_lines,
    rows=LINE_TABLE.rows,
    read=LINE_TABLE.read,
    columns=LINE_TABLE.paths(),
    about="boms",
    tidy=tidy,
)
