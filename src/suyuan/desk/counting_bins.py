"""Counting bin by bin with a scanner: bin, goods, quantity, Enter. Works on a handheld and without scripts.

Of a blind sheet nothing is sent that says what the book has, nor what another counter found: only what he looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.catalog.directory import Directory, directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.counting import CLOSED, missing, names_of
from suyuan.desk.forms import by_field, clean, request_of
from suyuan.desk.goods import Article, articles
from suyuan.desk.naming import Names
from suyuan.desk.receiving import amount_text
from suyuan.desk.scans import fields_of
from suyuan.desk.sheets import answered
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text, parse_amount, unscaled
from suyuan.gs1.scans import scan
from suyuan.operations.counting.close_bin import CloseBin
from suyuan.operations.counting.keep_count import CountEntry, KeepCount
from suyuan.operations.counting.owners import OURS
from suyuan.operations.counting.strike_count import StrikeCount
from suyuan.operations.lines import KILOGRAM, find_item
from suyuan.operations.places import places_of
from suyuan.stock.facts import OWN
from suyuan.stock.queries import stock_in, uris_of
from suyuan.stocktake.models import BinLook, CountFinding, CountLine, CountSheet, SheetBin
from suyuan.stocktake.queries import sheet_of
from suyuan.stocktake.reckoning import owner_key, owners_in
from suyuan.stocktake.rules import RECOUNT
from suyuan.trace.resolve import resolve
from suyuan.ui.frame import Choice
from suyuan.ui.things import Thing

NEXT = 8  # bins that are named as the next ones
FIELDS = (
    "bin", "began", "item", "lot", "uri", "container", "serial", "quantity", "unit", "weight", "owner", "scanned",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """What is being entered: the bin, and the goods that wait for their quantity. All texts as typed or scanned.

    `began`: when the bin was scanned.
    """

    bin: str = ""
    began: str = ""
    item: str = ""
    lot: str = ""
    uri: str = ""
    container: str = ""
    serial: str = ""
    quantity: str = ""
    unit: str = ""
    weight: str = ""
    owner: str = ""
    scanned: str = ""

    @property
    def has_goods(self) -> bool:
        return bool(self.item or self.uri or self.container)

    @property
    def is_whole(self) -> bool:
        return bool(self.container or self.serial)

    def same(self, other: "Entry") -> bool:
        """The same label once more."""
        same = (self.item, self.lot, self.uri) == (other.item, other.lot, other.uri)
        return same and not (other.quantity or other.weight)

    def without_goods(self) -> "Entry":
        return Entry(self.bin, self.began)

    def line(self, id: UUID) -> CountEntry:
        """The entry as a line of the sheet."""
        return CountEntry(
            id=id,
            item=self.item,
            lot=self.lot,
            uri=self.uri,
            container=self.container,
            serials=(self.serial,) if self.serial else (),
            quantity=amount_text(self.quantity),
            unit=self.unit,
            weight=amount_text(self.weight),
            owner=self.owner,
            place=self.bin,
            scanned=frozenset(self.scanned.split()),
        )


def entry_of(posted: Mapping[str, str]) -> Entry:
    return Entry(**{name: clean(posted.get(name, "")) for name in FIELDS})


@dataclass(slots=True)
class Turn:
    """One answer to one scan or button: the entry as it is now, what was done, and what is wrong."""

    request: HttpRequest
    desk: Desk
    sheet: CountSheet
    bins: Mapping[str, SheetBin]
    entry: Entry
    line: UUID
    said: str = ""
    problems: list[Problem] | None = None
    late: str = ""

    def refuse(self, *problems: Problem) -> None:
        self.problems = [*(self.problems or ()), *problems]


@desk_page("count:own")
def bins(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """GET: `?bin=` to begin with. POST: `scan`, or `do`: keep, strike-ID, done, empty, leave."""
    sheet = sheet_of(desk.warehouse, id)
    if sheet is None:
        return missing(request, desk)
    known = {one.key: one for one in SheetBin.objects.filter(sheet=sheet).order_by("position")}
    entry = (
        entry_of(request.POST)
        if request.method == "POST"
        else Entry(clean(request.GET.get("bin", "")), desk.now.isoformat())
    )
    turn = Turn(request, desk, sheet, known, entry, request_of(request.POST.get("line", "")) or uuid4())
    if entry.bin and bin_of(turn, entry.bin) is None:
        turn.refuse(Problem("stocktake.bin_not_on_sheet", "scan", {"bin": entry.bin}))
        turn.entry = replace(entry, bin="")
    elif request.method == "POST":
        act(turn, request.POST.get("do", ""), clean(request.POST.get("scan", "")))
    return show(turn)


def act(turn: Turn, do: str, text: str) -> None:
    """What the scan or the button says."""
    if do == "done" or do == "empty":
        close(turn, empty=do == "empty")
    elif do.startswith("strike-") and (line := request_of(do[7:])):
        command = StrikeCount(warehouse=turn.desk.warehouse, sheet=turn.sheet.pk, line=line)
        turn.problems = answered(turn.desk, turn.request, command)[1]
        turn.said = "" if turn.problems else _("Struck.")
    elif do == "leave":
        turn.entry = Entry()
    elif do == "drop":
        turn.entry = turn.entry.without_goods()
    elif text:
        scanned(turn, text)
    elif turn.entry.has_goods:
        keep(turn)


def bin_of(turn: Turn, text: str) -> SheetBin | None:
    """The bin of the sheet that a code or the label of a place means."""
    spot = places_of(who_is_who(), turn.desk.warehouse).find(text)
    return next((one for one in turn.bins.values() if spot is not None and one.uri == spot.uri), None)


def scanned(turn: Turn, text: str) -> None:
    """A label: of a bin, of goods, of a pallet. Goods that wait for their quantity are kept first."""
    spot = places_of(who_is_who(), turn.desk.warehouse).find(text)
    try:
        goods = None if spot is not None else goods_of(turn, text)
    except Refused as refused:
        turn.refuse(*refused.problems)
        return
    if goods is not None and turn.entry.has_goods and turn.entry.same(goods):
        turn.entry = replace(turn.entry, quantity=_one_more(turn.entry.quantity))
        return
    if turn.entry.has_goods and not keep(turn):
        return
    if spot is not None:
        bin = bin_of(turn, text)
        if bin is None:
            turn.refuse(Problem("stocktake.bin_not_on_sheet", "scan", {"bin": spot.code}))
            return
        turn.entry, turn.said = (
            Entry(bin.code, turn.desk.now.isoformat()),
            _("Bin {bin}. Now scan what is in it.").format(bin=bin.code),
        )
        return
    if goods is None:
        return
    if not turn.entry.bin:
        turn.refuse(Problem("stocktake.bin_first", "scan"))
        return
    turn.entry = replace(goods, bin=turn.entry.bin, began=turn.entry.began)
    if turn.entry.is_whole:
        keep(turn)


def goods_of(turn: Turn, text: str) -> Entry:
    """What a label or a typed code means: item, lot, serial or container. Refused where it means nothing here."""
    known = directory()
    if find_item(known, text):
        return Entry(item=text, scanned="item")
    try:
        fields = fields_of(scan(text, today=turn.desk.today))
    except Refused as refused:
        found = [one.uri for one in resolve(text) if one.kind in (Kind.LOT, Kind.SERIAL, Kind.CONTAINER)]
        if len(found) != 1:
            raise Refused(list(refused.problems)) from None
        return _of_uri(found[0])
    if "item" not in fields and "inside" in fields:
        return Entry(container=fields["inside"], scanned="container")
    if "item" in fields and not find_item(known, fields["item"]):
        raise Refused([Problem("desk.item_unknown", "scan", {"text": fields["item"]})])
    if "item" not in fields:
        found = [one.uri for one in resolve(text) if one.kind in (Kind.LOT, Kind.SERIAL, Kind.CONTAINER)]
        if len(found) == 1:
            return _of_uri(found[0])
        raise Refused([Problem("stocktake.goods_unread", "scan", {"text": text[:60]})])
    said = {name: fields.get(name, "") for name in ("item", "lot", "quantity", "unit")}
    if weighed(known, said["item"]) and said["unit"] == KILOGRAM:
        said |= {"quantity": "1", "unit": "", "weight": said["quantity"]}  # the label is of one piece and its weight
    return Entry(**said, serial=fields.get("serials", ""), scanned=" ".join(sorted(fields)))


def weighed(known: Directory, text: str) -> bool:
    """Is it weighed each time?"""
    item = find_item(known, text)
    return item is not None and known.items[item[1].item].catch_weight


def _of_uri(uri: str) -> Entry:
    if identify(uri).kind is Kind.CONTAINER:
        return Entry(container=uri, scanned="container")
    return Entry(uri=uri, scanned="lot")


def _one_more(quantity: str) -> str:
    try:
        return decimal_text((parse_amount(quantity) if quantity else Decimal(1)) + 1)
    except Refused:
        return quantity  # said when it is kept


def keep(turn: Turn) -> bool:
    """Put the entry on the sheet; whether that was done."""
    line = turn.entry.line(turn.line)
    command = KeepCount(warehouse=turn.desk.warehouse, sheet=turn.sheet.pk, lines=(line,))
    result, problems = answered(turn.desk, turn.request, command)
    if result is None:
        turn.refuse(*problems)
        return False
    amount = "1" if turn.entry.is_whole else turn.entry.quantity
    turn.said = _("Kept: {goods}, {quantity}").format(goods=goods_name(turn), quantity=amount)
    _follow(turn, result.value)
    turn.entry, turn.line = turn.entry.without_goods(), uuid4()
    return True


def close(turn: Turn, *, empty: bool) -> None:
    """Be done with the bin; goods that wait for their quantity are kept first."""
    if turn.entry.has_goods and not keep(turn):
        return
    command = CloseBin(
        warehouse=turn.desk.warehouse,
        sheet=turn.sheet.pk,
        place=turn.entry.bin,
        empty=empty,
        began=moment_said(turn.entry.began),
    )
    result, problems = answered(turn.desk, turn.request, command, step="close" if turn.said else "")
    if result is None:
        turn.refuse(*problems)
        return
    turn.said = _("{bin} is done.").format(bin=turn.entry.bin)
    _follow(turn, result.value)
    turn.entry = Entry()


def moment_said(text: str) -> datetime | None:
    """A moment that this page wrote down; None where somebody else did."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _follow(turn: Turn, answer: Mapping[str, object]) -> None:
    """What came after the sheet was closed stands on another one; whoever counted is told."""
    if answer.get("late"):
        follower = sheet_of(turn.desk.warehouse, UUID(str(answer["sheet"])))
        turn.late = follower.number if follower else ""


def goods_name(turn: Turn) -> str:
    article = article_of(turn)
    names = Names([turn.entry.uri], turn.desk.language) if turn.entry.uri else None
    name = str(names.thing(turn.entry.uri)) if names else article.name if article else turn.entry.item
    parts = (name, turn.entry.lot, turn.entry.serial, turn.entry.container)
    return " ".join(part for part in parts if part)


def article_of(turn: Turn) -> Article | None:
    uri = turn.entry.uri
    text = turn.entry.item or (identify(uri).item or "" if uri else "")
    return articles(directory(), [text], turn.desk.language).get(text) if text else None


# -- what is shown ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeenView:
    """A line in the bin at hand. `quantity`: None where it is not for these eyes."""

    id: UUID
    thing: Thing
    quantity: Quantity | None
    who: str
    mine: bool
    weight: Quantity | None = None
    owner: Thing | None = None


def show(turn: Turn) -> HttpResponse:
    desk, sheet, entry = turn.desk, turn.sheet, turn.entry
    bin = bin_of(turn, entry.bin) if entry.bin else None
    asked = dict[int, list[str]]()
    for at, uri in CountFinding.objects.filter(sheet=sheet, decision=RECOUNT, round=sheet.round).values_list(
        "bin", "uri"
    ):
        asked.setdefault(at, []).append(uri)
    left = left_of(turn, asked)
    again = asked.get(bin.pk, []) if bin else []
    lines = list(CountLine.objects.filter(bin=bin, struck=None).order_by("recorded", "pk")) if bin else []
    expected = expected_in(turn, bin) if bin and not sheet.blind else []
    owners = {one.owner for one in lines if one.owner}
    names = Names([*(one.uri for one in lines), *owners, *again, *(uri for uri, _ in expected)], desk.language)
    people = names_of([one.by for one in lines])
    article = article_of(turn)
    mine, others = _seen(turn, lines, names, people)
    context = {
        "sheet": sheet, "entry": entry, "bin": bin, "line": turn.line, "request_id": uuid4(), "said": turn.said,
        "late": turn.late, "left": len(left), "next": left[:NEXT], "total": len(turn.bins),
        "share": 100 * (len(turn.bins) - len(left)) // max(1, len(turn.bins)),
        "mine": mine, "others": others,
        "again": [names.thing(uri) for uri in again],
        "expected": [(names.thing(uri), quantity) for uri, quantity in expected],
        "article": article, "goods": goods_name(turn) if entry.has_goods else "",
        "owners": owner_choices(desk) if entry.has_goods and not entry.is_whole else [],
        "wants_lot": bool(article and entry.item and not entry.lot and article.tracking in ("lot", "lot+serial")),
        "closed": sheet.state in CLOSED,
        "problems_found": turn.problems or [], "errors": by_field(turn.problems or []), "scan_here": True,
    }  # fmt: skip
    return page(turn.request, desk, "desk/counting/bins.html", context)


def owner_choices(desk: Desk) -> list[Choice]:
    """Whose goods lie in this warehouse, where it is not only ours. Two statements."""
    others = uris_of(owner for owner in owners_in(desk.warehouse) if owner != OWN)
    names = Names(others.values(), desk.language) if others else None
    found = sorted((str(names.thing(uri)), uri) for uri in others.values()) if names else []
    return [Choice(OURS, _("Our own")), *(Choice(uri, name) for name, uri in found)] if found else []


def left_of(turn: Turn, asked: Mapping[int, object]) -> list[SheetBin]:
    """The bins that nobody is done with in this round, in walking order."""
    round = turn.sheet.round
    closed = set(BinLook.objects.filter(sheet=turn.sheet, round=round).values_list("bin", flat=True))
    return [one for one in turn.bins.values() if one.pk not in closed and (round == 1 or one.pk in asked)]


def _seen(
    turn: Turn, lines: Iterable[CountLine], names: Names, people: Mapping[str, str]
) -> tuple[list[SeenView], list[SeenView]]:
    """My lines in this bin, and those of others: of a blind sheet without how much."""
    mine, others = list[SeenView](), list[SeenView]()
    for one in lines:
        own = one.person == turn.desk.actor.human
        shown = own or not turn.sheet.blind
        quantity = Quantity(unscaled(one.quantity), one.unit or COUNT) if shown else None
        weight = Quantity(unscaled(one.weight), KILOGRAM) if shown and one.weight is not None else None
        owner = names.thing(one.owner) if one.owner and owner_key(one.owner) != OWN else None
        view = SeenView(one.pk, names.thing(one.uri), quantity, people.get(one.by, one.by), own, weight, owner)
        (mine if own else others).append(view)
    return mine, others


def expected_in(turn: Turn, bin: SheetBin) -> list[tuple[str, Quantity]]:
    """What the book has in a bin, for sheets that are not blind."""
    sums: dict[bytes, int] = {}
    units: dict[bytes, str] = {}
    for row in stock_in([bin.holder], turn.desk.warehouse):
        sums[row.subject] = sums.get(row.subject, 0) + row.quantity
        units[row.subject] = row.unit or COUNT
    uris = uris_of(sums)
    return sorted((uris[key], Quantity(unscaled(amount), units[key])) for key, amount in sums.items() if key in uris)
