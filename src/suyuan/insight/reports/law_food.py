"""The ledgers of the Food Safety Law: what came in, what went out, with exactly the columns that it names."""

from collections.abc import Mapping

from suyuan.gs1.problems import N_
from suyuan.insight.reports.declared import Ask, Asked, Cell, Column, Group, Kind, Report, Row, Rows, Word, to_event
from suyuan.insight.reports.lines import Line, file_names, proofs, received, sent, test_reports

KEEPS = N_("Until six months after the end of the shelf life; two years where there is none.")
VOIDED = N_("A shipment that was voided is taken off in a line of its own, with less than nothing.")
LICENCES = ("food-licence", "production-licence", "business-licence")


# -- what came in -----------------------------------------------------------------------------------------------------


def life(line: Line) -> Cell:
    """The shelf life: how many days, else until when."""
    if line.item.shelf_life is not None:
        days = line.item.shelf_life
        return Word(N_("{days} days") if days != 1 else N_("{days} day"), {"days": str(days)})
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
        Column(N_("Contact details"), clause=clause, needed=False, width=1.2),
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
        *party_columns(N_("Supplied by"), IN_CLAUSE),
        Column(N_("Licence number"), clause=IN_CLAUSE, needed=False, width=1.2),
        Column(N_("Certificates of conformity"), clause=IN_CLAUSE, needed=False, width=1.2),
    ),
    rows=goods_in,
    by_event=True,
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
    by_event=True,
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
    by_event=True,
    meanings=(VOIDED,),
    empty=N_("Nothing was sent to others in these days."),
)
REPORTS = (FOOD_IN, FOOD_OUT, FOOD_SOLD)
