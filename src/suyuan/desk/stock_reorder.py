"""What is to be ordered again, a draft for each supplier at a press. Part of the page of replenishing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.access import Desk
from suyuan.desk.goods import named
from suyuan.desk.naming import Names
from suyuan.desk.sheets import context_of
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import Quantity
from suyuan.orders.commands import PutPurchaseLines, PutPurchaseOrders
from suyuan.orders.replenishing import REASONS, Reorder, by_supplier, drafts_of
from suyuan.ui.formats import grouped_number
from suyuan.ui.problems import sentence
from suyuan.ui.things import Thing

BUY = "po.create"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that is to be ordered: how much, until when, and why."""

    item: Thing
    quantity: Quantity
    expected: date | None
    reasons: str


@dataclass(frozen=True, slots=True)
class Group:
    """What would be one order; without supplier nobody is known who delivers it."""

    id: int
    supplier: Thing | None
    rows: tuple[Wanted, ...]


def groups_of(found: list[Reorder], desk: Desk) -> list[Group]:
    """The proposals by supplier, with names asked for once."""
    uris = [one.item for one in found] + [one.supplier.uri for one in found if one.supplier]
    names = Names(uris, desk.language)
    return [
        Group(
            supplier.id if supplier else 0,
            names.thing(supplier.uri) if supplier else None,
            tuple(
                Wanted(names.thing(one.item), Quantity(one.quantity, one.unit), one.expected, reasons_of(one))
                for one in rows
            ),
        )
        for supplier, rows in by_supplier(found)
    ]


def reasons_of(one: Reorder) -> str:
    return " · ".join(_(REASONS[code]).format(**_numbers(params)) for code, params in one.reasons)


def _numbers(params: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: grouped_number(amount) for name, amount in params.items()}


def order(request: HttpRequest, desk: Desk, found: list[Reorder]) -> HttpResponse:
    """Make drafts of what was pressed, heads first; their numbers are those of the form, so twice makes them once."""
    press = request.POST.get("do", "").removeprefix("order-")
    groups = [(supplier, rows) for supplier, rows in by_supplier(found) if supplier is not None]
    groups = [one for one in groups if press in ("all", str(one[0].id))]
    ctx = context_of(desk, request)
    heads, lines = drafts_of(groups, desk.warehouse, desk.today, ctx.request_id.hex[-5:].upper())
    if not heads:
        messages.info(request, _("Nothing is to be ordered there any more."))
        return HttpResponseRedirect(reverse("desk:replenish"))
    try:
        execute(ctx, PutPurchaseOrders(rows=tuple(heads)))
        execute(replace(ctx, request_id=uuid5(ctx.request_id, "lines")), PutPurchaseLines(rows=tuple(lines)))
    except Refused as refused:
        for problem in named(refused.problems, desk.language):
            messages.error(request, sentence(problem))
        return HttpResponseRedirect(reverse("desk:replenish"))
    count = len(heads)
    done = ngettext("{count} draft order is made. Open it when it is right.",
                    "{count} draft orders are made. Open them when they are right.", count)  # fmt: skip
    messages.info(request, done.format(count=count))
    return HttpResponseRedirect(f"{reverse('desk:list', args=['purchase_orders'])}?f.state=draft")
