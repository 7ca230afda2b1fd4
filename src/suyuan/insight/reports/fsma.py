"""FSMA 204 (21 CFR 1.1455): the electronic sortable spreadsheet, one row for each set of key data elements.

A transformation has one row for each input and one for each output, all with its event id. A traceability lot code
(TLC) is minted where goods are harvested and packed, landed, or made; shipping never mints one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from suyuan.catalog.directory import directory
from suyuan.catalog.models import LotNumber
from suyuan.catalog.queries import chunks
from suyuan.gs1.identifiers import gln_uri, identify
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import COUNT
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Choice,
    Column,
    Group,
    Kind,
    Report,
    Row,
    Rows,
    To,
    Unit,
    to_event,
    to_row,
    to_thing,
)
from suyuan.insight.reports.happened import Event, Goods, events_naming, events_of, events_under, moved
from suyuan.insight.reports.lines import cut
from suyuan.insight.reports.lots import Dates, dates_of, lot_number, per_box, per_lot
from suyuan.insight.reports.named import ItemFacts, Items, Side, Sides
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.queries import uris_of

LAW = "21 CFR 1.1325 – 1.1355, 1.1455"
WHERE = ("name", "street", "city", "state", "zip", "country", "phone")
COLUMNS = (
    "event_id", "cte", "event_date", "tlc_gtin", "tlc_batch", "tlc_sscc", "date_code", "date_type", "tlc_assigned_by",
    "qty", "uom", "product_desc", *(f"from_{one}" for one in WHERE), *(f"to_{one}" for one in WHERE),
    *(f"tlcs_{one}" for one in WHERE), "tlcs_ref_gln", "tlcs_ref_ffrn", "tlcs_ref_url", "tlcs_ref_ggn", "ref_doc_type",
    "ref_doc_no",
)  # fmt: skip
HARVEST, COOL, PACK, LAND, SHIP, RECEIVE, INPUT, OUTPUT = (
    "harvesting", "cooling", "initial packing", "first land-based receiving", "shipping", "receiving",
    "transformation (input)", "transformation (output)",
)  # fmt: skip
# What partners call the steps that CBV has no word for, wherever it stands in their URIs.
FOREIGN = {"harvest": HARVEST, "cooling": COOL, "initial_pack": PACK, "initialpack": PACK, "first_land": LAND}
MINTING = ("initial_pack", "initialpack", "first_land")  # of these steps, those that give a lot its code
MADE = ("commissioning", "creating_class_instance")
PAPERS = {"desadv": "ASN", "po": "PO", "inv": "invoice", "bol": "BOL", "recadv": "receipt", "prodorder": "work order"}
_TLC, _WHAT = ("tlc_batch",), ("qty", "uom", "product_desc")
_SOURCE = tuple(f"tlcs_{one}" for one in WHERE)
_FROM, _TO = (tuple(f"{side}_{one}" for one in WHERE) for side in ("from", "to"))
_PAPER = ("ref_doc_type", "ref_doc_no")
# What 21 CFR 1.1325 to 1.1350 ask for at each event.
NEEDED: Mapping[str, tuple[str, ...]] = {
    RECEIVE: (*_TLC, *_WHAT, "event_date", *_FROM, *_TO, *_SOURCE, *_PAPER),
    SHIP: (*_TLC, *_WHAT, "event_date", *_FROM, *_TO, *_SOURCE, *_PAPER),
    INPUT: (*_TLC, *_WHAT),
    OUTPUT: (*_TLC, *_WHAT, "event_date", *_SOURCE, *_PAPER),
    PACK: (*_TLC, *_WHAT, "event_date", *_SOURCE, *_PAPER),
    LAND: (*_TLC, *_WHAT, "event_date", *_SOURCE, *_PAPER),
    HARVEST: (*_WHAT, "event_date", *_FROM, *_TO, *_PAPER),
    COOL: (*_WHAT, "event_date", *_FROM, *_TO, *_PAPER),
}
# What stands for the location of a source where goods are shipped or received (1.1340, 1.1345). A GLN does not: only
# whoever may look it up learns the place from it.
REFERENCES = ("tlcs_ref_ffrn", "tlcs_ref_url", "tlcs_ref_ggn")


@dataclass(frozen=True, slots=True)
class Kdes:
    """A set of key data elements: `values` by column, `fixes`: where one that is missing is filled in. `partner`: the
    other side, whose data they are as well."""

    event: Event
    cte: str
    goods: Goods
    item: ItemFacts
    partner: Side
    values: Mapping[str, Cell]
    fixes: Mapping[str, To] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        lacking = [name for name in NEEDED[self.cte] if self.values.get(name) in (None, "")]
        referred = self.cte in (SHIP, RECEIVE) and any(self.values.get(name) for name in REFERENCES)
        return [name for name in lacking if not (referred and name in _SOURCE)]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(self.values.get(name) for name in COLUMNS)


Part = tuple[Event, str, Goods]  # an event, which critical tracking event it is, and goods of it


def sets_of(asked: Asked) -> tuple[list[Kdes], list[Problem]]:
    """All sets of key data elements of the days, warehouses, items and lots asked for, in order. A fixed number of
    statements."""
    events = events_of(asked, (*MADE, "shipping", "receiving"), like=tuple(FOREIGN), makings=True, partners=True)
    parts = sorted(parts_of(events), key=lambda part: (part[0].at, part[0].id, part[1], part[2].uri))
    items = Items([row.item or row.key for _event, _cte, row in parts], asked.language)
    kept = [part for part in parts if wanted(asked, items.of(part[2].item or part[2].key, part[2].uri), part[2])]
    return Told(asked, kept, items).sets(), cut(events)


def parts_of(events: Sequence[Event]) -> list[Part]:
    """Which critical tracking event each event is, with its goods lot by lot; shipments less what was voided of
    them."""
    ctes = [(one, cte) for one in events if (cte := cte_of(one))]
    shipped = less_voided([one for one, cte in ctes if cte == SHIP])
    boxed = moved([one for one, cte in ctes if cte == RECEIVE and all(row.kind == "container" for row in one.named)],
                  into=True)  # fmt: skip
    found: list[Part] = []
    for one, cte in ctes:
        solid = [row for row in one.named if row.kind != "container"]
        if cte == OUTPUT:
            found += [(one, INPUT, row) for row in per_lot(row for row in solid if row.role == "input")]
            found += [(one, OUTPUT, row) for row in per_lot(row for row in solid if row.role == "output")]
        else:
            rows = (
                shipped[one.id] if cte == SHIP else boxed.get(one.id) or [row for row in solid if row.role != "input"]
            )
            found += [(one, cte, row) for row in per_box(rows)]
    return found


def cte_of(one: Event) -> str:
    """The critical tracking event that an event is, empty for none. What partners ship, receive and make is theirs."""
    foreign = next((cte for word, cte in FOREIGN.items() if word in one.step.lower()), "")
    if foreign:
        return foreign
    if one.type == "TransformationEvent":
        return OUTPUT if one.log != PARTNERS else ""
    if one.step in MADE:
        return PACK if one.type == "ObjectEvent" and one.action == "ADD" else ""
    if one.log == PARTNERS or one.type != "ObjectEvent":
        return ""
    if one.step == "receiving":
        return RECEIVE if one.party("from") and not one.disposition.endswith("returned") else ""
    return SHIP


def less_voided(shipments: Sequence[Event]) -> dict[bytes, list[Goods]]:
    """Shipment → its goods without those that were voided, whenever that was."""
    goods = moved(shipments)
    advices = {paper for one in shipments for paper in one.papers.get("desadv", ())}
    voids = events_under(advices, "desadv", ("void_shipping",))
    back: dict[tuple[str, bytes], Decimal] = {}
    taken_back = moved(voids)
    for one in voids:
        for row in taken_back[one.id]:
            back[one.paper("desadv"), row.key] = back.get((one.paper("desadv"), row.key), Decimal(0)) + row.amount
    found: dict[bytes, list[Goods]] = {}
    for one in shipments:
        found[one.id] = []
        for row in goods.get(one.id, ()):
            taken = min(back.get((one.paper("desadv"), row.key), Decimal(0)), row.amount)
            if taken:
                back[one.paper("desadv"), row.key] -= taken
            if row.amount > taken:
                found[one.id].append(replace(row, quantity=row.amount - taken) if taken else row)
    return found


class Told:
    """Parts of events with all that is asked of them, put together as sets of key data elements."""

    def __init__(self, asked: Asked, parts: Sequence[Part], items: Items) -> None:
        self.asked, self.parts, self.items = asked, parts, items
        goods = [row for _event, _cte, row in parts]
        self.dates, self.sources = dates_of(goods), sources_of(goods)
        self.places = uris_of({one.place for one, _cte, _row in parts if one.place})
        here = {log: gln_uri(info.gln) for log, info in directory().warehouses.items()}
        self.here = {one.log: here[one.log] for one, _cte, _row in parts if one.log in here}
        parties = {one.party(side) for one, _cte, _row in parts for side in ("from", "to")}
        wanted_sides = parties | set(self.sources.values()) | set(self.places.values()) | set(self.here.values())
        self.sides = Sides(wanted_sides, asked.language)

    def sets(self) -> list[Kdes]:
        return [self._set(*part) for part in self.parts]

    def _at(self, one: Event) -> Side:
        """Where it happened: our warehouse, or the partner's place."""
        uri = self.here.get(one.log) or (self.places.get(one.place, "") if one.place else "")
        return self.sides.of(uri) if uri else NOBODY

    def _ends(self, one: Event, cte: str) -> tuple[Side, Side]:
        """From where and to whom; what is made, harvested or cooled is so at one place."""
        if cte == RECEIVE:
            return self.sides.of(one.party("from")), self._at(one)
        if cte == SHIP:
            return self._at(one), self.sides.of(one.party("to")) if one.party("to") else NOBODY
        if cte in (HARVEST, COOL):
            return self._at(one), self.sides.of(one.party("to")) if one.party("to") else NOBODY
        return NOBODY, self._at(one)

    def _set(self, one: Event, cte: str, row: Goods) -> Kdes:
        item = self.items.of(row.item or row.key, row.uri)
        start, end = self._ends(one, cte)
        source = self.sides.of(self.sources[row.key]) if row.key in self.sources else NOBODY
        dates = self.dates.get(row.key, Dates())
        kind, paper = paper_of(one)
        values: dict[str, Cell] = {
            "event_id": str(one.body.get("eventID", "")), "cte": cte,
            "event_date": one.at.astimezone(self.asked.zone).date(),
            "tlc_gtin": gtin_of(row.uri), "tlc_batch": lot_number(row.uri), "tlc_sscc": code_of(row.box),
            "date_code": dates.expiry or dates.produced,
            "date_type": "expiration" if dates.expiry else "production" if dates.produced else "",
            "tlc_assigned_by": source.name, "qty": row.amount, "uom": Unit(row.unit or item.unit or COUNT),
            "product_desc": " ".join(filter(None, (item.name, item.spec))) if item.uri else "",
            **located("from", start), **located("to", end), **located("tlcs", source),
            "tlcs_ref_gln": source.gln, "tlcs_ref_ffrn": source.ffrn, "tlcs_ref_url": source.source_url,
            "tlcs_ref_ggn": source.ggn, "ref_doc_type": kind, "ref_doc_no": paper,
        }  # fmt: skip
        event, partner = to_event(one.log, one.id), start if cte == RECEIVE else end
        fixes = dict.fromkeys(("tlc_batch", "qty", "uom", "event_date", *_PAPER), event)
        fixes["product_desc"] = to_row("items", item.key) if item.uri else to_thing(row.uri)
        for side, place in (("from", start), ("to", end), ("tlcs", source)):
            way = to_row(place.register, place.key) if place.register else event
            fixes |= {f"{side}_{name}": way for name in WHERE}
        return Kdes(one, cte, row, item, partner, values, fixes)


NOBODY = Side("", "")


def located(side: str, place: Side) -> dict[str, Cell]:
    """The location description: name, address and telephone."""
    told = (place.name, place.address, place.city, place.region, place.postcode, place.country, place.phone)
    return {f"{side}_{name}": value for name, value in zip(WHERE, told, strict=True)}


def paper_of(one: Event) -> tuple[str, str]:
    """The type and number of its reference document."""
    return next(((word, number) for kind, word in PAPERS.items() if (number := one.paper(kind))), ("", ""))


def gtin_of(uri: str) -> str:
    """The GTIN of goods, 14 digits; empty where they have none."""
    item = item_of(uri)
    return item.rsplit("/", 1)[-1] if "/01/" in item else ""


def code_of(uri: str) -> str:
    return uri.rsplit("/", 1)[-1] if uri else ""


def item_of(uri: str) -> str:
    try:
        return identify(uri).item or ""
    except Refused:
        return ""


def sources_of(goods: Iterable[Goods]) -> dict[bytes, str]:
    """Lot → who assigned its code (URI of a place or party): whoever made or packed it, else we who numbered what came
    without a number, else the first who sent it to us."""
    keys = {row.key: row for row in goods}
    here = {log: gln_uri(info.gln) for log, info in directory().warehouses.items()}
    told = events_naming(keys, (*MADE, "repackaging", "receiving"), like=MINTING)
    places = uris_of({one.place for one in told if one.place})
    minted = numbered({lot_number(row.uri) for row in keys.values()})
    made: dict[bytes, str] = {}
    came: dict[bytes, str] = {}
    for one in told:
        place = here.get(one.log) or (places.get(one.place, "") if one.place else "")
        for row in one.named:
            key = row.lot or row.key
            minted_here = one.action == "ADD" or cte_of(one) in (PACK, LAND)
            if row.role == "output" or (row.role == "epc" and minted_here):
                made.setdefault(key, place)
            elif one.step == "receiving" and one.log in here and one.party("from"):
                ours = (one.log, lot_number(row.uri)) in minted
                came.setdefault(key, here[one.log] if ours else one.party("from"))
    return {key: uri for key in keys if (uri := made.get(key) or came.get(key, ""))}


def numbered(numbers: Iterable[str]) -> set[tuple[str, str]]:
    """(log, number) of those that a warehouse of ours handed out."""
    return {pair for part in chunks(numbers)
            for pair in LotNumber.objects.filter(number__in=part).values_list("log", "number")}  # fmt: skip


def wanted(asked: Asked, item: ItemFacts, goods: Goods) -> bool:
    """Is it of the item, category and range of lot codes asked for, and on the list where that was asked?"""
    lot = lot_number(goods.uri)
    first, last = asked.lot, asked.lot_until
    return (
        (not asked.item or item.uri == asked.item)
        and (not asked.category or item.category == asked.category)
        and (not (first or last) or (first <= lot <= last if last else lot == first))
        and (asked.values.get("listed") != "listed" or "fsma" in item.regimes)
    )


def sheet(asked: Asked) -> Rows:
    sets, notes = sets_of(asked)
    return Rows([Row(one.cells, to_event(one.event.log, one.event.id)) for one in sets[: asked.most + 1]], notes=notes)


KINDS = {"event_date": Kind.DATE, "date_code": Kind.DATE, "qty": Kind.NUMBER}
SHOWN_ON_PHONE = frozenset({"cte", "event_date", "tlc_batch", "qty", "product_desc"})
WIDTHS = {"event_id": 2.5, "cte": 1.4, "tlc_gtin": 1.6, "product_desc": 1.5}
LISTED = Choice("listed", N_("Which food"), {"all": N_("All goods"), "listed": N_("Those on the traceability list")})
ON_LIST = N_("Food is on the traceability list where its category says that FSMA 204 holds for it.")
FSMA = Report(
    name="fsma-204",
    title=N_("FSMA 204: electronic sortable spreadsheet"),
    about=N_("All key data elements of all critical tracking events, one row a set, in the order that the FDA wants."),
    group=Group.LAW,
    law=LAW,
    keeps=N_("Two years; handed over within 24 hours."),
    asks=(Ask.ITEM, Ask.LOT, Ask.LOT_UNTIL, Ask.CATEGORY),
    choices=(LISTED,),
    columns=tuple(
        Column(name, KINDS.get(name, Kind.TEXT), needed=name in SHOWN_ON_PHONE, width=WIDTHS.get(name, 1.0))
        for name in COLUMNS
    ),
    rows=sheet,
    by_event=True,
    bare=True,
    meanings=(
        ON_LIST,
        N_("A transformation has a row for each input and for each output, with one event id."),
        N_(
            "Whoever made or packed a lot assigned its code; else we, where it came without a number; else who sent it."
        ),
        N_("Shipments are shown less what was voided of them."),
        N_(
            "How a source is named otherwise than by its place stands with the partner or warehouse: registration of "
            "the food facility, GGN, web address. Of what is shipped or received one of them is enough."
        ),
    ),
    empty=N_("Nothing of this happened in these days."),
)
REPORTS = (FSMA,)
