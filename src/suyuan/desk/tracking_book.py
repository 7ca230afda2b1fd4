"""Booking a carrier for a shipment; his label; and, for whoever keeps accounts, their keys and whether they answer."""

from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate

from suyuan.catalog.directory import directory
from suyuan.delivery.commands import KeepCarrierSecret
from suyuan.delivery.models import CarrierHealth, CarrierSecret, Consignment, RefusedCall
from suyuan.delivery.port import adapter
from suyuan.delivery.queries import account_of, accounts
from suyuan.delivery.registers import EDIT
from suyuan.delivery.rules import next_cutoff, read_cutoffs, read_services
from suyuan.delivery.sealing import tail_of
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.receiving_files import served
from suyuan.desk.sheets import record
from suyuan.governance.params import Secret
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import moment
from suyuan.operations.outbound.book_carrier import BookCarrier
from suyuan.operations.parties import find_partner
from suyuan.operations.shipments import signed_of
from suyuan.ui.access import Access, Reader
from suyuan.ui.frame import Choice

FIELDS = ("desadv", "account", "service", "parcels", "weight", "waybill", "promised", "note")
REFUSALS = 30  # rows of counters


@desk_page("ship")
def book(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: `?desadv=`, `?carrier=`, `?promised=`. POST: book, and go on to the consignment."""
    source = request.POST if request.method == "POST" else request.GET
    typed = {name: clean(source.get(name, "")) for name in FIELDS}
    if request.method != "POST":
        return show(request, desk, typed, [])
    problems: list[Problem] = []
    command = BookCarrier(
        warehouse=desk.warehouse,
        desadv=typed["desadv"],
        account=typed["account"],
        service=typed["service"].partition(" ")[0],
        parcels=parcels_of(typed["parcels"], problems),
        weight=typed["weight"].replace(",", ".") or None,
        waybill=typed["waybill"],
        promised=day_of(typed["promised"], "promised", problems),
        note=typed["note"],
    )
    problems = problems or record(desk, request, command)
    if problems:
        return show(request, desk, typed, problems)
    row = Consignment.objects.filter(log=desk.warehouse, document__endswith=typed["desadv"]).order_by("-made").first()
    return HttpResponseRedirect(reverse("desk:consignment", args=[row.pk]) if row else reverse("desk:consignments"))


def parcels_of(text: str, problems: list[Problem]) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        problems.append(Problem("desk.number_wrong", "parcels", {"text": text[:20]}))
        return 1
    return int(text)


def show(request: HttpRequest, desk: Desk, typed: dict[str, str], problems: list[Problem]) -> HttpResponse:
    found = find_partner(directory(), clean(request.GET.get("carrier", "")))
    his = list(accounts(found.uri)) if found else []
    rest = [one for one in accounts() if one.pk not in {mine.pk for mine in his}]
    zh = desk.language.startswith("zh")
    named = [
        (one, ((one.name_zh or one.name_en) if zh else (one.name_en or one.name_zh)) or one.code) for one in his + rest
    ]
    leaves = [(name, next_cutoff(read_cutoffs(one.cutoff), desk.now, desk.zone)) for one, name in named if one.cutoff]
    services = [
        Choice(code, f"{code} {word} · {name}")
        for one, name in named
        for code, word in read_services(one.services).items()
    ]
    typed = {**typed, "account": typed["account"] or (his[0].code if his else named[0][0].code if named else "")}
    context = {
        "typed": typed,
        "to": clean(request.GET.get("to", "")),
        "accounts": [Choice(one.code, name) for one, name in named],
        "services": services,
        "leaves": [(name, at) for name, at in leaves if at],
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
        "new_url": reverse("desk:new", args=["carrier_accounts"]) if desk.actor.may(EDIT) else "",
    }
    return page(request, desk, "desk/tracking/book.html", context)


@desk_page("delivery:read")
def label(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """The carrier's label, to be printed."""
    hash = Consignment.objects.filter(pk=id, log=desk.warehouse).values_list("label", flat=True).first()
    response = served(hash) if hash else None
    return response or page(request, desk, "desk/refused.html", {"problem": Problem("catalog.file_gone")}, 404)


@desk_page("delivery:read")
def picture(request: HttpRequest, desk: Desk, id: UUID, hash: str) -> HttpResponse:
    """A signature or photo by which somebody took the goods; none that his events do not name."""
    document = Consignment.objects.filter(pk=id, log=desk.warehouse).values_list("document", flat=True).first()
    named = {str(file.get("hash")) for one in signed_of(document) for file in one.files} if document else set()
    response = served(hash) if hash in named else None
    return response or page(request, desk, "desk/refused.html", {"problem": Problem("catalog.file_gone")}, 404)


# -- accounts ----------------------------------------------------------------------------------------------------------


@desk_page(access=Access(Reader.ROLE, EDIT, everywhere=True))
def account(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Whether a carrier answers, which keys he has, where he is to call. POST: enter a key, which nobody is shown."""
    row = account_of(code)
    if row is None:
        problem = Problem("delivery.account_unknown", "", {"account": code[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    problems: list[Problem] = []
    if request.method == "POST":
        name, value = clean(request.POST.get("name", "")), clean(request.POST.get("value", ""))
        command = KeepCarrierSecret(account=row.code, name=name, value=Secret(value))
        problems = record(desk, request, command)
        if not problems:
            return HttpResponseRedirect(request.path)
    kept = {one.name: moment(one.changed) for one in CarrierSecret.objects.filter(account=row)}
    found = adapter(row.adapter)
    health = CarrierHealth.objects.filter(account=row, fails__gt=0).first()
    key, base = row.key.lower(), f"{settings.SUYUAN.web_url}/api/carriers"
    context = {
        "row": row,
        "word": found.word if found else row.adapter,
        "secrets": [(name, word, kept.get(name)) for name, word in (found.secrets.items() if found else ())],
        "silent_since": moment(health.since) if health and health.since else None,
        "again": moment(health.until) if health else None,
        "hook": f"{base}/{key}",
        "hook_with_tail": f"{base}/{key}/{tail_of(settings.SUYUAN.secret_key, row.key)}" if row.adapter == "sf" else "",
        "refusals": RefusedCall.objects.filter(account=row.key).order_by("-day", "why")[:REFUSALS],
        "today": localdate(desk.now),
        "list_url": reverse("desk:list", args=["carrier_accounts"]),
        "edit_url": f"{reverse('desk:row', args=['carrier_accounts'])}?key={row.key}",
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/tracking/account.html", context)
