"""The picker's page: one thing a screen. Which bin, what, how much; a scan of the bin, a scan of the goods, done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.moving_lines import container_in, goods_of
from suyuan.desk.naming import Names
from suyuan.desk.picking import DOES, metres, who_gets
from suyuan.desk.picking_wave import bin_code, missing
from suyuan.desk.sheets import answered
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, decimal_text, unscaled
from suyuan.operations.outbound.pick_back import PutBack
from suyuan.operations.outbound.pick_short import ShortPick
from suyuan.operations.outbound.pick_task import SCANS, PickTask, bin_problems, goods_problems
from suyuan.operations.places import places_of
from suyuan.operations.storage.replenish import replenishments
from suyuan.orders.kinds import Priority
from suyuan.picking.kinds import SHORT_REASONS, TaskState, TourState
from suyuan.picking.layout import layout_of
from suyuan.picking.models import Slot, Task, Tour
from suyuan.picking.queries import must_scan_lot, slots_of, task_of, tasks_of, tour_of, with_progress
from suyuan.stock.queries import about
from suyuan.ui.formats import grouped_number
from suyuan.ui.frame import Choice
from suyuan.ui.problems import sentence
from suyuan.ui.units import unit_name

# Goods that were free when the tour was planned: what lacks is planned anew without asking.
GONE = frozenset({"picking.broken", "picking.not_kept", "stock.held", "stock.rejected", "stock.recalled",
                  "stock.expired", "stock.pending", "orders.order_closed", "orders.order_cancelled"})  # fmt: skip
FIELDS = ("task", "bin", "goods", "quantity", "weight", "into", "reason", "scans", "scanned")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was scanned and typed for a task so far; all texts. `scans`: how many scans were made for it."""

    task: str = ""
    bin: str = ""
    goods: str = ""
    quantity: str = ""
    weight: str = ""
    into: str = ""
    reason: str = ""
    scans: str = ""
    scanned: str = ""

    @property
    def number(self) -> int:
        return int(self.task) if self.task.isascii() and self.task.isdigit() and len(self.task) < 12 else 0

    @property
    def made(self) -> int:
        return int(self.scans) if self.scans.isascii() and self.scans.isdigit() and len(self.scans) < 5 else 0

    def one_more(self) -> "Entry":
        return replace(self, scans=str(self.made + 1))

    def read(self, name: str) -> "Entry":
        return replace(self, scanned=" ".join(dict.fromkeys([*self.scanned.split(), name])))

    def command(self, warehouse: str) -> PickTask:
        return PickTask(
            warehouse=warehouse, task=self.number, bin=self.bin, goods=self.goods,
            quantity=self.quantity.replace(",", "").replace("，", "") or None, weight=self.weight or None,
            into=self.into, reason=self.reason, scans=self.made, scanned=frozenset(self.scanned.split()) & set(SCANS),
        )  # fmt: skip


def entry_of(posted: Mapping[str, str]) -> Entry:
    return Entry(**{name: clean(posted.get(name, "")) for name in FIELDS})


@dataclass(slots=True)
class Turn:
    """One answer to one scan or button. `undo`: the task whose pick may be taken back, and how much of it."""

    request: HttpRequest
    desk: Desk
    tour: Tour
    task: Task | None
    entry: Entry
    said: str = ""
    told: str = ""
    undo: str = ""
    problems: list[Problem] | None = None

    def refuse(self, *problems: Problem) -> None:
        self.problems = [*(self.problems or ()), *problems]

    def next(self) -> None:
        """On to the next task of the tour."""
        self.task = next((one for one in tasks_of(self.tour) if one.state == TaskState.OPEN), None)
        self.entry = Entry(str(self.task.pk) if self.task else "")


@desk_page(DOES)
def pick(request: HttpRequest, desk: Desk, id: int) -> HttpResponse:
    """GET: the next task. POST: `scan`, or `do`: pick, short-REASON, again, undo-TASK-AMOUNT."""
    tour = tour_of(desk.warehouse, id)
    if tour is None:
        return missing(request, desk, "picking.tour_unknown")
    turn = Turn(request, desk, tour, None, entry_of(request.POST))
    if request.method == "POST":
        turn.task = _at_hand(turn)
        act(turn, request.POST.get("do", ""), clean(request.POST.get("scan", "")))
    if turn.task is None or turn.task.state != TaskState.OPEN:
        turn.next()
    turn.tour = tour_of(desk.warehouse, id) or tour
    return show(turn)


def _at_hand(turn: Turn) -> Task | None:
    """The task that the page shows; once its bin is scanned it is finished, whatever came in front meanwhile."""
    task = task_of(turn.desk.warehouse, turn.entry.number) if turn.entry.number else None
    if task is None or task.tour_id != turn.tour.pk or task.state != TaskState.OPEN:
        return None
    first = next((one for one in tasks_of(turn.tour) if one.state == TaskState.OPEN), None)
    if not turn.entry.bin and first is not None and first.pk != task.pk:
        turn.told = _("An urgent order comes first now.") if first.urgent else ""
        turn.entry = replace(turn.entry, task=str(first.pk), quantity="", goods="")
        return first
    return task


def act(turn: Turn, do: str, text: str) -> None:
    """What the scan or the button says."""
    if do.startswith("undo-"):
        undo(turn, do)
    elif turn.task is None:
        return
    elif do.startswith("short-"):
        short(turn, do.removeprefix("short-"))
    elif do == "again":
        turn.entry = Entry(turn.entry.task, scans=turn.entry.scans)
    elif text:
        scanned(turn, turn.task, text)
    elif do == "pick" or (do == "scan" and ready(turn, turn.task)):
        picked(turn, turn.task)


def scanned(turn: Turn, task: Task, text: str) -> None:
    """The bin first, then the goods; a tote at any time after the bin."""
    turn.entry = turn.entry.one_more()
    who = who_is_who()
    if not turn.entry.bin:
        if problems := bin_problems(who, task, text):
            turn.refuse(*problems)
            return
        spot = places_of(who, task.log).find(text)
        turn.entry = replace(turn.entry, bin=spot.code if spot else task.container).read("bin")
        turn.said = _("Right bin.") if needs_goods(task) else ""
        return
    if places_of(who, task.log).find(text) is not None and bin_problems(who, task, text):
        turn.refuse(*bin_problems(who, task, text))
        return
    goods(turn, task, text)


def goods(turn: Turn, task: Task, text: str) -> None:
    """The label of the goods, of the container they are in, or of the tote they go into."""
    who = who_is_who()
    try:
        uri, _amount = goods_of(text, turn.desk)
    except Refused as refused:
        uri = container_in(text) or _own_tote(turn, text)
        if not uri:
            turn.refuse(*refused.problems)
            return
    if identify(uri).kind is Kind.CONTAINER and uri != task.container:
        turn.entry = replace(turn.entry, into=uri)
        turn.said = _("Into {tote}").format(tote=uri.rpartition("/")[2])
        return
    asked = replace(turn.entry, goods=uri).command(turn.desk.warehouse)
    other, problems = goods_problems(who, asked, task)
    if problems:
        turn.refuse(*problems)
        return
    turn.entry = replace(turn.entry, goods=uri)
    if other:
        turn.told = _("Another lot than planned. It is taken instead if the rule allows it.")
    else:
        turn.entry = turn.entry.read("goods")
        turn.said = _("Right goods.")


def _own_tote(turn: Turn, text: str) -> str:
    """A tote of this tour by the code on it."""
    for slot in slots_of(turn.tour):
        if slot.tote and slot.tote.rpartition("/")[2].lower() == text.lower():
            return slot.tote
    return ""


def needs_goods(task: Task) -> bool:
    """Must the lot be scanned?"""
    traced = identify(task.uri).kind is not Kind.ITEM
    return traced and must_scan_lot(task.log, who_is_who().directory.kept(task.line.item.uri))


def ready(turn: Turn, task: Task) -> bool:
    return bool(turn.entry.bin) and (bool(turn.entry.goods) or not needs_goods(task))


def picked(turn: Turn, task: Task) -> None:
    """Record the pick. Goods that are gone since are looked for elsewhere at once."""
    result, problems = answered(turn.desk, turn.request, turn.entry.command(turn.desk.warehouse))
    if result is None:
        if GONE & {problem.code for problem in problems}:
            turn.told = " ".join(sentence(problem) for problem in problems if problem.code in GONE)
            short(turn, "held", after=True)
        else:
            turn.refuse(*problems)
        return
    amount = Quantity(Decimal(result.value["quantity"]), task.line.item.base_unit)
    turn.said = _("Picked: {amount} {goods}").format(amount=plain_quantity(amount), goods=_goods_name(task, turn.desk))
    weighed = who_is_who().directory.items[who_is_who().directory.kept(task.line.item.uri)].catch_weight
    turn.told = to_refill(turn.desk, task)
    turn.undo = "" if weighed else f"{task.pk}-{result.value['quantity']}"  # its weight would have to be said again
    turn.next()


def to_refill(desk: Desk, task: Task) -> str:
    """That the pick face wants filling, where this pick took it below its minimum."""
    who = who_is_who()
    place = layout_of(who.directory, desk.warehouse).places.get(task.place)
    if place is None or place.rank:
        return ""
    wanting = [one for one in replenishments(who, desk.warehouse, desk.today) if one.face.place == task.place]
    return (
        _("Pick face {bin} is below its minimum: fill it under Stock, Replenish.").format(bin=place.code)
        if wanting
        else ""
    )


def short(turn: Turn, reason: str, *, after: bool = False) -> None:
    """No more of it here; what comes of that. `after`: a second command of the same form."""
    if turn.task is None:
        return
    step = f"short {turn.task.pk}" if after or turn.entry.bin else ""
    command = ShortPick(warehouse=turn.desk.warehouse, task=turn.task.pk, reason=reason)
    result, problems = answered(turn.desk, turn.request, command, step)
    if result is None:
        turn.refuse(*problems)
        return
    told = [turn.told] if turn.told else []
    names = Names([one["uri"] for one in result.value["lots"]], turn.desk.language)
    if result.value["lots"]:
        lots = ", ".join(str(names.thing(one["uri"])) for one in result.value["lots"])
        told.append(_("Taken instead: {lots}.").format(lots=lots))
    elif result.value["bins"]:
        told.append(_("The rest is taken from another bin."))
    if result.value["missing"] != "0":
        unit = turn.task.line.item.base_unit
        lacking = plain_quantity(Quantity(Decimal(result.value["missing"]), unit))
        told.append(_("{lacking} lack everywhere; the order stays open for them.").format(lacking=lacking))
    if result.value["count"]:
        told.append(_("The bin is to be counted: {sheet}.").format(sheet=result.value["count"]))
    turn.told = " ".join(told)
    turn.next()


def undo(turn: Turn, do: str) -> None:
    """Take the last pick back: the goods lie in their bin again, and the task is open as before."""
    _do, _dash, rest = do.partition("-")
    task, _dash, amount = rest.partition("-")
    command = PutBack(
        warehouse=turn.desk.warehouse, task=int(task) if task.isdigit() else 0, quantity=amount, reason=_("Undone"),
        again=True,
    )  # fmt: skip
    result, problems = answered(turn.desk, turn.request, command)
    if result is None:
        turn.refuse(*problems)
        return
    turn.said = _("Undone. Put it back into the bin.")
    turn.next()


def plain_quantity(value: Quantity) -> str:
    return f"{grouped_number(value.amount)} {_(unit_name(value.unit))}"


def _goods_name(task: Task, desk: Desk) -> str:
    return str(Names([task.uri], desk.language).thing(task.uri))


# -- what is shown ----------------------------------------------------------------------------------------------------


def show(turn: Turn) -> HttpResponse:
    desk, tour, task, entry = turn.desk, turn.tour, turn.task, turn.entry
    ((_tour, progress),) = with_progress([tour])
    mine = tour.state == TourState.TAKEN and tour.person == desk.actor.id
    context: dict[str, object] = {
        "tour": tour, "mine": mine, "progress": progress, "task": task if mine else None, "entry": entry,
        "said": turn.said, "told": turn.told, "undo": turn.undo, "request_id": uuid4(), "metres": metres(tour.length),
        "problems_found": turn.problems or [], "errors": by_field(turn.problems or []), "scan_here": True,
    }  # fmt: skip
    if task is not None and mine:
        context |= _of_task(turn, task)
    return page(turn.request, desk, "desk/picking/pick.html", context)


def _of_task(turn: Turn, task: Task) -> dict[str, object]:
    desk, entry = turn.desk, turn.entry
    rest = [one for one in tasks_of(turn.tour) if one.state == TaskState.OPEN and one.pk != task.pk][:3]
    names = Names([task.container, task.uri], desk.language)
    slot = Slot.objects.filter(tour=turn.tour, order=task.line.order_id).first()
    known = about([bytes(task.subject)]).get(bytes(task.subject))
    info = who_is_who().directory.items[who_is_who().directory.kept(task.line.item.uri)]
    left = unscaled(task.quantity - task.picked)
    steps = ready(turn, task)
    return {
        "bin": bin_code(desk.warehouse, task.place),
        "zone": aisle_of(desk.warehouse, task.place),
        "container": names.thing(task.container) if task.container else None,
        "goods": names.thing(task.uri),
        "expiry": date.fromordinal(known.expiry) if known and known.expiry is not None else None,
        "left": Quantity(left, info.base_unit),
        "unit": _(unit_name(info.base_unit)),
        "quantity": entry.quantity or decimal_text(left),
        "weighed": info.catch_weight,
        "order": task.line.order,
        "who": who_gets(task.line.order, desk.language),
        "urgent": task.urgent or task.line.order.priority == Priority.URGENT,
        "position": slot.position if slot else 0,
        "tote": (entry.into or (slot.tote if slot else "")).rpartition("/")[2],
        "slots": Slot.objects.filter(tour=turn.tour).count(),
        "ready": steps,
        "needs_goods": needs_goods(task),
        "wants_reason": any(one.field == "reason" for one in turn.problems or ()),
        "short_reasons": [Choice(code, _(word)) for code, word in SHORT_REASONS.items() if code != "held"],
        "next": [bin_code(desk.warehouse, one.place) for one in rest],
    }


def aisle_of(warehouse: str, place: str) -> str:
    """The aisle that a bin lies in, where it says."""
    found = layout_of(who_is_who().directory, warehouse).places.get(place)
    return found.spot.aisle if found and found.spot else ""
