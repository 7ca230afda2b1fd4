"""What lies in the house and how often it turns, how right the book is, and how ready we are for a recall."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import unscaled
from suyuan.insight.dayflows_asked import Turnover, by_day, stale_since, turnovers
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Chart,
    Column,
    Group,
    Kind,
    Linked,
    Named,
    Page,
    Report,
    Row,
    Rows,
    Series,
    To,
    Unit,
    Word,
    to_report,
    to_row,
)
from suyuan.insight.reports.lines import sent
from suyuan.insight.reports.named import Items
from suyuan.ledger.keys import key16, moment
from suyuan.recall.contacts import Contact, contacts
from suyuan.recall.models import Case
from suyuan.recall.queries import cases_in
from suyuan.recall.rules import FULL
from suyuan.stocktake.accuracy import by_zone

# -- turnover ---------------------------------------------------------------------------------------------------------


def turnover_rows(asked: Asked) -> Rows:
    """Item by item over the warehouses asked for, the slowest first; of one item its days as a chart."""
    since, until = asked.since.toordinal(), min(asked.until, asked.today).toordinal()
    found: dict[str, Turnover] = {}
    for (_log, item), one in turnovers(asked.logs, since, until).items():
        found[item] = found[item].plus(one) if item in found else one
    items = Items(map(key16, found), asked.language)
    facts = {item: items.of(key16(item), item) for item in found if asked.item in ("", item)}
    kept = {item: found[item] for item, one in facts.items() if asked.category in ("", one.category)}
    order = sorted(kept, key=lambda item: (pace(kept[item]), item))
    rows = [_turned(item, facts[item].unit, kept[item], asked) for item in order[: asked.most + 1]]
    charts = days_of(asked, asked.item, since, until) if asked.item in kept else []
    return Rows(rows, charts=charts, notes=stale(asked))


def pace(one: Turnover) -> float:
    """What lies there and never leaves comes first, what never lay there last."""
    return float("inf") if one.a_year is None else one.a_year


def _turned(item: str, unit: str, one: Turnover, asked: Asked) -> Row:
    cells: tuple[Cell, ...] = (
        Named(item), unscaled(one.on_hand), round(unscaled(one.mean), 3), unscaled(one.shipped), unscaled(one.consumed),
        Unit(unit), rounded(one.turnover), rounded(one.a_year), rounded(one.days_of_stock),
    )  # fmt: skip
    given = {"item": item, "since": asked.since.isoformat(), "until": asked.until.isoformat()}
    return Row(cells, to_report("turnover", **given))


def rounded(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.1f}")


def days_of(asked: Asked, item: str, since: int, until: int) -> list[Chart]:
    days = by_day(asked.logs, item, since, until)
    labels = [date.fromordinal(day.day).isoformat()[5:] for day in days]
    lying = Series(N_("In stock at the end of the day"), [float(unscaled(day.on_hand)) for day in days])
    went = Series(N_("Went out"), [float(unscaled(day.out)) for day in days])
    return [Chart(N_("Stock and outflow by day"), labels, (lying, went))]


def stale(asked: Asked) -> list[Problem]:
    """That figures are being made again."""
    first = stale_since(asked.logs)
    return [] if first is None else [Problem("insight.flows_stale", "", {"day": date.fromordinal(first).isoformat()})]


TURNOVER = Report(
    name="turnover",
    title=N_("Inventory turnover"),
    about=N_("How often each item's stock turns, and for how many days what lies there lasts; the slowest first."),
    group=Group.STOCK,
    asks=(Ask.ITEM, Ask.CATEGORY),
    columns=(
        Column(N_("Item"), Kind.THING, width=1.8),
        Column(N_("In stock"), Kind.NUMBER),
        Column(N_("Mean stock"), Kind.NUMBER),
        Column(N_("Shipped"), Kind.NUMBER),
        Column(N_("Consumed"), Kind.NUMBER, needed=False),
        Column(N_("Unit"), width=0.7),
        Column(N_("Turns"), Kind.NUMBER),
        Column(N_("Turns a year"), Kind.NUMBER, needed=False),
        Column(N_("Days of stock"), Kind.NUMBER),
    ),
    rows=turnover_rows,
    meanings=(
        N_("Turns: what was shipped and used in these days, by the mean of what lay there at the end of each."),
        N_("Days of stock: what lies there now, by what went out on a day of late. Empty where nothing went out."),
    ),
    empty=N_("Nothing lay there in this time."),
)

# -- how right the book is --------------------------------------------------------------------------------------------


def accuracy_rows(asked: Asked) -> Rows:
    rows = [
        Row((log, one.zone or Word(N_("without a zone")), one.lines, one.right, one.share, one.quantity))
        for log in asked.logs
        for one in by_zone(log, asked.begins, asked.ends)
    ]
    return Rows(rows)


ACCURACY = Report(
    name="stock-accuracy",
    title=N_("Accuracy of the stock"),
    about=N_("How many lines of counts found what the book had, by warehouse and zone."),
    group=Group.STOCK,
    permission="count:read",
    columns=(
        Column(N_("Warehouse"), Kind.CODE),
        Column(N_("Zone")),
        Column(N_("Lines counted"), Kind.NUMBER),
        Column(N_("Lines right"), Kind.NUMBER),
        Column(N_("Right, %"), Kind.NUMBER),
        Column(N_("By quantity, %"), Kind.NUMBER),
    ),
    rows=accuracy_rows,
    meanings=(
        N_("Of sheets that were posted in these days."),
        N_("By quantity: the mean over the lines, since pieces and kilograms cannot be added up."),
    ),
    empty=N_("No count was posted in this time."),
)

# -- how ready we are for a recall ------------------------------------------------------------------------------------

DRILL_EVERY = 365  # days, at most, between two drills (BRCGS 3.11.4, IFS 5.9.2: at least once a year)
GOOD_SCORE = 80


def ready_rows(asked: Asked) -> Rows:
    """What would hold a recall up: parties that cannot be reached, a drill long ago or badly done, a recall that is
    late."""
    lines, notes = sent(asked)
    customers = {line.side.uri for line in lines if line.side.register == "partners"}
    known = directory()
    told = contacts(sorted(customers))
    drills = list(cases_in(asked.logs, drills=True).filter(closed__isnull=False)[:1])
    late = [
        case for case in cases_in(asked.logs, drills=False).filter(closed__isnull=True) if is_late(case, asked.today)
    ]
    rows = [_drill(drills[0] if drills else None, asked)]
    rows += [_unreachable(one, known) for one in told.values() if not set(one.ways) - {"letter"}]
    rows += [_overdue(case) for case in late]
    reached = sum(bool(set(one.ways) - {"letter"}) for one in told.values())
    facts: list[tuple[str, Cell]] = [
        (N_("Customers who got goods in these days"), len(told)),
        (N_("Of them with a mail address, telephone or web service"), reached),
    ]
    return Rows(rows[: asked.most + 1], notes=notes, facts=facts)


def is_late(case: Case, today: date) -> bool:
    return case.finish_due is not None and case.finish_due < today


def _drill(case: Case | None, asked: Asked) -> Row:
    if case is None:
        return Row(
            (Word(N_("Last drill")), Word(N_("never")), None, Word(N_("Do a drill with any lot that was shipped."))),
            to_drills(),
            "rejected",
        )
    closed = moment(case.closed or 0).astimezone(asked.zone).date()
    days, points = (asked.today - closed).days, int(case.score.get("points", 0))
    missing = sum(value is None or value < FULL for value in case.score.get("parts", {}).values())
    good = days <= DRILL_EVERY and points >= GOOD_SCORE
    advice = (
        Word(N_("Good."))
        if good
        else Word(
            N_("Do one anew: at least every year, and with {points} points or more."), {"points": str(GOOD_SCORE)}
        )
    )
    said = Word(N_("{days} d ago, {points} of 100 points, parts below their full marks: {missing}"),
                {"days": str(days), "points": str(points), "missing": str(missing)})  # fmt: skip
    return Row(
        (Word(N_("Last drill")), Linked(case.number, to_case(case)), said, advice),
        to_case(case),
        "" if good else "pending",
    )


def to_case(case: Case) -> To:
    return To(Page.ADDRESS, {"url": f"/recall/{case.number}"})


def to_drills() -> To:
    return To(Page.ADDRESS, {"url": "/recall/drills"})


def _unreachable(one: Contact, known: Directory) -> Row:
    partner = known.partner_of(one.party)
    to = to_row("partners", partner.code.casefold()) if partner else to_drills()
    advice = Word(N_("Enter a mail address or the telephone of the company."))
    return Row(
        (
            Word(N_("Customer who can't be reached")),
            Named(one.party),
            Word(N_("only by letter") if one.ways else N_("there is no way")),
            advice,
        ),
        to,
        "rejected",
    )


def _overdue(case: Case) -> Row:
    said = Word(N_("was to be over by {day}"), {"day": case.finish_due.isoformat() if case.finish_due else ""})
    advice = Word(N_("Close it, or say what is still open."))
    return Row(
        (Word(N_("Recall that is late")), Linked(case.number, to_case(case)), said, advice), to_case(case), "rejected"
    )


READY = Report(
    name="recall-readiness",
    title=N_("Readiness for a recall"),
    about=N_("What would hold a recall up: customers who can't be reached, the last drill, recalls that are late."),
    group=Group.MARKET,
    columns=(
        Column(N_("What"), width=1.4),
        Column(N_("Which"), Kind.THING, width=1.4),
        Column(N_("How it stands"), width=1.8),
        Column(N_("What to do"), width=2),
    ),
    rows=ready_rows,
    meanings=(N_("Customers are those to whom goods were shipped in these days."),),
)
REPORTS: Sequence[Report] = (TURNOVER, ACCURACY, READY)
