"""How suppliers do: quality, punctuality, papers and key data as one score whose weights are shown, and what each part
of it is made of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection
from django.db.models import Q

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import unscaled
from suyuan.insight.kinds import WHOLE
from suyuan.insight.queries import limits, weights
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Column,
    Group,
    Kind,
    Linked,
    Named,
    Report,
    Row,
    Rows,
    to_report,
)
from suyuan.insight.reports.fsma import sets_of
from suyuan.insight.reports.kde import by_partner
from suyuan.insight.reports.lines import Line, received
from suyuan.insight.reports.quality_looked import Looked, cut, looked_at
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, moment
from suyuan.orders.amounts import item_keys
from suyuan.orders.kinds import LineState, OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.packed import of_step, taken
from suyuan.orders.queries import planned

_RECEIVED = taken(of_step("receiving"), back=True, each=True)


@dataclass(frozen=True, slots=True)
class Part:
    """So much of so much was right."""

    right: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)

    def plus(self, right: Decimal | int, whole: Decimal | int) -> "Part":
        return Part(self.right + right, self.whole + whole)

    @property
    def share(self) -> Decimal | None:
        return self.right / self.whole if self.whole else None

    @property
    def percent(self) -> Decimal | None:
        return tenth(100 * self.right / self.whole) if self.whole else None


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Card:
    """One supplier: lots that passed, order lines that came in time and in full, receipt lines with a certificate, key
    data elements that are there; and the pieces that did not conform, of those looked at."""

    quality: Part = Part()
    time: Part = Part()
    papers: Part = Part()
    data: Part = Part()
    pieces: Part = Part()

    def points(self, weights: Mapping[str, int]) -> Decimal | None:
        """Out of a hundred: a part that nothing is known of leaves its weight to the others."""
        known = {name: share for name in weights if (share := getattr(self, name).share) is not None}
        weight = sum(weights[name] for name in known)
        whole = sum((weights[name] * share for name, share in known.items()), Decimal(0))
        return tenth(100 * whole / weight) if weight else None

    def is_low(self, points: Decimal | None, least: Mapping[str, int]) -> bool:
        """Is somebody to talk to him: are the points, or a part in percent, below their limit?"""
        told = {name: getattr(self, name).percent for name in least if name != WHOLE} | {WHOLE: points}
        return any(value is not None and value < least.get(name, 0) for name, value in told.items())

    @property
    def ppm(self) -> int | None:
        """Nonconforming pieces in a million of those looked at."""
        return round(1_000_000 * self.pieces.right / self.pieces.whole) if self.pieces.whole else None


# -- what each part is made of ----------------------------------------------------------------------------------------


def by_quality(looked: Iterable[Looked], known: Directory) -> dict[str, tuple[Part, Part]]:
    """Supplier → lots passed, pieces that did not conform."""
    found: dict[str, tuple[Part, Part]] = defaultdict(lambda: (Part(), Part()))
    for one in looked:
        if one.supplier:
            lots, pieces = found[known.kept(one.supplier)]
            found[known.kept(one.supplier)] = (
                lots.plus(one.passed, 1), pieces.plus(min(one.found, one.size), one.size),
            )  # fmt: skip
    return found


def due_purchases(asked: Asked) -> list[Order]:
    """Purchase orders that were to come in the days, in whole or in part. One statement."""
    span = (asked.since, asked.until)
    rows = Order.objects.filter(
        Q(expected__range=span) | Q(lines__expected__range=span),
        kind=OrderKind.PURCHASE.value, warehouse__in=asked.logs,
        state__in=[OrderState.OPEN.value, OrderState.CLOSED.value],
    )  # fmt: skip
    return list(rows.select_related("partner").distinct().order_by("pk"))


def came(orders: Iterable[Order], known: Directory, asked: Asked) -> dict[tuple[str, str], list[tuple[date, Decimal]]]:
    """(order, item) → what came on which day, in the order it came. One statement for 900 orders."""
    names, items = {key16(order.uri): order.uri for order in orders}, item_keys(known)
    found: dict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
    with connection.cursor() as cursor:
        rows = select_in(cursor, _RECEIVED, names, "doc.po") if names else []
    for paper, _record, at, item, amount in rows:
        uri = items.get(bytes(item))
        if uri is not None:
            day = moment(int(at)).astimezone(asked.zone).date()
            found[names[bytes(paper)], known.kept(uri)].append((day, -unscaled(int(amount))))
    return {pair: sorted(parts) for pair, parts in found.items()}


def by_time(asked: Asked, known: Directory) -> dict[str, Part]:
    """Supplier → lines due in the days that came in time and in full, of all that were due; what is due today is not
    late. What comes goes to the line that is due first."""
    orders = due_purchases(asked)
    arrived = came(orders, known, asked)
    suppliers = {order.uri: known.kept(order.partner.uri) for order in orders if order.partner}
    found: dict[str, Part] = defaultdict(Part)
    lines = [line for line in planned(orders) if line.expected and line.state != LineState.CANCELLED]
    for line in sorted(lines, key=lambda line: (line.order, line.expected or date.max, line.number)):
        due = line.expected or date.max
        left, parts = line.quantity, arrived.get((line.order, line.item), [])
        in_time = Decimal(0)
        rest: list[tuple[date, Decimal]] = []
        for day, amount in parts:
            part = min(left, amount)
            left -= part
            in_time += part if day <= due else 0
            rest += [(day, amount - part)] if amount > part else []
        arrived[line.order, line.item] = rest
        if asked.since <= due <= asked.until and (due < asked.today or in_time >= line.least):
            found[suppliers[line.order]] = found[suppliers[line.order]].plus(in_time >= line.least, 1)
    return found


def by_papers(lines: Sequence[Line]) -> dict[str, Part]:
    """Supplier → lines of receipts that came with a certificate, of all."""
    found: dict[str, Part] = defaultdict(Part)
    for line in lines:
        files = [one for one in line.event.files if one.get("kind") == "certificate"]
        has = any(one.get("id") in (None, line.goods.uri) for one in files)
        found[line.side.uri] = found[line.side.uri].plus(has, 1)
    return found


def cards(asked: Asked) -> tuple[dict[str, Card], list[Problem]]:
    """Supplier (URI) → its card, and what is not in it."""
    known = directory()
    looked = looked_at(asked)
    lines, notes = received(asked)
    sets, more = sets_of(asked)
    quality, time, papers = by_quality(looked, known), by_time(asked, known), by_papers(lines)
    scores = {known.kept(uri): one for uri, one in by_partner(sets).items()}
    suppliers = {known.kept(one.uri) for one in known.partners.values() if "supplier" in one.roles}
    found = {}
    for uri in sorted((quality.keys() | time.keys() | papers.keys()) & suppliers):
        if asked.partner and uri != asked.partner:
            continue
        lots, pieces = quality.get(uri, (Part(), Part()))
        data = scores.get(uri)
        found[uri] = Card(
            lots, time.get(uri, Part()), papers.get(uri, Part()),
            Part(Decimal(data.there), Decimal(data.wanted)) if data else Part(), pieces,
        )  # fmt: skip
    return found, list({note.code: note for note in (*cut(looked), *notes, *more)}.values())


def cards_rows(asked: Asked) -> Rows:
    found, notes = cards(asked)
    by, least = weights(), limits()
    points = {uri: card.points(by) for uri, card in found.items()}
    ordered = sorted(found, key=lambda uri: (points[uri] is None, points[uri] or 0, uri))
    facts: list[tuple[str, Cell]] = [(WEIGHTS[name], weight) for name, weight in by.items()]
    facts += [(LIMITS[name], points_) for name, points_ in least.items()]
    known = directory()
    rows = [_row(uri, found[uri], points[uri], asked, known, found[uri].is_low(points[uri], least)) for uri in ordered]
    return Rows(rows, notes=notes, facts=facts)


def _row(uri: str, card: Card, points: Decimal | None, asked: Asked, known: Directory, low: bool) -> Row:
    partner = known.partner_of(uri)
    code = partner.code if partner else uri
    days = {"since": asked.since.isoformat(), "until": asked.until.isoformat(), "partner": code}

    def leads(percent: Decimal | None, name: str) -> Cell:
        return None if percent is None else Linked(percent, to_report(name, **days))

    cells: tuple[Cell, ...] = (
        Named(uri), points, leads(card.quality.percent, "quality-rejects"), int(card.quality.whole), card.ppm,
        card.time.percent, int(card.time.whole), leads(card.papers.percent, "food-in"), int(card.papers.whole),
        leads(card.data.percent, "fsma-completeness"),
    )  # fmt: skip
    return Row(cells, to_report("quality-rejects", **days), "rejected" if low else "")


WEIGHTS: Mapping[str, str] = {
    "quality": N_("Weight of quality"),
    "time": N_("Weight of punctuality"),
    "papers": N_("Weight of certificates"),
    "data": N_("Weight of key data"),
}
LIMITS: Mapping[str, str] = {
    WHOLE: N_("Marked under points"),
    "quality": N_("Marked under quality, %"),
    "time": N_("Marked under punctuality, %"),
    "papers": N_("Marked under certificates, %"),
    "data": N_("Marked under key data, %"),
}

SUPPLIERS = Report(
    name="supplier-scores",
    title=N_("Supplier scorecards"),
    about=N_("Each supplier's quality, punctuality, certificates and key data in figures, and one score of them."),
    group=Group.STOCK,
    asks=(Ask.PARTNER,),
    columns=(
        Column(N_("Supplier"), Kind.THING, width=1.8),
        Column(N_("Points"), Kind.NUMBER),
        Column(N_("Lots passed, %"), Kind.NUMBER),
        Column(N_("Lots inspected"), Kind.NUMBER, needed=False),
        Column(N_("Nonconforming, ppm"), Kind.NUMBER, needed=False),
        Column(N_("In time and in full, %"), Kind.NUMBER),
        Column(N_("Lines due"), Kind.NUMBER, needed=False),
        Column(N_("With certificate, %"), Kind.NUMBER, needed=False),
        Column(N_("Lines received"), Kind.NUMBER, needed=False),
        Column(N_("Key data, %"), Kind.NUMBER, needed=False),
    ),
    rows=cards_rows,
    meanings=(
        N_("Points: the shares of the four parts by their weights; an unknown part leaves its weight to the others."),
        N_(
            "Weights, and the limits under which a supplier is marked, are master data, which the buyer changes; their "
            "history says since when they are so."
        ),
        N_("In time and in full: order lines due in these days of which enough came by the day agreed."),
        N_("Key data: elements of FSMA 204 that are there, of those needed at events with this partner."),
    ),
    empty=N_("Nothing came from suppliers in this time."),
)
REPORTS = (SUPPLIERS,)
