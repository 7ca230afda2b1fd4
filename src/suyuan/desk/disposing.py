"""Disposal: what is to be destroyed as one batch, with its sums before, asked of a second person; and what was."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import Line as Typed
from suyuan.desk.forms import Sheet, by_field, clean, read_sheet
from suyuan.desk.goods import partner_choices
from suyuan.desk.naming import Names
from suyuan.desk.receiving_files import Held, attachments, read_files
from suyuan.desk.returning import tabs
from suyuan.governance.params import Personal
from suyuan.governance.settings import WITNESS, value_of
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text
from suyuan.ledger.keys import key16, moment
from suyuan.ledger.models import Body, Kind, Record
from suyuan.operations.counting.destroy import Destroy
from suyuan.operations.lines import Line
from suyuan.operations.returned import waiting_back
from suyuan.returns.kinds import GROUNDS, METHODS, Ground
from suyuan.stock.facts import REJECTED
from suyuan.stock.queries import Placed, blocked, content, near_expiry, of_status, on_hand
from suyuan.stock.states import State
from suyuan.ui.frame import Choice
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Column, Jump, Row, Table
from suyuan.ui.things import Thing

HEAD = ("ground", "method", "where", "contractor", "hazard", "witness", "reason")
COLUMNS = ("uri", "place", "inside", "quantity", "weight", "weight_unit", "owner", "shown")
MOST = 500
BAD = frozenset({State.EXPIRED, State.REJECTED, State.RECALLED})
_GROUND_OF = ((State.RECALLED, Ground.RECALLED), (State.REJECTED, Ground.REJECTED), (State.EXPIRED, Ground.EXPIRED))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Goods that may be destroyed: a lot where it lies, or a whole container with what is in it."""

    uri: str
    place: str
    inside: str
    owner: str
    rows: tuple[Placed, ...]

    @property
    def whole(self) -> bool:
        return len(self.rows) != 1 or self.rows[0].uri != self.uri

    @property
    def states(self) -> tuple[str, ...]:
        found = {state for row in self.rows for state in row.states}
        return strictest_first(tuple(map(str, found & BAD or found)))

    @property
    def sums(self) -> list[Quantity]:
        return sums_of(self.rows)


def sums_of(rows: Iterable[Placed]) -> list[Quantity]:
    """How much by unit: pieces and kilograms are never added up."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row.unit or COUNT] = found.get(row.unit or COUNT, Decimal(0)) + row.quantity
    return [Quantity(amount, unit) for unit, amount in sorted(found.items())]


def bad_goods(log: str, today: int) -> list[Placed]:
    """What lies in a warehouse and is expired, rejected or recalled, each balance once. A dozen statements."""
    rows = [*near_expiry(log, today - 1, today, MOST), *of_status(log, REJECTED, today, MOST)]
    rows += [row for row in blocked(log, today, MOST) if State.RECALLED in row.states]
    rows += [one.goods for one in waiting_back(log, today) if one.is_warm or one.goods.states & BAD]
    found = {(row.uri, row.place, row.container, row.owner, row.receipt, row.status): row for row in rows}
    return [row for row in found.values() if row.kind == "place" and row.quantity > 0]


def candidates(rows: Sequence[Placed]) -> list[Candidate]:
    """The goods as they are handled: a container of which nothing is good goes as a whole."""
    boxes: dict[str, list[Placed]] = {}
    for row in rows:
        if row.container:
            boxes.setdefault(row.container, []).append(row)
    inside: dict[bytes, int] = {}
    for one in content(map(key16, boxes)) if boxes else []:
        inside[one.holder] = inside.get(one.holder, 0) + 1
    whole = {box for box, bad in boxes.items() if inside.get(key16(box), 0) == len(bad)}
    found = [Candidate(box, boxes[box][0].place, "", boxes[box][0].owner, tuple(boxes[box])) for box in sorted(whole)]
    loose = [row for row in rows if row.container not in whole]
    merged: dict[tuple[str, str, str, str], list[Placed]] = {}
    for row in loose:
        merged.setdefault((row.uri, row.place, row.container or "", row.owner), []).append(row)
    found += [Candidate(uri, place, box, owner, (_added(part),)) for (uri, place, box, owner), part in merged.items()]
    return sorted(found, key=lambda one: (min(row.expiry or 9_999_999 for row in one.rows), one.uri))


def _added(rows: Sequence[Placed]) -> Placed:
    """Several deliveries of a lot in one place, destroyed as one."""
    first = rows[0]
    return Placed(
        first.log, first.uri, first.place, first.container, first.owner,
        sum((row.quantity for row in rows), Decimal(0)),
        first.unit, sum((row.second for row in rows), Decimal(0)), first.second_unit, first.status, first.state,
        frozenset().union(*(row.states for row in rows)), first.kind, first.expiry, first.produced, first.receipt,
        first.since,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate on the page: `n` is its number in the form."""

    n: int
    one: Candidate
    thing: Thing
    place: Thing
    inside: Thing | None
    content: tuple[tuple[Thing, Quantity], ...]
    expiry: date | None
    weight: str
    quantity: str
    picked: bool


@desk_page("destroy:read")
def disposal(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is to be destroyed. `?pick=&place=`: goods that are ticked already. POST `do`: check, ask."""
    problems: list[Problem] = []
    sheet = read_sheet(request.POST, HEAD, COLUMNS) if request.method == "POST" else Sheet()
    files = read_files(request, problems, desk.language) if request.method == "POST" else []
    do = request.POST.get("do", "")
    if do == "ask" and not problems:
        problems = asked(request, desk, sheet, files)
        if not problems:
            return HttpResponseRedirect(reverse("desk:disposal"))
    found = candidates(with_wanted(request, desk, bad_goods(desk.warehouse, desk.today.toordinal())))
    views = views_of(found, picked_in(request), desk)
    chosen = [view for view in views if view.picked]
    checking = bool(do) and bool(chosen)
    if do and not chosen:
        problems.append(Problem("desk.lines_missing", "pick"))
    head = dict(sheet.head)
    if not head.get("ground"):
        head["ground"] = ground_of([view.one for view in chosen])
    context = {
        "tabs": tabs(desk, "disposal"),
        "views": chosen if checking else views,
        "checking": checking,
        "sums": sums_of(row for view in (chosen if checking else views) for row in view.one.rows),
        "head": head,
        "grounds": [Choice(value, _(word)) for value, word in GROUNDS.items()],
        "methods": [Choice("", "–"), *(Choice(value, _(word)) for value, word in METHODS.items())],
        "contractors": partner_choices("supplier", desk.language) if checking else [],
        "witness_needed": bool(value_of(WITNESS)),
        "may": desk.actor.may("destroy", desk.warehouse),
        "files": files,
        "file_lines": [],
        "done": done_table(desk),
        "problems_found": problems,
        "errors": by_field(problems),
        "request_id": request.POST.get("request_id") or uuid4(),
    }
    return page(request, desk, "desk/disposing/index.html", context)


def with_wanted(request: HttpRequest, desk: Desk, rows: list[Placed]) -> list[Placed]:
    """The goods of the page, with those that another page leads here for, though they are neither expired nor worse."""
    pairs = [(request.GET.get("pick", ""), request.GET.get("place", ""))]
    posted = read_sheet(request.POST, (), COLUMNS)
    pairs += [(line.get("uri"), line.get("inside") or line.get("place")) for line in posted.lines]
    known = {(row.uri, row.container or row.place) for row in rows} | {(row.container or "", row.place) for row in rows}
    wanted = [pair for pair in dict.fromkeys(pairs) if pair[0] and pair not in known][:MOST]
    if not wanted:
        return rows
    there = on_hand(desk.today.toordinal(), log=desk.warehouse, subjects=[uri for uri, _place in wanted])
    return [*rows, *(row for row in there if (row.uri, row.container or row.place) in wanted and row.kind == "place")]


def picked_in(request: HttpRequest) -> frozenset[tuple[str, str]]:
    """(goods, place or container) of what is ticked."""
    if request.method != "POST":
        return frozenset({(request.GET.get("pick", ""), request.GET.get("place", ""))})
    ticked = set(request.POST.getlist("pick"))
    return frozenset(
        (clean(request.POST.get(f"line-{n}-uri", "")), clean(request.POST.get(f"line-{n}-at", ""))) for n in ticked
    )


def views_of(found: Sequence[Candidate], picked: frozenset[tuple[str, str]], desk: Desk) -> list[CandidateView]:
    uris = {uri for one in found for uri in (one.uri, one.place, one.inside, *(row.uri for row in one.rows)) if uri}
    names = Names(uris, desk.language)
    return [_view(n, one, picked, names) for n, one in enumerate(found)]


def _view(n: int, one: Candidate, picked: frozenset[tuple[str, str]], names: Names) -> CandidateView:
    row = one.rows[0]
    last = min((row.expiry for row in one.rows if row.expiry), default=None)
    return CandidateView(
        n=n,
        one=one,
        thing=names.thing(one.uri, "container" if one.whole else ""),
        place=names.thing(one.place),
        inside=names.thing(one.inside) if one.inside else None,
        content=tuple((names.thing(row.uri), Quantity(row.quantity, row.unit or COUNT)) for row in one.rows)
        if one.whole
        else (),
        expiry=date.fromordinal(last) if last else None,
        weight=decimal_text(row.second) if row.second and not one.whole else "",
        quantity="" if one.whole else decimal_text(row.quantity),
        picked=(one.uri, one.inside or one.place) in picked,
    )


def ground_of(chosen: Sequence[Candidate]) -> str:
    """Why they go, where all of them go for one reason."""
    found = set()
    for one in chosen:
        states = {state for row in one.rows for state in row.states}
        found.add(next((ground.value for state, ground in _GROUND_OF if state in states), ""))
    return found.pop() if len(found) == 1 else ""


def asked(request: HttpRequest, desk: Desk, sheet: Sheet, files: list[Held]) -> list[Problem]:
    """Send the batch to a second person."""
    ticked = set(request.POST.getlist("pick"))
    names = sorted({name.split("-")[1] for name in request.POST if name.startswith("line-")}, key=_number)
    typed = [
        Typed({column: clean(request.POST.get(f"line-{n}-{column}", "")) for column in COLUMNS})
        for n in names
        if n in ticked
    ]
    if not typed:
        return [Problem("desk.lines_missing", "pick")]
    owners = {line.get("owner") for line in typed}
    witness = sheet.get("witness")
    command = Destroy(
        warehouse=desk.warehouse,
        lines=tuple(map(line_of, typed)),
        owner=owners.pop() if len(owners) == 1 else "",
        witness=Personal(witness) if witness else None,
        attachments=attachments(files),
        reason=sheet.get("reason"),
        ground=sheet.get("ground"),
        method=sheet.get("method"),
        where=sheet.get("where"),
        contractor=sheet.get("contractor"),
        hazard=sheet.get("hazard"),
    )
    why = sheet.get("reason") or _(GROUNDS.get(sheet.get("ground"), sheet.get("ground")))
    return ask(desk, request, command, why)


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 0


def line_of(typed: Typed) -> Line:
    """A ticked row as the command takes it; without a quantity it is a container."""
    if not typed.get("quantity"):
        return Line(container=typed.get("uri"))
    return Line(
        uri=typed.get("uri"),
        quantity=typed.get("quantity"),
        place="" if typed.get("inside") else typed.get("place"),
        inside=typed.get("inside"),
        weight=typed.get("weight") or None,
        weight_unit=typed.get("weight_unit"),
    )


def done_table(desk: Desk) -> Table:
    """The latest certificates."""
    rows = Record.objects.filter(log=desk.warehouse, kind=Kind.CHANGE, type="Destroy").order_by("-event_time", "-id")
    columns = (Column(_("Destroyed on"), "time"), Column(_("Certificate of destruction")))
    found = [(bytes(id), at) for id, at in rows.values_list("id", "event_time")[:20]]
    bodies = Body.objects.filter(log=desk.warehouse, id__in=[id for id, _at in found]).values_list("id", "body")
    numbers = {bytes(id): json.loads(bytes(body))["result"].get("number") for id, body in bodies}
    shown = [
        Row(
            (
                moment(at),
                Jump(
                    str(numbers.get(id) or _("Certificate of destruction")),
                    f"{reverse('desk:certificate')}?request={UUID(bytes=id)}",
                ),
            )
        )
        for id, at in found
    ]
    return Table(_("Destroyed"), columns, shown, _("Nothing was destroyed yet."))
