"""What is asked of bills and work orders: a fixed number of statements whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import unscaled
from suyuan.production.amounts import LOST, OUT, USED, done
from suyuan.production.kinds import WorkState
from suyuan.production.models import Bom, BomLine, Tank, WorkOrder
from suyuan.production.rules import NOTHING, Part, Recipe, Work

_WITH = ("bom__item", "bom__line", "line")


def find_work(text: str, *, lock: bool = False) -> WorkOrder | None:
    """The work order of a number, however it is spelled, or of the URI under which events name it. One statement.

    `lock`: whoever else takes it so waits until this transaction ends, and then sees what was made for it.
    """
    text = text.strip()
    if not text:
        return None
    where = Q(key=code_key(text))
    if _is_link(text):
        try:
            where = Q(uri=canonical(text))
        except Refused:
            return None
    rows = WorkOrder.objects.filter(where).select_related(*_WITH)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    return next(iter(rows[:1]), None)


def _is_link(text: str) -> bool:
    """Is it written as a URI? A number may have a colon."""
    return "://" in text or text.lower().startswith("urn:")


def work_orders(warehouse: str, states: Iterable[str] = (WorkState.OPEN,)) -> QuerySet[WorkOrder]:
    """The work orders of a warehouse in these states, what is due first at the top."""
    rows = WorkOrder.objects.filter(warehouse_id=warehouse, state__in=list(states))
    return rows.select_related(*_WITH).order_by("due", "key")


def works_of(orders: Sequence[WorkOrder], known: Directory | None = None, *, built: bool = True) -> list[Work]:
    """These orders with their bills and with what was done for them. Three statements for 900, two without what was
    `built` into assemblies. `known`: the snapshot of names, where the caller has it.
    """
    known = known or directory()
    recipes = recipes_of((order.bom for order in orders), known)
    told = done((order.uri for order in orders), known, built=built)
    return [_work(order, recipes[order.bom_id], told) for order in orders]


def work_of(order: WorkOrder, known: Directory | None = None, *, built: bool = True) -> Work:
    """One order. Two or three statements."""
    return works_of([order], known, built=built)[0]


def _work(order: WorkOrder, recipe: Recipe, told: Mapping[tuple[str, str, str], Decimal]) -> Work:
    line = order.line or order.bom.line
    line = line if line is not None and line.warehouse_id == order.warehouse_id else None
    by: dict[str, dict[str, Decimal]] = {USED: {}, OUT: {}, LOST: {}}
    for (work, what, item), amount in told.items():
        if work == order.uri:
            by[what][item] = amount
    return Work(
        id=order.pk,
        number=order.number,
        uri=order.uri,
        warehouse=order.warehouse_id,
        recipe=recipe,
        quantity=unscaled(order.base),
        over=unscaled(order.over or 0),
        line=line.uri if line else "",
        line_code=line.code if line else "",
        shift=order.shift,
        due=order.due,
        state=order.state,
        used=by[USED],
        made=by[OUT],
        lost=by[LOST],
    )


def recipes_of(boms: Iterable[Bom], known: Directory) -> dict[int, Recipe]:
    """Bills by id; their items loaded with them. One statement for 900."""
    by_id = {bom.pk: bom for bom in boms}
    parts: dict[int, list[Part]] = {}
    for chunk in chunks(by_id):
        for row in BomLine.objects.filter(bom__in=chunk).select_related("item").order_by("bom", "number"):
            parts.setdefault(row.bom_id, []).append(_part(row, known))
    return {id: _recipe(bom, parts.get(id, []), known) for id, bom in by_id.items()}


def _recipe(bom: Bom, parts: Sequence[Part], known: Directory) -> Recipe:
    return Recipe(
        id=bom.pk,
        item=known.kept(bom.item.uri),
        code=bom.code,
        unit=bom.item.base_unit,
        makes=unscaled(bom.base),
        parts=tuple(parts),
        least=None if bom.least is None else unscaled(bom.least),
        most=None if bom.most is None else unscaled(bom.most),
    )


def _part(row: BomLine, known: Directory) -> Part:
    item = known.kept(row.item.uri)
    return Part(
        number=row.number,
        role=row.role,
        item=item,
        code=known.items[item].code if item in known.items else row.item.code,
        quantity=unscaled(row.base),
        unit=row.item.base_unit,
        scrap=unscaled(row.scrap) if row.scrap else NOTHING,
        over=unscaled(row.over) if row.over else NOTHING,
        backflush=row.backflush,
    )


def bom_on(item: int, day: date) -> Bom | None:
    """The bill by which an item is made on a day. One statement."""
    rows = Bom.objects.filter(item=item, is_active=True, valid_from__lte=day)
    return rows.select_related("item", "line").order_by("-valid_from", "-pk").first()


# -- tanks ------------------------------------------------------------------------------------------------------------


def tanks_in(warehouse: str) -> QuerySet[Tank]:
    return Tank.objects.filter(warehouse_id=warehouse, is_active=True).select_related("place", "item").order_by("key")


def find_tank(text: str) -> Tank | None:
    """The tank of a code, asset number or URI. One statement."""
    text = text.strip()
    if not text:
        return None
    where, uri = Q(key=code_key(text)), text if _is_link(text) else f"https://id.gs1.org/8004/{text}"
    with suppress(Refused):
        where |= Q(uri=canonical(uri))
    return Tank.objects.filter(where).select_related("place", "item").first()
