"""What customers sent back: what waits for a decision, what is announced, and how much of what came back, and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import clean, day_of
from suyuan.desk.naming import Names
from suyuan.desk.results import done, missing, note_lines, party_words
from suyuan.desk.sheets import record, see_other
from suyuan.desk.things import csv_response
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text, unscaled
from suyuan.inspection.kinds import Stage
from suyuan.inspection.models import NonConformance
from suyuan.ledger.keys import micros, moment
from suyuan.operations.quality.inspect import FAIL, PASS, Inspect, Verdict
from suyuan.operations.returned import Came, Waiting, came_back, returns_between, waiting_back
from suyuan.returns.kinds import CAUSES, CONDITIONS, NoticeState
from suyuan.returns.models import ReturnNotice
from suyuan.stock.facts import PENDING
from suyuan.stock.states import State
from suyuan.ui.access import Access, Reader
from suyuan.ui.frame import Choice, Link
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Column, Jump, Row, Table, Value
from suyuan.ui.things import Thing

SEES = Access(
    Reader.ROLE,
    one_of=tuple(Access(Reader.ROLE, right) for right in ("receive:read", "inspect:read", "destroy:read")),
)
SHOWN = 200
SPAN = timedelta(days=29)
FIELDS = ("goods", "place", "inside", "receipt", "quantity", "weight", "weight_unit", "why", "condition")
# Of goods in these states nothing is sold again.
NOT_SOLD = frozenset({State.EXPIRED, State.HELD, State.RECALLED, State.REJECTED})


def tabs(desk: Desk, here: str) -> list[Link]:
    """The pages of returns that the reader may open."""
    pages = (
        ("waiting", _("To decide"), reverse("desk:returning"), "hourglass", "receive:read"),
        ("take", _("Returns from customers"), reverse("desk:returns"), "truck-return", "receive"),
        ("figures", _("Figures"), reverse("desk:return_figures"), "hash", "receive:read"),
        ("announced", _("Announced returns"), reverse("desk:list", args=["return_notices"]), "calendar",
         "order.create:read"),
        ("disposal", _("Disposal"), reverse("desk:disposal"), "flame", "destroy:read"),
    )  # fmt: skip
    return [
        Link(url, word, icon, name == here)
        for name, word, url, icon, right in pages
        if desk.actor.may(right, desk.warehouse) or name == "waiting"
    ]


@dataclass(frozen=True, slots=True)
class RowView:
    """Goods that wait: what they are, why and how they came back, and what may become of them."""

    waiting: Waiting
    thing: Thing
    container: Thing | None
    place: Thing
    quantity: Quantity
    customer: Thing | None
    cause: str
    condition: str
    expiry: date | None
    states: tuple[str, ...]
    since: datetime
    report: NonConformance | None
    may_sell: bool
    amount: str
    weight: str
    disposal: str
    request_id: UUID


@desk_page(access=SEES)
def returning(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits. POST `do`: restock (passed as it is), reject (asks a second person)."""
    problems: list[Problem] = []
    if request.method == "POST":
        do = request.POST.get("do", "")
        if not desk.actor.may("inspect", desk.warehouse):
            problems = [Problem("governance.not_allowed", "", {"permission": "inspect", "scope": desk.warehouse})]
        elif do == "restock":
            problems = record(desk, request, judged(request, desk, PASS))
            if not problems:
                return see_other(request, "desk:restocked")
        elif do == "reject":
            command = judged(request, desk, FAIL)
            problems = ask(desk, request, command, command.lines[0].reason)
            if not problems:
                return see_other(request, "desk:returning")
    found = waiting_back(desk.warehouse, desk.today.toordinal())
    context = {
        "tabs": tabs(desk, "waiting"),
        "rows": row_views(found[:SHOWN], desk),
        "more": max(0, len(found) - SHOWN),
        "announced": announced_table(desk),
        "conditions": conditions(),
        "may_judge": desk.actor.may("inspect", desk.warehouse),
        "may_ship": desk.actor.may("ship", desk.warehouse),
        "may_produce": desk.actor.may("produce", desk.warehouse),
        "may_destroy": desk.actor.may("destroy", desk.warehouse),
        "problems_found": problems,
    }
    return page(request, desk, "desk/returning/waiting.html", context)


def conditions() -> list[Choice]:
    """How goods look that came back, for whoever looks."""
    return [Choice("", "–"), *(Choice(value, _(word)) for value, word in CONDITIONS.items())]


def judged(request: HttpRequest, desk: Desk, verdict: str) -> Inspect:
    """The verdict on one row of the page, on just what it shows."""
    said = {name: clean(request.POST.get(name, "")) for name in FIELDS}
    line = Verdict(
        uri=said["goods"], place="" if said["inside"] else said["place"], inside=said["inside"],
        quantity=said["quantity"] or None, weight=said["weight"] or None, weight_unit=said["weight_unit"],
        verdict=verdict, receipt=said["receipt"], reason="" if verdict == PASS else said["why"],
        condition=said["condition"],
    )  # fmt: skip
    return Inspect(warehouse=desk.warehouse, lines=(line,))


def row_views(found: Sequence[Waiting], desk: Desk) -> list[RowView]:
    uris = {uri for one in found for uri in (one.goods.uri, one.goods.place, one.goods.container, one.back.customer)}
    names = Names([uri for uri in uris if uri], desk.language)
    reports = reports_of(desk.warehouse, {one.goods.uri for one in found})
    return [row_view(one, names, reports) for one in found]


def reports_of(log: str, goods: Iterable[str]) -> dict[tuple[str, str], NonConformance]:
    """The open nonconformances of these goods, by goods and receipt; one for all receipts under an empty one."""
    rows = NonConformance.objects.filter(log=log, goods__in=list(goods)).exclude(state=Stage.CLOSED)
    return {(row.goods, row.receipt): row for row in rows.order_by("opened")}


def row_view(one: Waiting, names: Names, reports: Mapping[tuple[str, str], NonConformance]) -> RowView:
    goods, told = one.goods, one.told
    report = reports.get((goods.uri, goods.receipt)) or reports.get((goods.uri, ""))
    fields = {"pick": goods.uri, "place": goods.container or goods.place}
    return RowView(
        waiting=one,
        thing=names.thing(goods.uri),
        container=names.thing(goods.container) if goods.container else None,
        place=names.thing(goods.place),
        quantity=Quantity(goods.quantity, goods.unit or COUNT),
        customer=names.thing(one.back.customer) if one.back.customer else None,
        cause=_(CAUSES[told.cause]) if told and told.cause in CAUSES else one.back.reason,
        condition=_(CONDITIONS[told.condition]) if told and told.condition in CONDITIONS else "",
        expiry=date.fromordinal(goods.expiry) if goods.expiry else None,
        states=strictest_first(tuple(str(state) for state in goods.states)),
        since=moment(goods.since),
        report=report,
        may_sell=goods.status == PENDING and not one.is_warm and not goods.states & NOT_SOLD,
        amount=decimal_text(goods.quantity),
        weight=decimal_text(goods.second) if goods.second else "",
        disposal=f"{reverse('desk:disposal')}?{urlencode(fields)}",
        request_id=uuid4(),
    )


def announced_table(desk: Desk) -> Table:
    """What is announced here and has not come in full, with what has come of it."""
    rows = list(
        ReturnNotice.objects.filter(warehouse_id=desk.warehouse, state=NoticeState.OPEN)
        .order_by("expected", "key")
        .values_list("number", "uri", "customer__uri", "customer__code", "item__uri", "lot", "quantity", "expected",
                     "item__base_unit", "cause")[:SHOWN]
    )  # fmt: skip
    came = came_back({row[1] for row in rows})
    names = Names({uri for row in rows for uri in (row[2], row[4])}, desk.language)
    columns = (
        Column(_("Permission (RMA)")), Column(_("Customer"), "thing"), Column(_("Item"), "thing"),
        Column(_("Announced"), "quantity"), Column(_("Came back"), "quantity"), Column(_("Expected"), needed=False),
        Column(_("Why"), needed=False),
    )  # fmt: skip
    shown = []
    for number, uri, customer, code, item, _lot, quantity, expected, unit, cause in rows:
        there, wanted = came.get((uri, item), Decimal(0)), unscaled(quantity)
        if there >= wanted:
            continue
        url = f"{reverse('desk:returns')}?{urlencode({'customer': code, 'rma': number, 'cause': cause})}"
        cells: tuple[Value, ...] = (
            Jump(number, url), names.thing(customer), names.thing(item), Quantity(wanted, unit),
            Quantity(there, unit), expected, _(CAUSES.get(cause, cause)),
        )  # fmt: skip
        shown.append(Row(cells, "held" if expected and expected < desk.today else ""))
    return Table(_("Announced returns"), columns, shown, _("Nothing is announced."))


# -- the paper of what is sold again ----------------------------------------------------------------------------------


@desk_page("inspect:read")
def restocked(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The note by which passed goods go back to their shelf."""
    found = done(request, desk, "Inspect")
    if found is None:
        return missing(request, desk)
    lines = found.params.get("lines") or [{}]
    receipt = str(lines[0].get("receipt", ""))
    number = UUID(receipt).hex[:12].upper() if len(receipt) == 32 else ""
    context = {
        "title": _("Restocking note"), "number": number, "at": found.at, "lines": note_lines(found, desk),
        "partner": party_words(None, desk), "partner_word": _("Customer"),
        "papers": [(_("Verdict"), _("passed")), (_("From"), str(lines[0].get("place", "")).rsplit("/", 1)[-1])],
        "signature": False, "again": "desk:returning", "again_word": _("To what else came back"),
    }  # fmt: skip
    return page(request, desk, "desk/note.html", context)


# -- figures ----------------------------------------------------------------------------------------------------------


@desk_page("receive:read")
def figures(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?by=` customer, item or cause; `&since=&until=`, the last 30 days without; `&csv=` sum or list as a file."""
    problems: list[Problem] = []
    until = day_of(clean(request.GET.get("until", "")), "until", problems) or desk.today
    since = day_of(clean(request.GET.get("since", "")), "since", problems) or until - SPAN
    by = request.GET.get("by", "")
    by = by if by in KEYS else "customer"
    found = returns_between(desk.warehouse, _begin(since, desk), _begin(until + timedelta(days=1), desk))
    names = Names({uri for one in found for uri in (one.customer, one.uri, one.item) if uri}, desk.language)
    sums, listed = sum_table(found, by, names), list_table(found, names)
    query = {"by": by, "since": since.isoformat(), "until": until.isoformat()}
    if (csv := request.GET.get("csv")) in ("sum", "list"):
        return csv_response(sums if csv == "sum" else listed, f"{_('Returns')} {since} {until}")
    shown = Table(listed.name, listed.columns, listed.rows[:SHOWN], listed.empty, len(listed.rows))
    context = {
        "tabs": tabs(desk, "figures"),
        "by": by,
        "choices": [(name, _(word)) for name, word in WORDS.items()],
        "since": since,
        "until": until,
        "sums": _exported(sums, query, "sum"),
        "listed": _exported(shown, query, "list"),
        "receipts": len({one.receipt for one in found}),
        "customers": len({one.customer for one in found}),
        "problems_found": problems,
    }
    return page(request, desk, "desk/returning/figures.html", context)


def _begin(day: date, desk: Desk) -> int:
    return micros(datetime.combine(day, time(), desk.zone))


def _exported(shown: Table, query: Mapping[str, str], csv: str) -> Table:
    return replace(shown, export=f"?{urlencode({**query, 'csv': csv})}" if shown.rows else "")


def cause_of(one: Came) -> str:
    return one.told.cause if one.told is not None else ""


KEYS: Mapping[str, Callable[[Came], str]] = {
    "customer": lambda one: one.customer,
    "item": lambda one: one.item,
    "cause": cause_of,
}
WORDS: Mapping[str, str] = {"customer": N_("Customer"), "item": N_("Item"), "cause": N_("Why")}


def sum_table(found: Sequence[Came], by: str, names: Names) -> Table:
    """How often and how much, by customer, item or cause; each unit by itself, since pieces and kilograms do not add
    up."""
    of = KEYS[by]
    sums: dict[tuple[str, str], Decimal] = {}
    receipts: dict[str, set[str]] = {}
    lots: dict[str, set[str]] = {}
    for one in found:
        key = of(one)
        sums[key, one.unit] = sums.get((key, one.unit), Decimal(0)) + one.quantity
        receipts.setdefault(key, set()).add(one.receipt)
        lots.setdefault(key, set()).add(one.uri)
    columns = (
        Column(_(WORDS[by]), "" if by == "cause" else "thing"), Column(_("Receipts"), "number"),
        Column(_("Lots"), "number"), Column(_("Quantity"), "quantity"),
    )  # fmt: skip
    ordered = sorted(sums.items(), key=lambda pair: (-len(receipts[pair[0][0]]), -pair[1], pair[0]))
    rows = [
        Row((_shown(by, key, names), len(receipts[key]), len(lots[key]), Quantity(amount, unit or COUNT)))
        for (key, unit), amount in ordered
    ]
    return Table(_("Returns"), columns, rows, _("Nothing came back in this time."))


def _shown(by: str, key: str, names: Names) -> Value:
    if by == "cause":
        return _(CAUSES[key]) if key in CAUSES else _("in words")
    return names.thing(key) if key else "–"


def list_table(found: Sequence[Came], names: Names) -> Table:
    """Each lot that came back."""
    columns = (
        Column(_("Time"), "time"), Column(_("Customer"), "thing"), Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"), Column(_("Why"), needed=False), Column(_("Condition"), needed=False),
        Column(_("Dispatch advice"), needed=False), Column(_("Permission (RMA)"), needed=False),
    )  # fmt: skip
    rows = [Row(_cells(one, names)) for one in found]
    return Table(_("Each return"), columns, rows, _("Nothing came back in this time."))


def _cells(one: Came, names: Names) -> tuple[Value, ...]:
    told = one.told
    cause = _(CAUSES[told.cause]) if told and told.cause in CAUSES else one.reason
    condition = _(CONDITIONS[told.condition]) if told and told.condition in CONDITIONS else ""
    shipment = told.shipment.rsplit("/", 1)[-1] if told else ""
    return (
        moment(one.at), names.thing(one.customer) if one.customer else "–", names.thing(one.uri),
        Quantity(one.quantity, one.unit or COUNT), cause, condition, shipment, one.rma,
    )  # fmt: skip
