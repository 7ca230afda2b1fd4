"""Drugs and medical devices: purchases accepted, sales and checks on leaving, with the columns of the rules for each.

What the rules want of an item beside its name and specification stands in own fields of its category (`named`): they
are filled in with the item.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from suyuan.accounts.models import User
from suyuan.gs1.problems import N_
from suyuan.insight.reports.declared import Ask, Asked, Cell, Column, Group, Kind, Report, Row, Rows, Word, to_event
from suyuan.insight.reports.happened import Event, events_naming
from suyuan.insight.reports.lines import Line, Price, price_of, prices, received, sent
from suyuan.insight.reports.lots import per_unit
from suyuan.insight.reports.named import FORM, GENERIC, HOLDER, MAKER, MAKER_LICENCE, MODEL, REGISTRATION

DRUGS, GSP = N_("Drug Administration Law, article 57"), N_("Good Supply Practice (GSP) for drugs")
DEVICES_IN, DEVICES_OUT = (
    N_("Measures for the supervision of medical device operation, article 32"),
    N_("Measures for the supervision of medical device operation, article 38"),
)  # fmt: skip
COSTS = "cost.view:read"
OWN_FIELDS = N_(
    "Generic name, dosage form, maker, holder, licence and registration number and model are own fields of the "
    "item's category, with the codes GENERIC_NAME, DOSAGE_FORM, MAKER, MAH, MAKER_LICENCE, REGISTRATION_NO and MODEL. "
    "A category that has them asks for them with the item."
)
ASKS = (Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY)


def own(line: Line, code: str) -> str:
    return line.item.custom.get(code, "")


def generic(line: Line) -> str:
    return own(line, GENERIC) or line.item.name


def drug_cells(line: Line) -> tuple[Cell, ...]:
    return (
        generic(line), own(line, FORM), line.item.spec, line.lot, line.dates.expiry, own(line, HOLDER),
        own(line, MAKER),
    )  # fmt: skip


def drug_columns(clause: str) -> tuple[Column, ...]:
    return (
        Column(N_("Generic name"), clause=clause, width=1.5),
        Column(N_("Dosage form"), clause=clause),
        Column(N_("Specification"), clause=clause),
        Column(N_("Batch"), clause=clause, width=1.2),
        Column(N_("Valid until"), Kind.DATE, clause),
        Column(N_("Marketing authorisation holder"), clause=clause, needed=False, width=1.3),
        Column(N_("Maker"), clause=clause, needed=False, width=1.3),
    )


PRICED = (
    Column(N_("Price"), Kind.NUMBER, needed=False),
    Column(N_("Amount"), Kind.NUMBER, needed=False),
    Column(N_("Currency"), needed=False, width=0.7),
)


def money(line: Line, found: Mapping[tuple[str, str], Price]) -> tuple[Cell, ...]:
    """What the order says; nothing where it says none, or the reader may not know."""
    price = price_of(line, found)
    if price is None:
        return None, None, ""
    amount = (price.amount * line.amount).quantize(Decimal("0.01"))
    return price.amount.quantize(Decimal("0.0001")).normalize(), amount, price.currency


def costs(asked: Asked, lines: Sequence[Line]) -> dict[tuple[str, str], Price]:
    return prices(lines) if COSTS in asked.may else {}


# -- drugs ------------------------------------------------------------------------------------------------------------


def drugs_in(asked: Asked) -> Rows:
    lines, notes = received(asked)
    paid, judged = costs(asked, lines), verdicts(lines)
    people = names_of(one for one, _passed in judged.values())
    rows = []
    for line in lines[: asked.most + 1]:
        event, passed = judged.get((line.event.id, line.goods.key), (None, None))
        by = people.get(str(event.body.get("suyuan:by", "")), "") if event else ""
        day = event.at.astimezone(asked.zone).date() if event else None
        word = None if passed is None else Word(N_("passed")) if passed else Word(N_("not passed"))
        cells = (
            *drug_cells(line), own(line, REGISTRATION), line.dates.produced, line.side.name, line.amount, line.unit,
            line.day, *money(line, paid), word, day, by,
        )  # fmt: skip
        rows.append(Row(cells, to_event(line.event.log, line.event.id)))
    return Rows(rows, notes=notes)


def verdicts(lines: Sequence[Line]) -> dict[tuple[bytes, bytes], tuple[Event, bool]]:
    """(receipt, lot) → the inspection of the lot that judged it, and whether it passed: the last before more of the lot
    came, else the first one after. A fixed number of statements."""
    by_lot: dict[bytes, list[Event]] = {}
    came: dict[bytes, list[datetime]] = {}
    for one in events_naming({line.goods.key for line in lines}, ("inspecting", "receiving")):
        for lot in {goods.lot or goods.key for goods in one.named}:
            if one.step == "receiving":
                came.setdefault(lot, []).append(one.at)
            else:
                by_lot.setdefault(lot, []).append(one)
    found = {}
    for line in lines:
        more = min((at for at in came.get(line.goods.key, ()) if at > line.event.at), default=None)
        later = [one for one in by_lot.get(line.goods.key, ()) if one.at >= line.event.at]
        own_ones = [one for one in later if more is None or one.at < more] or later[:1]
        if own_ones:
            passed = not own_ones[-1].disposition.endswith("non_conformant")
            found[line.event.id, line.goods.key] = own_ones[-1], passed
    return found


def names_of(events: Iterable[Event]) -> dict[str, str]:
    """Account → printed name of who did these. One statement."""
    wanted = {str(one.body.get("suyuan:by", "")) for one in events}
    ids = [text for text in wanted if len(text) == 36]
    return {str(key): name for key, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}


DRUGS_IN = Report(
    name="drugs-in",
    title=N_("Drugs: records of purchase and acceptance"),
    about=N_("What drugs came in from whom, and whether they were accepted by whom."),
    group=Group.LAW,
    law=GSP,
    keeps=N_("At least five years; of vaccines five years after the end of validity."),
    asks=ASKS,
    needs=(COSTS,),
    columns=(
        *drug_columns(DRUGS),
        Column(N_("Approval number"), clause=GSP, needed=False, width=1.2),
        Column(N_("Production date"), Kind.DATE, GSP, needed=False),
        Column(N_("Supplied by"), clause=DRUGS, width=1.4),
        Column(N_("Quantity that came"), Kind.NUMBER, DRUGS),
        Column(N_("Unit"), clause=DRUGS, width=0.7),
        Column(N_("Date of purchase"), Kind.DATE, DRUGS),
        *PRICED,
        Column(N_("Result of acceptance"), clause=GSP),
        Column(N_("Accepted on"), Kind.DATE, GSP, needed=False),
        Column(N_("Accepted by"), clause=GSP, needed=False),
    ),
    rows=drugs_in,
    by_event=True,
    meanings=(OWN_FIELDS,),
    empty=N_("Nothing was received from others in these days."),
)


def drugs_out(asked: Asked) -> Rows:
    lines, notes = sent(asked)
    paid = costs(asked, lines)
    rows = [
        Row(
            (*drug_cells(line), line.side.name, line.amount, line.unit, *money(line, paid), line.day),
            to_event(line.event.log, line.event.id), "rejected" if line.sign < 0 else "",
        )
        for line in lines[: asked.most + 1]
    ]  # fmt: skip
    return Rows(rows, notes=notes)


DRUGS_OUT = Report(
    name="drugs-sold",
    title=N_("Drugs: records of sale"),
    about=N_("What drugs were sold to whom, with batch, validity and price."),
    group=Group.LAW,
    law=GSP,
    keeps=N_("At least five years; of vaccines five years after the end of validity."),
    asks=ASKS,
    needs=(COSTS,),
    columns=(
        *drug_columns(DRUGS),
        Column(N_("Buyer"), clause=DRUGS, width=1.4),
        Column(N_("Quantity sold"), Kind.NUMBER, DRUGS),
        Column(N_("Unit"), clause=DRUGS, width=0.7),
        *PRICED,
        Column(N_("Date of sale"), Kind.DATE, DRUGS),
    ),
    rows=drugs_out,
    by_event=True,
    meanings=(OWN_FIELDS,),
    empty=N_("Nothing was sent to others in these days."),
)


def drugs_checked(asked: Asked) -> Rows:
    """Each line that left, with the state it was in then and who let it go: goods that are not released cannot
    leave."""
    lines, notes = sent(asked)
    people = names_of(line.event for line in lines)
    rows = [
        Row(
            (
                line.side.name, *drug_cells(line), line.amount, line.unit, line.day, Word(N_("released")),
                people.get(str(line.event.body.get("suyuan:by", "")), ""),
            ),
            to_event(line.event.log, line.event.id),
        )
        for line in lines
        if line.sign > 0
    ]  # fmt: skip
    return Rows(rows[: asked.most + 1], notes=notes)


DRUGS_CHECKED = Report(
    name="drugs-checked",
    title=N_("Drugs: records of checks on leaving"),
    about=N_("What drugs left to whom, in which state, and who checked it."),
    group=Group.LAW,
    law=GSP,
    keeps=N_("At least five years."),
    asks=ASKS,
    columns=(
        Column(N_("Buyer"), clause=GSP, width=1.4),
        *drug_columns(GSP),
        Column(N_("Quantity"), Kind.NUMBER, GSP),
        Column(N_("Unit"), clause=GSP, width=0.7),
        Column(N_("Left on"), Kind.DATE, GSP),
        Column(N_("State of quality"), clause=GSP),
        Column(N_("Checked by"), clause=GSP),
    ),
    rows=drugs_checked,
    by_event=True,
    meanings=(
        OWN_FIELDS,
        N_("Goods that are held, expired or not released are refused at the door, so that what left was released."),
    ),
    empty=N_("Nothing was sent to others in these days."),
)

# -- medical devices --------------------------------------------------------------------------------------------------


def device_columns(clause: str) -> tuple[Column, ...]:
    return (
        Column(N_("Name of the device"), clause=clause, width=1.5),
        Column(N_("Model"), clause=clause),
        Column(N_("Specification"), clause=clause),
        Column(N_("Quantity"), Kind.NUMBER, clause),
        Column(N_("Unit"), clause=clause, width=0.7),
        Column(N_("Registration number"), clause=clause, needed=False, width=1.3),
        Column(N_("Registrant"), clause=clause, needed=False, width=1.3),
        Column(N_("Maker"), clause=clause, needed=False, width=1.3),
        Column(N_("Production licence of the maker"), clause=clause, needed=False, width=1.3),
        Column(N_("Lot or serial number"), clause=clause, width=1.3),
        Column(N_("Valid until"), Kind.DATE, clause),
    )


def device_cells(line: Line) -> tuple[Cell, ...]:
    return (
        line.item.name, own(line, MODEL), line.item.spec, line.amount, line.unit, own(line, REGISTRATION),
        own(line, HOLDER), own(line, MAKER), own(line, MAKER_LICENCE), line.number, line.dates.expiry,
    )  # fmt: skip


def devices_in(asked: Asked) -> Rows:
    lines, notes = received(asked, per_unit)
    paid = costs(asked, lines)
    return Rows([_device(line, paid) for line in lines[: asked.most + 1]], notes=notes)


def devices_out(asked: Asked) -> Rows:
    lines, notes = sent(asked, per_unit)
    paid = costs(asked, lines)
    return Rows([_device(line, paid) for line in lines[: asked.most + 1]], notes=notes)


def _device(line: Line, paid: Mapping[tuple[str, str], Price]) -> Row:
    side = line.side
    licence = side.numbers(line.day, ("device-licence", "business-licence"))
    return Row(
        (*device_cells(line), line.day, side.name, licence, side.where, side.reach, *money(line, paid)),
        to_event(line.event.log, line.event.id), "rejected" if line.sign < 0 else "",
    )  # fmt: skip


def device_report(name: str, title: str, about: str, clause: str, party: str, day: str, empty: str) -> Report:
    return Report(
        name=name, title=title, about=about, group=Group.LAW, law=clause,
        keeps=N_("Two years after the end of validity; at least five years where there is none; of implants for ever."),
        asks=ASKS, needs=(COSTS,),
        columns=(
            *device_columns(clause),
            Column(day, Kind.DATE, clause),
            Column(party, clause=clause, width=1.4),
            Column(N_("Licence number"), clause=clause, needed=False, width=1.2),
            Column(N_("Address"), clause=clause, needed=False, width=1.6),
            Column(N_("Contact details"), clause=clause, needed=False, width=1.2),
            *PRICED,
        ),
        rows=devices_in if name == "devices-in" else devices_out,
        by_event=True,
        meanings=(OWN_FIELDS,),
        empty=empty,
    )  # fmt: skip


REPORTS = (
    DRUGS_IN,
    DRUGS_OUT,
    DRUGS_CHECKED,
    device_report(
        "devices-in", N_("Medical devices: records of purchases checked"),
        N_("What devices came in from whom, by lot or serial number, with registration and licences."),
        DEVICES_IN, N_("Supplied by"), N_("Date of purchase"), N_("Nothing was received from others in these days."),
    ),
    device_report(
        "devices-sold", N_("Medical devices: records of sale"),
        N_("What devices were sold to whom, by lot or serial number, with registration and licences."),
        DEVICES_OUT, N_("Buyer"), N_("Date of sale"), N_("Nothing was sent to others in these days."),
    ),
)  # fmt: skip
