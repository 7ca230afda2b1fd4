"""The ledgers of the Food Safety Law: what came in, what went out, with exactly the columns that it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.catalog.directory import directory
from suyuan.catalog.models import File
from suyuan.catalog.queries import chunks
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import COUNT
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Column,
    Group,
    Kind,
    Report,
    Row,
    Rows,
    Unit,
    Word,
    to_event,
)
from suyuan.insight.reports.happened import MOST, Event, Goods, events_naming, events_of, events_under, moved
from suyuan.insight.reports.lots import Dates, dates_of, is_lot, lot_number, per_lot
from suyuan.insight.reports.named import ItemFacts, Items, Side, Sides

KEEPS = N_("Until six months after the end of the shelf life; two years where there is none.")
VOIDED = N_("A shipment that was voided is taken off in a line of its own, with less than nothing.")
LICENCES = ("food-licence", "production-licence", "business-licence")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ledger: goods of an event, with all that is known of them and of the other side."""

    event: Event
    goods: Goods
    item: ItemFacts
    dates: Dates
    side: Side
    day: date
    sign: int = 1

    @property
    def amount(self) -> Decimal:
        return self.sign * self.goods.amount

    @property
    def unit(self) -> Cell:
        return Unit(self.goods.unit or self.item.unit or COUNT)

    @property
    def lot(self) -> str:
        return lot_number(self.goods.uri)


def received(asked: Asked) -> tuple[list[Line], list[Problem]]:
    """What came in from others, lot by lot; what customers sent back and our own warehouses sent is none of it."""
    events = [one for one in events_of(asked, ("receiving",)) if one.party("from")]
    came = [one for one in events if not one.disposition.endswith("returned") and one.type == "ObjectEvent"]
    boxed = moved([one for one in came if all(goods.kind == "container" for goods in one.named)], into=True)
    goods = {one.id: boxed.get(one.id) or [named for named in one.named if named.kind != "container"] for one in came}
    return lines_of(asked, came, goods, "from"), cut(events)


def sent(asked: Asked) -> tuple[list[Line], list[Problem]]:
    """What went out to others, lot by lot; what was voided is taken off in a line of its own, as an entry in red."""
    events = events_of(asked, ("shipping", "void_shipping"))
    voids = [one for one in events if one.step == "void_shipping"]
    goods = moved([one for one in events if one.step == "shipping"]) | moved(voids)
    parties = destinations(voids)
    voided = [replace(one, parties=parties.get(one.paper("desadv"), {})) for one in voids]
    told = sorted([*(one for one in events if one.step == "shipping"), *voided], key=lambda one: (one.at, one.id))
    return lines_of(asked, told, goods, "to"), cut(events)


def destinations(voids: Sequence[Event]) -> Mapping[str, Mapping[str, str]]:
    """Despatch advice → the parties of the shipment that was voided."""
    papers = [paper for one in voids for paper in one.papers.get("desadv", ())]
    return {one.paper("desadv"): one.parties for one in events_under(papers, "desadv", ("shipping",))}


def cut(events: Sequence[Event]) -> list[Problem]:
    """That not all events of the days were read."""
    return [Problem("insight.report_many", "", {"most": f"{MOST:,}"})] if len(events) > MOST else []


def lines_of(asked: Asked, events: Sequence[Event], goods: Mapping[bytes, Sequence[Goods]], side: str) -> list[Line]:
    """The lines of these events between us and others, narrowed to what was asked for. Six statements."""
    pairs = [(one, row) for one in events for row in per_lot(goods.get(one.id, ()))]
    items = Items([row.item or row.key for _one, row in pairs], asked.language)
    sides = Sides([one.party(side) for one in events], asked.language)
    dates = dates_of(row for _one, row in pairs)
    found = [
        Line(
            one, row, items.of(row.item or row.key, row.uri), dates.get(row.key, Dates()), sides.of(one.party(side)),
            one.at.astimezone(asked.zone).date(), -1 if one.step == "void_shipping" else 1,
        )
        for one, row in pairs
    ]  # fmt: skip
    return [line for line in found if line.side.register != "warehouses" and wanted(asked, line)]


def wanted(asked: Asked, line: Line) -> bool:
    """Is it of the item, category, lot and partner asked for?"""
    partner = directory().kept(asked.partner) if asked.partner else ""
    return (
        (not asked.item or line.item.uri == directory().kept(asked.item))
        and (not asked.category or line.item.category == asked.category)
        and is_lot(asked.lot, line.goods.uri)
        and (not partner or line.side.uri == partner)
    )


# -- what came in -----------------------------------------------------------------------------------------------------


def life(line: Line) -> Cell:
    """The shelf life: how many days, else until when."""
    if line.item.shelf_life is not None:
        return Word(N_("{days} days"), {"days": str(line.item.shelf_life)})
    return Word(N_("until {day}"), {"day": line.dates.expiry.isoformat()}) if line.dates.expiry else None


def goods_in(asked: Asked) -> Rows:
    lines, notes = received(asked)
    named = file_names(lines)
    return Rows([_in_row(line, named) for line in lines[: asked.most + 1]], notes=notes)


def _in_row(line: Line, files: Mapping[str, str]) -> Row:
    side = line.side
    return Row(
        (
            line.item.name, line.item.spec, line.amount, line.unit, line.dates.produced, line.lot, life(line), line.day,
            side.name, side.where, side.reach, side.numbers(line.day, LICENCES), proofs(line, files),
        ),
        to_event(line.event.log, line.event.id),
    )  # fmt: skip


def file_names(lines: Sequence[Line]) -> dict[str, str]:
    """Hash → the name of a file that came with the goods. One statement."""
    wanted_ = {str(one.get("hash", "")) for line in lines for one in line.event.files}
    return {hash: name for part in chunks(wanted_)
            for hash, name in File.objects.filter(hash__in=part).values_list("hash", "name")}  # fmt: skip


def proofs(line: Line, files: Mapping[str, str]) -> str:
    """The certificates that came with these goods."""
    told = [one for one in line.event.files if one.get("kind") == "certificate"]
    mine = [str(one.get("hash", "")) for one in told if one.get("id") in (None, line.goods.uri)]
    return "; ".join(files.get(hash) or hash[:12] for hash in mine)


NAME, SPEC, AMOUNT, UNIT, MADE, LOT, LIFE = (
    N_("Name of the food"), N_("Specification"), N_("Quantity"), N_("Unit"), N_("Production date"),
    N_("Production lot"), N_("Shelf life"),
)  # fmt: skip


def goods_columns(clause: str) -> tuple[Column, ...]:
    return (
        Column(NAME, clause=clause, width=1.6),
        Column(SPEC, clause=clause),
        Column(AMOUNT, Kind.NUMBER, clause),
        Column(UNIT, clause=clause, width=0.7),
        Column(MADE, Kind.DATE, clause),
        Column(LOT, clause=clause, width=1.3),
        Column(LIFE, clause=clause),
    )


def party_columns(party: str, clause: str) -> tuple[Column, ...]:
    return (
        Column(party, clause=clause, width=1.4),
        Column(N_("Address"), clause=clause, needed=False, width=1.6),
        Column(N_("Contact"), clause=clause, needed=False, width=1.2),
    )


IN_CLAUSE, OUT_CLAUSE, WHOLESALE_CLAUSE = (
    N_("Food Safety Law, articles 50 and 53"), N_("Food Safety Law, article 51"), N_("Food Safety Law, article 53"),
)  # fmt: skip
FOOD_IN = Report(
    name="food-in",
    title=N_("Food: records of purchases checked"),
    about=N_("What was received from whom, with lot, dates, licences and certificates."),
    group=Group.LAW,
    law=IN_CLAUSE,
    keeps=KEEPS,
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        *goods_columns(IN_CLAUSE),
        Column(N_("Date of purchase"), Kind.DATE, IN_CLAUSE),
        *party_columns(N_("Supplier"), IN_CLAUSE),
        Column(N_("Licence number"), clause=IN_CLAUSE, needed=False, width=1.2),
        Column(N_("Certificates of conformity"), clause=IN_CLAUSE, needed=False, width=1.2),
    ),
    rows=goods_in,
    empty=N_("Nothing was received from others in these days."),
)

# -- what went out ----------------------------------------------------------------------------------------------------


def sold_rows(asked: Asked, *, certificate: bool) -> Rows:
    lines, notes = sent(asked)
    reports = test_reports(lines) if certificate else {}
    rows = []
    for line in lines[: asked.most + 1]:
        side, item = line.side, line.item
        report: tuple[Cell, ...] = (reports.get(line.goods.key, ""),) if certificate else ()
        cells: tuple[Cell, ...] = (
            item.name, item.spec, line.amount, line.unit, line.dates.produced, line.lot, life(line), *report, line.day,
            side.name, side.where, side.reach,
        )  # fmt: skip
        rows.append(Row(cells, to_event(line.event.log, line.event.id), "rejected" if line.sign < 0 else ""))
    return Rows(rows, notes=notes)


def test_reports(lines: Sequence[Line]) -> dict[bytes, str]:
    """Lot → the numbers of the certificates of its inspections: what was passed names them (CBV `testres`)."""
    keys = {line.goods.key for line in lines}
    found: dict[bytes, list[str]] = {}
    for one in events_naming(keys, ("inspecting",)):
        for goods in one.named:
            if (number := one.paper("testres")) and not one.disposition.endswith("non_conformant"):
                found.setdefault(goods.lot or goods.key, []).append(number)
    return {key: "; ".join(dict.fromkeys(numbers)) for key, numbers in found.items()}


def produced_out(asked: Asked) -> Rows:
    return sold_rows(asked, certificate=True)


def wholesale_out(asked: Asked) -> Rows:
    return sold_rows(asked, certificate=False)


FOOD_OUT = Report(
    name="food-out",
    title=N_("Food: records of delivery inspection"),
    about=N_("What a producer sold to whom, with lot, dates and the number of the inspection certificate."),
    group=Group.LAW,
    law=OUT_CLAUSE,
    keeps=KEEPS,
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        *goods_columns(OUT_CLAUSE),
        Column(N_("Inspection certificate no."), clause=OUT_CLAUSE, width=1.2),
        Column(N_("Date of sale"), Kind.DATE, OUT_CLAUSE),
        *party_columns(N_("Buyer"), OUT_CLAUSE),
    ),
    rows=produced_out,
    meanings=(VOIDED,),
    empty=N_("Nothing was sent to others in these days."),
)
FOOD_SOLD = Report(
    name="food-sold",
    title=N_("Food: records of wholesale"),
    about=N_("What a wholesaler sold to whom, with lot and dates."),
    group=Group.LAW,
    law=WHOLESALE_CLAUSE,
    keeps=KEEPS,
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        *goods_columns(WHOLESALE_CLAUSE),
        Column(N_("Date of sale"), Kind.DATE, WHOLESALE_CLAUSE),
        *party_columns(N_("Buyer"), WHOLESALE_CLAUSE),
    ),
    rows=wholesale_out,
    meanings=(VOIDED,),
    empty=N_("Nothing was sent to others in these days."),
)
REPORTS = (FOOD_IN, FOOD_OUT, FOOD_SOLD)
