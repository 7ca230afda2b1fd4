"""Orders and notices: what is to come and to go, how far it is, and the way to the dock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.register import Register
from suyuan.catalog.rules import code_key
from suyuan.desk import ordering_keep
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.approvals import done_or_asked
from suyuan.desk.events import about, goods_named
from suyuan.desk.forms import by_field, clean
from suyuan.desk.listings import goods_table
from suyuan.desk.naming import Names
from suyuan.desk.office import Office, row_url
from suyuan.desk.ordering_views import LineView, NoticeView, OrderView, state_view
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.ledger.keys import COMPANY, key16
from suyuan.operations.returned import returned_for
from suyuan.orders.amounts import issued
from suyuan.orders.commands import (
    CancelIssue,
    CancelPurchase,
    CancelSale,
    CloseIssue,
    ClosePurchase,
    CloseSale,
    OfOrder,
    ReopenIssue,
    ReopenPurchase,
    ReopenSale,
)
from suyuan.orders.expecting import ExpectedLine
from suyuan.orders.kinds import OUTGOING, OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.notices import expected, notice_of
from suyuan.orders.queries import FIRST, OpenOrder, party_of, with_lines
from suyuan.orders.register_notices import RECEIVE
from suyuan.orders.registers import REGISTERS
from suyuan.orders.reservations import kept_by_line
from suyuan.orders.written import MAY
from suyuan.ui.access import Access, Reader

PAGE = 50
EVENTS = 100
NOTICES = "notices"
TABS = (
    (OrderKind.PURCHASE.value, N_("Purchase orders"), "purchase_orders"),
    (OrderKind.SALES.value, N_("Sales orders"), "sales_orders"),
    (OrderKind.ISSUE.value, N_("Issue orders"), "issues"),
    (NOTICES, N_("Advance notices"), "notices"),
)
LINES = {
    "purchase_orders": "purchase_lines",
    "sales_orders": "sales_lines",
    "issues": "issue_lines",
    "notices": "notice_lines",
}
HEADS = {kind: register for kind, _word, register in TABS}
# Here and not everywhere: an order is of a warehouse, and who works there may see it.
SEES = {name: Access(Reader.ROLE, f"{REGISTERS[name].permission}:read") for name in HEADS.values()}
SEES_SOME = Access(Reader.ROLE, one_of=tuple(SEES.values()))
SHOWN = {
    "open": (OrderState.OPEN,),
    "draft": (OrderState.DRAFT,),
    "ended": (OrderState.CLOSED, OrderState.CANCELLED),
    "all": tuple(OrderState),
}
WORDS = {"open": N_("Open"), "draft": N_("Drafts"), "ended": N_("Closed or cancelled"), "all": N_("All")}
ENDS: dict[tuple[str, str], type[OfOrder]] = {
    ("purchase", "close"): ClosePurchase,
    ("purchase", "reopen"): ReopenPurchase,
    ("purchase", "cancel"): CancelPurchase,
    ("sales", "close"): CloseSale,
    ("sales", "reopen"): ReopenSale,
    ("sales", "cancel"): CancelSale,
    ("issue", "close"): CloseIssue,
    ("issue", "reopen"): ReopenIssue,
    ("issue", "cancel"): CancelIssue,
}
SAID = {"close": N_("Closed."), "reopen": N_("Reopened."), "cancel": N_("Cancelled.")}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the page; `register` is the list behind it."""

    name: str
    word: str
    url: str
    chosen: bool
    register: Register


def tabs_of(desk: Desk, chosen: str = "") -> list[Tab]:
    """The tabs that he may look at, here."""
    mine = [tab for tab in TABS if SEES[tab[2]].lets(desk.actor, desk.warehouse)]
    chosen = chosen if chosen in [name for name, *_rest in mine] else next(name for name, *_rest in mine)
    here = reverse("desk:orders")
    return [Tab(name, _(word), f"{here}?tab={name}", name == chosen, REGISTERS[list_]) for name, word, list_ in mine]


@desk_page(access=SEES_SOME)
def orders(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The orders of the warehouse worked in, or what is announced for it: `?tab=`, `?show=`, `?q=`, `?page=`."""
    tabs = tabs_of(desk, request.GET.get("tab", ""))
    tab = next(tab for tab in tabs if tab.chosen)
    office = Office(tab.register, desk)
    context = {
        "tabs": tabs, "tab": tab, "office": office, "search": clean(request.GET.get("q", "")), "scan_here": True,
        "own_process": process_of(tab.name),
    }  # fmt: skip
    if tab.name == NOTICES:
        return page(request, desk, "desk/orders/list.html", context | _notices(request, desk))
    return page(request, desk, "desk/orders/list.html", context | _orders(request, desk, tab))


def process_of(kind: str) -> str:
    """Whose steps come first on the pages of an order: goods come in by it, or go out."""
    return "outbound" if kind in OUTGOING else "inbound"


def _orders(request: HttpRequest, desk: Desk, tab: Tab) -> dict[str, object]:
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    rows = narrowed(tab.name, desk.warehouse, show, clean(request.GET.get("q", "")))
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = with_lines(list(shown.object_list))
    kind = OrderKind(tab.name)
    outgoing = kind in OUTGOING
    may_sell = desk.actor.may(MAY[OrderKind.SALES], desk.warehouse)
    may_ask = desk.actor.may(MAY[OrderKind.ISSUE], desk.warehouse)
    kept = kept_by_line(one.order.pk for one in found) if outgoing else None
    names = Names([party_of(one.order) for one in found], desk.language)
    query = request.GET.copy()
    query.pop("page", None)
    choices = []
    for name, word in WORDS.items():
        query["show"] = name
        choices.append((_(word), f"?{query.urlencode()}", name == show))
    return {
        "rows": [OrderView.of(one, names, desk.today, kept) for one in found],
        "outgoing": outgoing,
        "message_url": reverse("desk:order_message") if kind is OrderKind.SALES and may_sell else "",
        "need_url": reverse("desk:need") if kind is OrderKind.ISSUE and may_ask else "",
        "page": shown,
        "choices": choices,
        "show": show,
    }


def narrowed(kind: str, warehouse: str, show: str, text: str) -> QuerySet[Order]:
    """The orders to list, urgent ones first, then the earliest expected."""
    rows = Order.objects.filter(kind=kind, warehouse_id=warehouse, state__in=SHOWN[show])
    if text:
        told = ("key", "reference", "partner__code", "partner__name_zh", "partner__name_en")
        where = Q()
        for path in told:
            where |= Q(**{f"{path}__icontains": text})
        rows = rows.filter(where)
    return rows.select_related("partner", "warehouse", "destination").order_by(*FIRST)


def _notices(request: HttpRequest, desk: Desk) -> dict[str, object]:
    text = code_key(clean(request.GET.get("q", "")))
    every = request.GET.get("show") == "all"
    found = expected(desk.warehouse, also_here=every)
    names = Names([one.supplier for one in found], desk.language)
    rows = [NoticeView.of(one, names, desk.today) for one in found]
    rows = [row for row in rows if not text or text in code_key(row.words)]
    choices = [
        (_("Still to come"), "?tab=notices", not every),
        (_("With those that came"), "?tab=notices&show=all", every),
    ]
    url = reverse("desk:order_advice") if desk.actor.may(RECEIVE, desk.warehouse) else ""
    return {"notices": rows, "choices": choices, "message_url": url}


# -- one order --------------------------------------------------------------------------------------------------------


@desk_page(access=SEES_SOME)
def order(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The order that `?kind=` and `?key=` name; `?swap=` a reservation to swap by scan. POST `do` close, reopen or
    cancel, with a `reason`; or what `ordering_keep` does about its goods.
    """
    kind = request.GET.get("kind", "")
    found = _order(kind, request.GET.get("key", ""))
    if found is None:
        problem = Problem("orders.order_unknown", "", {"number": request.GET.get("key", "")[:80] or "–"})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    if not SEES[HEADS[kind]].lets(desk.actor, found.warehouse_id):
        return forbidden(request, desk, SEES[HEADS[kind]].named)
    problems: list[Problem] = []
    do = request.POST.get("do", "")
    if request.method == "POST":
        if (kind, do) in ENDS:
            command = ENDS[kind, do](number=found.number, reason=clean(request.POST.get("reason", "")))
            problems = done_or_asked(desk, request, command, command.reason, _(SAID[do]))
        else:
            problems = ordering_keep.done(request, desk, found)
        if not problems:
            return HttpResponseRedirect(order_url(kind, found.key))
    return page(
        request, desk, "desk/orders/order.html", _shown(request, desk, found, problems), 422 if problems else 200
    )


def _order(kind: str, key: str) -> Order | None:
    rows = Order.objects.filter(kind=kind, key=key) if kind in set(OrderKind) else Order.objects.none()
    return rows.select_related("partner", "warehouse", "destination", "owner", "carrier").first()


def order_url(kind: str, key: str) -> str:
    return f"{reverse('desk:order')}?{urlencode({'kind': kind, 'key': key})}"


def _shown(request: HttpRequest, desk: Desk, found: Order, problems: Sequence[Problem]) -> dict[str, object]:
    register = REGISTERS[HEADS[found.kind]]
    told = with_lines([found])[0]
    happened = [event for event in about([key16(found.uri)], most=EVENTS) if event.log != COMPANY]
    goods = goods_named(happened)
    place = gln_uri(found.warehouse.gln)
    out = found.kind in OUTGOING
    picked = {item: amount for (_uri, item), amount in issued([found.uri]).items()} if out else {}
    named = [
        party_of(found),
        place,
        *(one.uri for one in (found.owner, found.carrier) if one),
        *(line.item for line in told.lines),
        *(uri for uri, *_rest in goods),
    ]
    names = Names(named, desk.language)
    lines = Office(REGISTERS[LINES[register.name]], desk)
    office = Office(register, desk)
    here = request.get_full_path()
    return {
        "order": found,
        "view": OrderView.of(told, names, desk.today),
        "state": state_view(found.state),
        "partner": names.thing(party_of(found)) if party_of(found) else None,
        "owner": names.thing(found.owner.uri) if found.owner else None,
        "carrier": names.thing(found.carrier.uri) if found.carrier else None,
        "lines": [LineView.of(line, names, lines, desk.today, here) for line in told.lines],
        "picked": [
            (names.name(item) or item, Quantity(amount, unit))
            for item, amount in picked.items()
            for unit in (next((line.unit for line in told.lines if line.item == item), COUNT),)
        ]
        if found.kind == OrderKind.SALES
        else [],
        "returned": [
            (names.name(item) or item, Quantity(amount, unit))
            for (_uri, item), amount in (returned_for([found.uri]) if found.kind == OrderKind.SALES else {}).items()
            for unit in (next((line.unit for line in told.lines if line.item == item), COUNT),)
        ],
        "office": office,
        "lines_office": lines,
        "head_url": f"{row_url(register, found.key)}&{urlencode({'next': here})}",
        "new_line_url": f"{lines.new_url}?{urlencode(_new_line(told, here))}",
        "history_url": office.history_url(found.key),
        "goods": replace(goods_table(goods, names, found.uri, total=len(goods)), export="", empty=_("Nothing yet.")),
        "warehouse": names.name(place) or found.warehouse_id,
        "go_url": go_url(found, desk),
        **ordering_keep.shown(request, desk, found, told, problems),
        "can": can_do(found, office.may_change, begun=any(line.done for line in told.lines)),
        "reason": clean(request.POST.get("reason", "")),
        "problems_found": problems,
        "errors": by_field(problems),
        "request_id": uuid4() if not problems else request.POST.get("request_id", ""),
        "list_url": f"{reverse('desk:orders')}?tab={found.kind}",
        "own_process": process_of(found.kind),
        "sale": found.kind == OrderKind.SALES,
        "issue": found.kind == OrderKind.ISSUE,
        "out": out,
    }


def _new_line(told: OpenOrder, here: str) -> dict[str, str | int]:
    """What the form of another line begins with."""
    number = max((line.number for line in told.lines), default=0) + 1
    return {"v.order": told.order.number, "v.line": number, "next": here}


def can_do(found: Order, may_change: bool, *, begun: bool) -> list[str]:
    """Which ends the order may come to now."""
    if not may_change:
        return []
    if found.state in (OrderState.CLOSED, OrderState.CANCELLED):
        return ["reopen"]
    ends = ["close"] if found.state == OrderState.OPEN else []
    return ends if begun else [*ends, "cancel"]


def go_url(found: Order, desk: Desk) -> str:
    """To the dock, where something of it can come or go now; empty where he may not, or nothing can."""
    if found.kind == OrderKind.ISSUE:
        return ""
    right, name = ("ship", "desk:shipping") if found.kind == OrderKind.SALES else ("receive", "desk:receiving")
    if found.state != OrderState.OPEN or found.warehouse_id != desk.warehouse:
        return ""
    return f"{reverse(name)}?{urlencode({'po': found.number})}" if desk.actor.may(right, desk.warehouse) else ""


# -- one notice -------------------------------------------------------------------------------------------------------


@desk_page("receive:read")
def notice(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the notice that `?key=` names announces, and how much of it is here."""
    found = notice_of(desk.warehouse, request.GET.get("key", ""))
    if found is None:
        problem = Problem("orders.notice_unknown", "", {"number": request.GET.get("key", "")[:80] or "–"})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    items = [line.item for line in found.lines if line.item]
    names = Names([found.supplier, *items, *found.containers], desk.language)
    keys = [code_key(number) for number in found.order_numbers]
    known = Order.objects.filter(kind=OrderKind.PURCHASE, key__in=keys)
    context = {
        "notice": found,
        "view": NoticeView.of(found, names, desk.today),
        "supplier": names.thing(found.supplier) if found.supplier else None,
        "containers": [names.thing(uri) for uri in found.containers],
        "lines": [_goods(line, names) for line in found.lines],
        "orders": [(one.number, order_url("purchase", one.key)) for one in known],
        "go_url": notice_go_url(found.number, found.supplier_code, found.order_numbers, found.key)
        if desk.actor.may("receive", desk.warehouse)
        else "",
        "edit_url": row_url(REGISTERS[NOTICES], found.key) if found.source == "notice" else "",
        "list_url": f"{reverse('desk:orders')}?tab={NOTICES}",
    }
    return page(request, desk, "desk/orders/notice.html", context)


def _goods(line: ExpectedLine, names: Names) -> tuple[ExpectedLine, str, Quantity, Quantity]:
    """A line with its name and its amounts."""
    name = names.name(line.item) or line.item_code or line.item
    return line, name, Quantity(line.quantity, line.unit or COUNT), Quantity(line.open, line.unit or COUNT)


def notice_go_url(number: str, supplier: str, orders: Sequence[str], key: str) -> str:
    """To the dock with what the notice says."""
    said = {"notice": key, "desadv": number, "supplier": supplier, "po": orders[0] if len(orders) == 1 else ""}
    return f"{reverse('desk:receiving')}?{urlencode({name: value for name, value in said.items() if value})}"
