"""Food of animal origin in the Union (Regulation 931/2011), and drugs in the United States (DSCSA)."""

from collections.abc import Sequence
from datetime import date

from suyuan.catalog.queries import chunks
from suyuan.gs1.problems import N_
from suyuan.insight.reports.declared import Ask, Asked, Column, Group, Kind, Report, Row, Rows, to_event
from suyuan.insight.reports.lines import Line, received, sent
from suyuan.insight.reports.lots import per_unit
from suyuan.insight.reports.named import CONTAINER, FORM, NDC, STRENGTH, Side, Sides
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order

EU, DSCSA = N_("Regulation (EU) No 931/2011, article 3"), "21 U.S.C. 360eee(26)"
STATEMENT = N_(
    "Transaction statement: the seller is authorised, received the product from an authorised person with transaction "
    "information and a statement, did not knowingly ship a suspect or illegitimate product, has systems for "
    "verification, did not knowingly provide false information and did not knowingly alter the history."
)


def animal_food(asked: Asked) -> Rows:
    """Each consignment in and out: dispatcher and recipient are those whose places they are, consignor and consignee
    the owners."""
    came, notes = received(asked)
    went, more = sent(asked)
    lines = sorted((line for line in (*came, *went) if line.sign > 0), key=lambda one: (one.event.at, one.event.id))
    sides = Sides({uri for line in lines for uri in line.event.parties.values()}, asked.language)
    return Rows([_consigned(line, sides) for line in lines[: asked.most + 1]], notes=[*notes, *more])


def _of(line: Line, sides: Sides, side: str, kind: str) -> Side:
    uri = line.event.parties.get(f"{side}.{kind}") or line.event.party(side)
    return sides.of(uri) if uri else Side("", "")


def _consigned(line: Line, sides: Sides) -> Row:
    dispatcher, consignor = (_of(line, sides, "from", kind) for kind in ("possessing_party", "owning_party"))
    recipient, consignee = (_of(line, sides, "to", kind) for kind in ("possessing_party", "owning_party"))
    return Row(
        (
            line.item.name, line.amount, line.unit, dispatcher.name, dispatcher.where, consignor.name, consignor.where,
            recipient.name, recipient.where, consignee.name, consignee.where, line.lot, line.day,
        ),
        to_event(line.event.log, line.event.id),
    )  # fmt: skip


ANIMAL_FOOD = Report(
    name="eu-931",
    title=N_("Food of animal origin (EU 931/2011)"),
    about=N_("Each consignment with its description, dispatcher, consignor, recipient, consignee, lot and date."),
    group=Group.LAW,
    law=EU,
    keeps=N_("At least until the food can be taken to have been consumed; daily brought up to date."),
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        Column(N_("Description of the food"), clause="(a)", width=1.6),
        Column(N_("Volume or quantity"), Kind.NUMBER, "(b)"),
        Column(N_("Unit"), clause="(b)", width=0.7),
        Column(N_("Dispatching food business operator"), clause="(c)", width=1.3),
        Column(N_("Address of the dispatcher"), clause="(c)", needed=False, width=1.5),
        Column(N_("Consignor (owner)"), clause="(d)", needed=False, width=1.3),
        Column(N_("Address of the consignor"), clause="(d)", needed=False, width=1.5),
        Column(N_("Receiving food business operator"), clause="(e)", width=1.3),
        Column(N_("Address of the recipient"), clause="(e)", needed=False, width=1.5),
        Column(N_("Consignee (owner)"), clause="(f)", needed=False, width=1.3),
        Column(N_("Address of the consignee"), clause="(f)", needed=False, width=1.5),
        Column(N_("Lot, batch or consignment"), clause="(g)", width=1.2),
        Column(N_("Date of dispatch"), Kind.DATE, "(h)"),
    ),
    rows=animal_food,
    by_event=True,
    empty=N_("Nothing came in or went out in these days."),
)


def sales(lines: Sequence[Line]) -> dict[str, date]:
    """Sales order (URI) → the day on which it was made, where somebody entered it. One statement for 900 orders."""
    papers = {paper for line in lines for paper in line.event.papers.get("po", ())}
    rows = (
        row
        for part in chunks(papers)
        for row in Order.objects.filter(uri__in=part, kind=OrderKind.SALES).values_list("uri", "ordered")
    )
    return {uri: day for uri, day in rows if day}


def transactions(asked: Asked) -> Rows:
    """What changed hands, package by package where they have serials. The transaction is the sale, on the day of its
    order, or the shipment itself; where the goods left more than a day after it, both days stand."""
    lines, notes = sent(asked, per_unit)
    sold = sales(lines)
    sides = Sides({line.event.party("from") for line in lines}, asked.language)
    rows = []
    for line in lines:
        if line.sign > 0:
            seller, item = sides.of(line.event.party("from")), line.item
            serial = line.number if line.goods.kind == "serial" else ""
            day = min((sold[paper] for paper in line.event.papers.get("po", ()) if paper in sold), default=line.day)
            left = line.day if (line.day - day).days > 1 else None
            rows.append(
                Row(
                    (
                        item.name, item.custom.get(STRENGTH, item.spec), item.custom.get(FORM, ""),
                        item.custom.get(NDC, ""), item.custom.get(CONTAINER, ""), line.amount, line.lot, day, left,
                        seller.name, seller.where, line.side.name, line.side.where, serial, line.dates.expiry,
                    ),
                    to_event(line.event.log, line.event.id),
                )
            )  # fmt: skip
    return Rows(rows[: asked.most + 1], notes=notes)


TRANSACTIONS = Report(
    name="dscsa",
    title=N_("Transaction information (DSCSA)"),
    about=N_(
        "What drugs changed hands, with lot, package identifier, seller and buyer, and the statement that goes with it."
    ),
    group=Group.LAW,
    law=DSCSA,
    keeps=N_("Six years; within one business day on request."),
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        Column(N_("Name of the product"), clause="(A)", width=1.5),
        Column(N_("Strength"), clause="(B)"),
        Column(N_("Dosage form"), clause="(B)"),
        Column("NDC", clause="(C)"),
        Column(N_("Container size"), clause="(D)"),
        Column(N_("Number of containers"), Kind.NUMBER, "(E)"),
        Column(N_("Lot"), clause="(F)", width=1.2),
        Column(N_("Date of the transaction"), Kind.DATE, "(G)"),
        Column(N_("Date of shipment, if more than a day later"), Kind.DATE, "(H)", needed=False),
        Column(N_("Seller"), clause="(I)", width=1.3),
        Column(N_("Address of the seller"), clause="(I)", needed=False, width=1.5),
        Column(N_("Buyer"), clause="(J)", width=1.3),
        Column(N_("Address of the buyer"), clause="(J)", needed=False, width=1.5),
        Column(N_("Serial number"), width=1.2),
        Column(N_("Valid until"), Kind.DATE),
    ),
    rows=transactions,
    by_event=True,
    meanings=(
        STATEMENT,
        N_("The transaction is the sale, on the day of its order; the shipment where no order says one."),
    ),
    empty=N_("Nothing was sent to others in these days."),
)
REPORTS = (ANIMAL_FOOD, TRANSACTIONS)
