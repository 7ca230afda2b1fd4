"""Bills of material, tanks and work orders: what the runs of `making` look like as papers."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from math import ceil

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.demo.company import BOTTLE, CARTON, CUP, FINISHED, FOIL, MILK, PLANT, RAW, TANKS, YOGHURT, tank_uri
from suyuan.demo.dairy import Dairy
from suyuan.demo.making import RECIPES, Recipe
from suyuan.demo.office import Office
from suyuan.demo.staff import MAKER
from suyuan.operations.commands import PlanMaterial
from suyuan.production.commands import PutBomLines, PutBoms, PutTanks, PutWorkOrders

BATCH = 1000  # pieces that a bill is for
PACKING = frozenset({BOTTLE, CUP, FOIL, CARTON})
BILL = "1"


def lay_recipes(office: Office) -> None:
    """The bill of each product, and the milk tanks."""
    heads = [
        row(item=item, bom=BILL, quantity=BATCH, warehouse=PLANT, line=f"LINE-{RECIPES[item].line}")
        for item in FINISHED
    ]
    lines = [line for item in FINISHED for line in lines_of(item, RECIPES[item])]
    office.do(PutBoms(rows=tuple(heads)), MAKER)
    office.do(PutBomLines(rows=tuple(lines)), MAKER)
    office.do(PutTanks(rows=tuple(map(tank_row, TANKS))), MAKER)


def lines_of(item: str, recipe: Recipe) -> list[Row]:
    """Milk, what else goes in, and what comes out beside."""
    uses: Mapping[str, float] = {RAW: recipe.milk, **recipe.uses}
    parts = [
        row(item=item, bom=BILL, line=n, part=part, quantity=ceil(BATCH * rate), over=5, backflush=part in PACKING)
        for n, (part, rate) in enumerate(uses.items(), 1)
    ]
    beside = enumerate(recipe.by_products.items(), len(parts) + 1)
    return parts + [
        row(item=item, bom=BILL, line=n, part=part, quantity=ceil(BATCH * rate), role="by_product")
        for n, (part, rate) in beside
    ]


def tank_row(tank: str) -> Row:
    number = tank.rsplit("-", 1)[1]
    return row(
        code=tank, giai=tank_uri(tank).rsplit("/", 1)[1], name_zh=f"生乳罐 {number}", name_en=f"Raw milk tank {number}",
        warehouse=PLANT, place=tank, item=RAW, capacity=60_000, hours=48,
    )  # fmt: skip


def row(**values: object) -> Row:
    """A row of a register; whole numbers where it wants decimals are made such."""
    decimals = ("quantity", "over", "capacity")
    told: dict[str, Value] = {
        name: Decimal(str(value)) if name in decimals else value for name, value in values.items()  # type: ignore[misc]  # plain values
    }  # fmt: skip
    return Row(told)


def open_works(dairy: Dairy) -> None:
    """What is to be made tomorrow; the material of one order is asked for."""
    due = dairy.options.until + timedelta(days=1)
    orders = [(f"MO-{due:%y%m%d}-{item[3:]}", item, pieces) for item, pieces in ((MILK, 2400), (YOGHURT, 3600))]
    rows = [
        row(number=number, item=item, bom=BILL, quantity=pieces, warehouse=PLANT, shift="A", due=due)
        for number, item, pieces in orders
    ]
    dairy.office.do(PutWorkOrders(rows=tuple(rows)), MAKER)
    dairy.office.do(PlanMaterial(warehouse=PLANT, number=orders[1][0]), MAKER)
