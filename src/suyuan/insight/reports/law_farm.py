"""Edible farm produce (Food Safety Law, article 65), and who keeps or carries food for others (Regulation, article
25)."""

from suyuan.gs1.problems import N_
from suyuan.insight.reports.declared import Ask, Asked, Choice, Column, Group, Kind, Report, Row, Rows, to_event
from suyuan.insight.reports.law_food import VOIDED
from suyuan.insight.reports.lines import Line, file_names, proofs, received, sent
from suyuan.insight.reports.named import Side, Sides

FARM, CARRIED = (
    N_("Food Safety Law, article 65"), N_("Regulation on the Implementation of the Food Safety Law, article 25"),
)  # fmt: skip


def farm_in(asked: Asked) -> Rows:
    lines, notes = received(asked)
    files = file_names(lines)
    rows = [
        Row(
            (
                line.item.name, line.amount, line.unit, line.day, line.side.name, line.side.where, line.side.reach,
                proofs(line, files),
            ),
            to_event(line.event.log, line.event.id),
        )
        for line in lines[: asked.most + 1]
    ]  # fmt: skip
    return Rows(rows, notes=notes)


FARM_IN = Report(
    name="farm-produce-in",
    title=N_("Edible farm produce: records of purchases checked"),
    about=N_("What farm produce came from whom, with the certificate that promises it is fit."),
    group=Group.LAW,
    law=FARM,
    keeps=N_("At least six months; records of farms at least two years."),
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    columns=(
        Column(N_("Name of the produce"), clause=FARM, width=1.6),
        Column(N_("Quantity"), Kind.NUMBER, FARM),
        Column(N_("Unit"), clause=FARM, width=0.7),
        Column(N_("Date of purchase"), Kind.DATE, FARM),
        Column(N_("Supplied by"), clause=FARM, width=1.4),
        Column(N_("Address"), clause=FARM, needed=False, width=1.6),
        Column(N_("Contact details"), clause=FARM, needed=False, width=1.2),
        Column(N_("Promise of fitness (certificate)"), clause=FARM, needed=False, width=1.4),
    ),
    rows=farm_in,
    by_event=True,
    empty=N_("Nothing was received from others in these days."),
)


def others_goods(asked: Asked) -> Rows:
    """What was kept or carried for others: goods that came in or went out whose owner is not we."""
    came, notes = received(asked)
    went, more = sent(asked)
    lines = sorted([*came, *went], key=lambda line: (line.event.at, line.event.id, line.goods.uri))
    told = [(line, *ends(line)) for line in lines]
    sides = Sides({uri for _line, *pair in told for uri in pair}, asked.language)
    rows = [_carried(line, sides.of(consignor), sides.of(consignee)) for line, consignor, consignee in told]
    only = asked.values["whose"] == "others"
    rows = [row for row, (line, *_ends) in zip(rows, told, strict=True) if not only or owner_is_another(line)]
    return Rows(rows[: asked.most + 1], notes=[*notes, *more])


def ends(line: Line) -> tuple[str, str]:
    """Who sent it and who gets it, as the event says."""
    return line.event.party("from"), line.event.party("to")


def owner_is_another(line: Line) -> bool:
    """Is the owner somebody other than whoever has it here?"""
    parties = line.event.parties
    here = "to" if line.event.step == "receiving" else "from"
    return parties.get(f"{here}.owning_party") != parties.get(f"{here}.possessing_party")


def _carried(line: Line, consignor: Side, consignee: Side) -> Row:
    return Row(
        (
            line.day, line.item.name, line.lot, line.amount, line.unit, consignor.name, consignor.where,
            consignor.reach, consignee.name, consignee.where, consignee.reach,
        ),
        to_event(line.event.log, line.event.id), "rejected" if line.sign < 0 else "",
    )  # fmt: skip


KEPT_FOR_OTHERS = Report(
    name="storage-and-transport",
    title=N_("Food kept or carried for others"),
    about=N_("For whom food was stored or transported, and to whom it went."),
    group=Group.LAW,
    law=CARRIED,
    keeps=N_("At least two years after the end of the service."),
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    choices=(Choice("whose", N_("Whose goods"), {"others": N_("Goods of others"), "all": N_("All goods")}),),
    columns=(
        Column(N_("Day"), Kind.DATE, CARRIED),
        Column(N_("Name of the food"), clause=CARRIED, width=1.6),
        Column(N_("Production lot"), width=1.3),
        Column(N_("Quantity"), Kind.NUMBER),
        Column(N_("Unit"), width=0.7),
        Column(N_("Consignor"), clause=CARRIED, width=1.4),
        Column(N_("Address of the consignor"), clause=CARRIED, needed=False, width=1.6),
        Column(N_("Contact of the consignor"), clause=CARRIED, needed=False, width=1.2),
        Column(N_("Consignee"), clause=CARRIED, width=1.4),
        Column(N_("Address of the consignee"), clause=CARRIED, needed=False, width=1.6),
        Column(N_("Contact of the consignee"), clause=CARRIED, needed=False, width=1.2),
    ),
    rows=others_goods,
    by_event=True,
    meanings=(VOIDED,),
    empty=N_("Nothing was kept or carried for others in these days."),
)
REPORTS = (FARM_IN, KEPT_FOR_OTHERS)
