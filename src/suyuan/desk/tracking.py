"""Consignments: what carriers are to take, where each is, what presses; book, cancel, try again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.catalog.models import File, Partner
from suyuan.delivery.commands import CancelCarrier, RetryCarrier
from suyuan.delivery.kinds import ENDS, STATES, STEPS, Source, State, Step
from suyuan.delivery.models import CarrierHealth, Consignment, Report
from suyuan.delivery.queries import accounts, punctuality_of, reports_of, ways_of
from suyuan.delivery.registers import EDIT
from suyuan.delivery.rules import expected_on, is_late, read_services
from suyuan.delivery.sending import trouble_of
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.naming import Names
from suyuan.desk.sheets import record
from suyuan.desk.tracking_map import sketch_of
from suyuan.governance.audit import Entry, Wanted, search
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.ledger.keys import key16, moment
from suyuan.ledger.models import PersonalValue
from suyuan.operations.shipments import Signature, signed_of
from suyuan.stock.queries import stock_in

PAGE = 50
LOOKED, RECENT = 60, 3  # latest dispatches, and days, that are looked through for those without a carrier
MONTH = 30  # days of which punctuality is told
SHOWS = ("open", "pressing", "ended", "all")
WORDS = {"open": N_("Under way"), "pressing": N_("Need attention"), "ended": N_("Arrived or over"), "all": N_("All")}
PRESSING = (Step.EXCEPTION.value, Step.REFUSED.value)


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a chip: class, icon and word."""

    code: str
    icon: str
    word: str


_MARKS: Mapping[str, tuple[str, str]] = {
    State.WAITING: ("pending", "hourglass"),
    State.FAILED: ("rejected", "alert-triangle"),
    State.CANCELLING: ("expired", "ban"),
    State.CANCELLED: ("expired", "ban"),
    Step.BOOKED: ("pending", "check"),
    Step.COLLECTED: ("transit", "package-export"),
    Step.IN_TRANSIT: ("transit", "truck"),
    Step.OUT_FOR_DELIVERY: ("transit", "truck-delivery"),
    Step.EXCEPTION: ("held", "alert-triangle"),
    Step.REFUSED: ("rejected", "x"),
    Step.DELIVERED: ("released", "circle-check"),
    Step.RETURNED: ("returned", "arrow-back-up"),
}


def mark_of(row: Consignment) -> Mark:
    """What is to be known of it first: what the carrier reports, or that he was not booked."""
    shown = row.step if row.state == State.BOOKED and row.step else row.state
    return mark(shown)


def mark(code: str) -> Mark:
    kind, icon = _MARKS.get(code, ("in_stock", "circle-dashed"))
    return Mark(kind, icon, _(STEPS.get(code) or STATES.get(code) or code))


@dataclass(frozen=True, slots=True)
class View:
    """A row of the list."""

    url: str
    number: str
    customer: str
    account: str
    waybill: str
    mark: Mark
    at: datetime | None
    promised: date | None
    late: bool


def view_of(row: Consignment, names: Names, desk: Desk) -> View:
    estimated = moment(row.estimated).astimezone(desk.zone).date() if row.estimated else None
    open_ = row.state in (State.WAITING, State.BOOKED, State.FAILED)
    return View(
        url=reverse("desk:consignment", args=[row.pk]),
        number=row.number,
        customer=names.name(row.customer) or row.customer,
        account=_in(desk, row.account.name_zh, row.account.name_en) or row.account.code,
        waybill=row.waybill,
        mark=mark_of(row),
        at=moment(row.at) if row.at else moment(row.made),
        promised=row.promised,
        late=open_ and is_late(row.promised, estimated, row.step, desk.today),
    )


def _in(desk: Desk, zh: str, en: str) -> str:
    return (zh or en) if desk.language.startswith("zh") else (en or zh)


# -- the list ----------------------------------------------------------------------------------------------------------


@desk_page("delivery:read")
def consignments(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The consignments of the warehouse worked in: `?show=`, `?q=`, `?page=`."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    text = clean(request.GET.get("q", ""))
    shown: Page[Consignment] = Paginator(narrowed(desk, show, text), PAGE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    names = Names([row.customer for row in rows], desk.language)
    query = {"q": text} if text else {}
    in_time = punctuality_of(desk.warehouse, _days_ago(desk, MONTH), desk.zone)
    context = {
        "rows": [view_of(row, names, desk) for row in rows],
        "page": shown,
        "search": text,
        "choices": [(_(WORDS[one]), f"?{urlencode({**query, 'show': one})}", one == show) for one in SHOWS],
        "to_book": to_book(desk) if show == "open" and not text and desk.actor.may("ship", desk.warehouse) else [],
        "in_time": in_time,
        "percent": None if in_time.share is None else round(100 * in_time.share),
        "accounts_url": reverse("desk:list", args=["carrier_accounts"]) if desk.actor.may("place.edit:read") else "",
        "accounts": answering() if desk.actor.may(EDIT) else [],
        "scan_here": True,
    }
    return page(request, desk, "desk/tracking/list.html", context)


def answering() -> list[tuple[str, str, bool]]:
    """The accounts in use: code, the page of its keys, and whether its carrier answers."""
    silent = set(CarrierHealth.objects.filter(fails__gt=0).values_list("account", flat=True))
    return [
        (one.code, reverse("desk:carrier_account", args=[one.key.lower()]), one.pk not in silent) for one in accounts()
    ]


def _days_ago(desk: Desk, days: int) -> datetime:
    return datetime.fromtimestamp(desk.now.timestamp() - days * 86_400, tz=desk.zone)


def narrowed(desk: Desk, show: str, text: str) -> QuerySet[Consignment]:
    found = Consignment.objects.filter(log=desk.warehouse).select_related("account").order_by("-made")
    over = Q(step__in=ENDS) | Q(state=State.CANCELLED)
    pressing = Q(state=State.FAILED) | (
        Q(state=State.BOOKED) & (Q(step__in=PRESSING) | (Q(promised__lt=desk.today) & ~Q(step__in=ENDS)))
    )
    found = {
        "open": found.exclude(over),
        "pressing": found.filter(pressing),
        "ended": found.filter(over),
    }.get(show, found)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(waybill__icontains=text) | Q(reference__icontains=text))
    return found


@dataclass(frozen=True, slots=True)
class ToBook:
    """A shipment that is under way, and that no carrier was booked for."""

    number: str
    customer: str
    at: datetime
    url: str


def to_book(desk: Desk) -> list[ToBook]:
    """Of the latest dispatches those of which something is under way without a consignment."""
    wanted = Wanted(command="Ship", logs=(desk.warehouse,), since=_days_ago(desk, RECENT))
    found = search(wanted, LOOKED).entries
    done = [(one, one.body.get("result") or {}) for one in found if one.kind == "change"]
    ways = {row.holder for row in stock_in([key16(str(result.get("transit", ""))) for _one, result in done])}
    booked = set(
        Consignment.objects.filter(log=desk.warehouse, document__in=[str(one.get("document", "")) for _, one in done])
        .exclude(state=State.CANCELLED)
        .values_list("document", flat=True)
    )
    open_ = [
        (one, result) for one, result in done
        if key16(str(result.get("transit", ""))) in ways and result.get("document") not in booked
    ]  # fmt: skip
    names = Names([str(result.get("customer", "")) for _one, result in open_], desk.language)
    return [_to_book(one, result, names) for one, result in open_]


def _to_book(one: Entry, result: Mapping[str, Any], names: Names) -> ToBook:  # Any: plain JSON of the command
    number, customer = str(result.get("desadv", "")), str(result.get("customer", ""))
    asked = one.body.get("params") or {}
    query = {"desadv": number, "promised": str(asked.get("delivery_date") or ""), "to": names.name(customer) or ""}
    query["carrier"] = str(asked.get("carrier") or "")
    url = f"{reverse('desk:book_carrier')}?{urlencode({name: text for name, text in query.items() if text})}"
    return ToBook(number, names.name(customer) or number, one.at, url)


# -- one ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A report on the timeline."""

    mark: Mark
    at: datetime
    text: str
    place: str
    how: str
    strange: str


HOW = {
    Source.ASKED.value: N_("asked by us"),
    Source.CALLED.value: N_("told by the carrier"),
    Source.SIGNED.value: N_("signed on our page"),
}


def line_of(report: Report) -> Line:
    known = bool(report.step)
    return Line(
        mark(report.step) if known else Mark("in_stock", "help-circle", _("other report")), moment(report.at),
        report.text, report.place, _(HOW.get(report.source, "")) if report.source else "",
        "" if known else report.code,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proof:
    """What was signed, by whom, with its pictures."""

    signature: Signature
    name: str
    pictures: Sequence[tuple[str, str]]


def proofs(row: Consignment) -> list[Proof]:
    """The signatures of a shipment, with the names that are not erased. Three statements."""
    signed = signed_of(row.document)
    keys = {UUID(one.request).bytes: one.request for one in signed if one.request}
    names = {
        keys[bytes(record)]: value
        for record, value in PersonalValue.objects.filter(record__in=list(keys), field="signer").values_list(
            "record", "value"
        )
    }
    hashes = [str(one.get("hash", "")) for each in signed for one in each.files]
    kept = set(File.objects.filter(hash__in=hashes).values_list("hash", flat=True))
    return [
        Proof(
            one,
            names.get(one.request, ""),
            [
                (str(file.get("kind", "")), reverse("desk:consignment_picture", args=[row.pk, file["hash"]]))
                for file in one.files
                if file.get("hash") in kept
            ],
        )
        for one in signed
    ]


DEEDS: Mapping[str, type[CancelCarrier] | type[RetryCarrier]] = {"cancel": CancelCarrier, "retry": RetryCarrier}


@desk_page("delivery:read")
def consignment(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """One consignment: its way, what was signed. POST `do`: cancel, retry."""
    row = Consignment.objects.select_related("account__partner").filter(pk=id, log=desk.warehouse).first()
    if row is None:
        problem = Problem("delivery.consignment_unknown")
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    if request.method != "POST":
        return shown(request, desk, row, [])
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        return shown(request, desk, row, [Problem("desk.button_unknown")])
    command = deed(warehouse=desk.warehouse, consignment=id, reason=clean(request.POST.get("reason", "")))
    problems = record(desk, request, command)
    return shown(request, desk, row, problems) if problems else HttpResponseRedirect(request.path)


def shown(request: HttpRequest, desk: Desk, row: Consignment, problems: Sequence[Problem]) -> HttpResponse:
    reports = reports_of(row)
    customer = Partner.objects.filter(uri=row.customer).first()
    site = directory().warehouses[row.log]
    names = Names([row.customer, row.account.partner.uri], desk.language)
    way = [report.place or report.text for report in reversed(reports)]
    goal = f"{customer.city} {customer.address} {names.name(row.customer)}" if customer else names.name(row.customer)
    begun = moment(row.booked or row.made)
    may = desk.actor.may("ship", row.log)
    expected = None if row.step in ENDS else expected_on(
        row.promised, moment(row.estimated) if row.estimated else None, begun, ways_of(row.account)
    )  # fmt: skip
    english = not desk.language.startswith("zh")
    context = {
        "row": row,
        "view": view_of(row, names, desk),
        "carrier": names.name(row.account.partner.uri) or row.account.partner.code,
        "address": f"{customer.city} {customer.address}".strip() if customer else "",
        "trouble": trouble_of(row),
        "next": moment(row.due) if row.due and row.state in (State.WAITING, State.CANCELLING) else None,
        "service": read_services(row.account.services).get(row.service, row.service),
        "weight": Quantity(unscaled(row.weight), "KGM") if row.weight else None,
        "expected_at": expected if isinstance(expected, datetime) else None,
        "expected_on": expected if isinstance(expected, date) and not isinstance(expected, datetime) else None,
        "lines": [line_of(report) for report in reports],
        "sketch": sketch_of(
            f"{row.account.sender_city} {row.account.sender_address} {site.time_zone}", way, goal,
            arrived=row.step == Step.DELIVERED, english=english,
        ),
        "proofs": proofs(row),
        "label_url": reverse("desk:consignment_label", args=[row.pk]) if row.label else "",
        "can": [
            name for name, right in (
                ("cancel", row.state in (State.WAITING, State.BOOKED, State.FAILED) and row.step not in ENDS),
                ("retry", row.state == State.FAILED),
            ) if right and may
        ],
        "reason": clean(request.POST.get("reason", "")),
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }  # fmt: skip
    return page(request, desk, "desk/tracking/consignment.html", context)
