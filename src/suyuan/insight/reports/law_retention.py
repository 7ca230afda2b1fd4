"""Until when the records of a lot are kept, and why: by the longest rule, or for a legal hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from suyuan.gs1.problems import N_
from suyuan.insight.legal_holds import held
from suyuan.insight.models import LegalHold
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Choice,
    Column,
    Group,
    Kind,
    Linked,
    Named,
    Report,
    Row,
    Rows,
    Word,
    to_row,
    to_thing,
)
from suyuan.insight.reports.lots import is_lot
from suyuan.insight.reports.named import ItemFacts, Items
from suyuan.insight.retention import Kept, kept
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import micros, moment
from suyuan.stock.queries import uris_of

_LATEST = (
    "SELECT DISTINCT COALESCE(lot, subject) FROM stock_subject WHERE log IN ({logs}) AND container = 0 "
    "AND last_at >= %s AND last_at < %s LIMIT %s"
)
_LAST = "SELECT subject, item, expiry, last_at FROM stock_subject WHERE subject {keys} UNION ALL " + (
    "SELECT lot, item, expiry, last_at FROM stock_subject WHERE lot {keys}"
)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot with what its rules are counted from."""

    uri: str
    item: ItemFacts
    expiry: date | None
    last: date

    @property
    def kept(self) -> Kept:
        return kept(self.item.regimes, self.expiry, self.last)


def lots_of(asked: Asked) -> list[Lot]:
    """The lots to which the last thing happened in these days here. Four statements."""
    sql = _LATEST.format(logs=", ".join(["%s"] * len(asked.logs)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked.logs, micros(asked.begins), micros(asked.ends), asked.most + 1])
        keys = [bytes(row[0]) for row in cursor.fetchall()]
        rows = select_in(cursor, _LAST, keys)
    last: dict[bytes, int] = {}
    expiry: dict[bytes, int] = {}
    items: dict[bytes, bytes] = {}
    for subject, item, day, at in rows:
        key = bytes(subject)
        last[key] = max(at, last.get(key, at))
        if day is not None:
            expiry[key] = min(day, expiry.get(key, day))
        if item:
            items[key] = bytes(item)
    facts, uris = Items(items.values(), asked.language), uris_of(keys)
    return [
        Lot(
            uris[key], facts.of(items.get(key, key), uris[key]),
            date.fromordinal(expiry[key]) if key in expiry else None, moment(last[key]).astimezone(asked.zone).date(),
        )
        for key in keys
        if key in uris and key in last
    ]  # fmt: skip


def retained(asked: Asked) -> Rows:
    found = [lot for lot in lots_of(asked) if wanted(asked, lot)]
    holds = held(uri for lot in found for uri in (lot.uri, lot.item.uri))
    rows = [(lot, holds.get(lot.uri) or holds.get(lot.item.uri)) for lot in found]
    if asked.values["state"] == "over":
        rows = [(lot, hold) for lot, hold in rows if hold is None and is_over(lot.kept, asked.today)]
    order = sorted(rows, key=lambda pair: (pair[0].kept.until or date.max, pair[0].uri))
    return Rows([_row(lot, hold, asked.today) for lot, hold in order])


def wanted(asked: Asked, lot: Lot) -> bool:
    return (
        (not asked.item or lot.item.uri == asked.item)
        and (not asked.category or lot.item.category == asked.category)
        and is_lot(asked.lot, lot.uri)
    )


def is_over(one: Kept, today: date) -> bool:
    return one.until is not None and one.until < today


def _row(lot: Lot, hold: LegalHold | None, today: date) -> Row:
    found = lot.kept
    why: Cell = found.rule.law and Word(found.rule.law) if found.rule else no_rule(lot.item)
    until: Cell = found.until or Word(N_("for ever") if found.ever else N_("nobody has said"))
    state = Word(N_("legal hold") if hold else N_("may end") if is_over(found, today) else N_("to be kept"))
    told = f"{hold.by_name}: {hold.reason}" if hold else ""
    return Row((Named(lot.uri), lot.expiry, lot.last, until, why, state, told), to_thing(lot.uri),
               "held" if hold else "")  # fmt: skip


def no_rule(item: ItemFacts) -> Cell:
    """Where it is said which rules hold."""
    word = Word(N_("no rule is chosen for its category"))
    return Linked(word, to_row("categories", item.category)) if item.category else word


STATES: Mapping[str, str] = {"all": N_("All"), "over": N_("Those whose time is over")}
RETENTION = Report(
    name="retention",
    title=N_("How long records are kept"),
    about=N_("Until when the records of each lot are kept, by which rule, and what is under a legal hold."),
    group=Group.LAW,
    asks=(Ask.ITEM, Ask.LOT, Ask.CATEGORY),
    choices=(Choice("state", N_("Which lots"), STATES),),
    columns=(
        Column(N_("Lot"), Kind.THING, width=1.6),
        Column(N_("Last day of use"), Kind.DATE),
        Column(N_("Last event"), Kind.DATE),
        Column(N_("Kept until"), width=1.0),
        Column(N_("By this rule"), width=2.0),
        Column(N_("State")),
        Column(N_("Legal hold"), needed=False, width=2.0),
    ),
    rows=retained,
    meanings=(
        N_("Of the rules that hold for a category the longest counts, from the last day of use or the last event."),
        N_("The days are those of the last event. Records are never removed; when the time is over nobody has to keep "
           "them, and personal data in them may be erased."),
    ),
    empty=N_("Nothing happened last to a lot in these days."),
)  # fmt: skip
REPORTS: Sequence[Report] = (RETENTION,)
