"""Pick faces that want more, with what to bring from reserve and why: one press or one scan brings it."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.moving import FILLS, WARNINGS, gone, tabs_of
from suyuan.desk.moving_lines import goods_of
from suyuan.desk.naming import Names, item_of
from suyuan.desk.registers import REGISTERS
from suyuan.desk.sheets import record
from suyuan.desk.stock_reorder import BUY, groups_of, order
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.operations.fefo import REASONS as FEFO
from suyuan.operations.places import places_of
from suyuan.operations.storage.replenish import REASONS, Refill, Take, move_of, replenishments
from suyuan.orders.replenishing import reorders
from suyuan.ui.formats import grouped_number
from suyuan.ui.things import Thing

FACES = "pick_faces"


@dataclass(frozen=True, slots=True)
class Bring:
    """A row of a proposal: what is taken from where, how much, its last day, and why this one."""

    goods: Thing
    place: Thing
    container: Thing | None
    amount: Quantity
    expiry: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Wants:
    """A pick face as the page shows it. `url`: where it is done by hand, since its goods are weighed."""

    id: int
    code: str
    item: Thing
    there: Quantity
    minimum: Quantity
    maximum: Quantity
    reasons: str
    brings: tuple[Bring, ...]
    url: str = ""


@desk_page(access=FILLS)
def replenish(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: what is wanted. POST `do`: fill-N brings what the face wants, scan what the place or goods do;
    order-N makes a draft for a supplier, order-all for each."""
    moves, buys = desk.actor.may("move", desk.warehouse), desk.actor.may(BUY, "*")
    found = replenishments(who_is_who(), desk.warehouse, desk.today) if moves else []
    problems: list[Problem] = []
    wanted = reorders(desk.warehouse, desk.now, desk.today) if buys else []
    if request.method == "POST" and buys and request.POST.get("do", "").startswith("order-"):
        return order(request, desk, wanted)
    if request.method == "POST" and moves:
        problems = fill(request, desk, found)
        if not problems:
            return gone(request, "move")
    context = {
        "tabs": tabs_of(desk, "replenish"),
        "moves": moves,
        "wants": shown_of(found, desk),
        "buys": buys,
        "groups": groups_of(wanted, desk),
        "faces_url": reverse("desk:list", args=[FACES]),
        "has_faces": bool(found) or (moves and REGISTERS[FACES].rows().exists()),
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
        "to_accept": list({problem.code: problem for problem in problems if problem.code in WARNINGS}.values()),
        "pressed": request.POST.get("do", ""),
        "scan": clean(request.POST.get("scan", "")),
        "scan_here": True,
    }
    return page(request, desk, "desk/stock/replenish.html", context, 422 if problems else 200)


def fill(request: HttpRequest, desk: Desk, found: list[Refill]) -> list[Problem]:
    """Bring what is wanted; everything against it."""
    press, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    try:
        wanted = (
            scanned(text, desk, found) if press == "scan" else [one for one in found if press == f"fill-{one.face.id}"]
        )
    except Refused as refused:
        return list(refused.problems)
    if not any(one.takes for one in wanted):
        return [Problem("desk.nothing_to_fill", "scan", {"text": text or _("this place")})]
    accept = frozenset(request.POST.getlist("accept")) & WARNINGS
    return record(desk, request, move_of(desk.warehouse, wanted, accept))


def scanned(text: str, desk: Desk, found: list[Refill]) -> list[Refill]:
    """What a place that was scanned wants, or the emptiest face of the goods that were."""
    who = who_is_who()
    spot = places_of(who, desk.warehouse).find(text)
    if spot is not None:
        return [one for one in found if one.face.place == spot.uri]
    named = who.directory.item_of(item_of(goods_of(text, desk)[0]))
    item = who.directory.kept(named.item) if named else ""
    return [one for one in found if one.face.item == item][:1]


# -- shown ------------------------------------------------------------------------------------------------------------


def shown_of(found: list[Refill], desk: Desk) -> list[Wants]:
    """The proposals with names, asked for once."""
    takes = [take for one in found for take in one.takes]
    uris = [one.face.item for one in found] + [take.uri for take in takes] + [take.place for take in takes]
    names = Names(uris + [take.container or "" for take in takes], desk.language)
    return [_wants(one, names) for one in found]


def _wants(one: Refill, names: Names) -> Wants:
    face = one.face
    there, least, most = (Quantity(unscaled(number), face.unit) for number in (one.there, face.minimum, face.maximum))
    weighed = who_is_who().directory.items[face.item].catch_weight
    goods = one.takes[0].uri if one.takes else ""
    return Wants(
        face.id,
        face.code,
        names.thing(face.item),
        there,
        least,
        most,
        reasons_of(one),
        tuple(_bring(take, face.unit, names) for take in one.takes),
        f"{reverse('desk:moving')}?do=move&goods={goods}" if weighed else "",
    )


def reasons_of(one: Refill) -> str:
    """Why it is wanted, and why so much, in words."""
    told = [
        _(REASONS[why.code]).format(**{name: grouped_number(unscaled(value)) for name, value in why.params.items()})
        for why in one.reasons
    ]
    return " · ".join(told)


def _bring(take: Take, unit: str, names: Names) -> Bring:
    return Bring(
        names.thing(take.uri),
        names.thing(take.place),
        names.thing(take.container) if take.container else None,
        Quantity(unscaled(take.quantity), unit),
        date.fromordinal(take.expiry) if take.expiry is not None else None,
        _(FEFO[take.reason]),
    )
