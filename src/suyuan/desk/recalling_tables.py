"""The tables of a case: parties, goods by version, what lies where now, notices, its course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk
from suyuan.desk.audit import names_of
from suyuan.desk.deeds import word_of
from suyuan.desk.naming import Names
from suyuan.desk.recalling import case_url, percent, quantities, quantity_of
from suyuan.governance.audit import Entry, Wanted, search
from suyuan.governance.queries import approvals_of
from suyuan.gs1.quantities import Quantity
from suyuan.ledger.keys import COMPANY, moment
from suyuan.recall.kinds import CAUSES, NOTICE_STATES, ROLES, STEPS, WAYS, Direction, NoticeState, Role, Way
from suyuan.recall.models import Case, Notice, Scope, ScopeGoods
from suyuan.recall.queries import Figures, PartyFigures, difference, scopes_of
from suyuan.stock import queries as stock
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Column, Jump, Row, States, Table, Value
from suyuan.ui.things import Thing

SHOWN = 200
LOOKED = 2000  # goods of which the page asks where they lie now
SIGNED = frozenset({"ApproveNotices", "PublishNotice", "NarrowScope", "CloseRecall", "CancelRecall"})
NOTICE_COLOURS: Mapping[str, str] = {
    NoticeState.DRAFTED: "pending", NoticeState.APPROVED: "pending", NoticeState.SENT: "shipped",
    NoticeState.FAILED: "rejected", NoticeState.CONFIRMED: "released", NoticeState.DROPPED: "expired",
}  # fmt: skip


# -- parties ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party with what it had, what became of it, and whether it was told and said anything."""

    row: PartyFigures
    thing: Thing
    role: str
    had: Sequence[Quantity]
    back: Sequence[Quantity]
    accounted: str
    notice: str
    state: str
    answered: str
    ways: str
    answer: str


@dataclass(frozen=True, slots=True)
class Parties:
    views: Sequence[PartyView]
    total: int


def parties_table(case: Case, now: Figures, desk: Desk) -> Parties:
    """Those who are silent first, then by how much they had."""
    rows = sorted(now.parties, key=lambda row: (row.role != Role.CUSTOMER, row.confirmed, -max(row.had.values())))
    names = Names([row.party for row in rows[:SHOWN]], desk.language)
    return Parties([_party(case, row, names.thing(row.party)) for row in rows[:SHOWN]], len(rows))


def _party(case: Case, row: PartyFigures, thing: Thing) -> PartyView:
    notice = row.notice
    return PartyView(
        row=row,
        thing=thing,
        role=_(ROLES.get(row.role, row.role)),
        had=quantities(row.had),
        back=quantities(row.back),
        accounted=percent(row.share) if row.role == Role.CUSTOMER else "",
        notice=_(NOTICE_STATES[notice.state]) if notice else _("not told"),
        state=NOTICE_COLOURS[NoticeState(notice.state)] if notice else "pending",
        answered=_answered(row),
        ways=" · ".join(row.contact.ways.values()),
        answer=f"{reverse('desk:recall_answer', args=[case.number])}?{urlencode({'party': row.party})}",
    )


def _answered(row: PartyFigures) -> str:
    """What it said, in one line."""
    words = {
        "found": _("found"), "returned": _("returned"), "destroyed": _("destroyed"), "sold": _("sold"),
    }  # fmt: skip
    parts = []
    for unit, answer in row.answers.items():
        for name, word in words.items():
            amount = quantity_of(getattr(answer, name), unit)
            if amount is not None:
                parts.append(f"{word} {amount.amount.normalize():f}")
        if answer.note:
            parts.append(answer.note[:60])
    return " · ".join(parts)


# -- the scope --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its words."""

    scope: Scope
    made: datetime
    cause: str
    url: str


def versions_of(case: Case, desk: Desk) -> list[Version]:
    return [
        Version(
            scope,
            moment(scope.made),
            _(CAUSES[scope.cause]),
            case_url(case.number, "scope", version=str(scope.version)),
        )
        for scope in scopes_of(case)
    ]


@dataclass(frozen=True, slots=True)
class GoodsView:
    """One of the goods of a version: what it is, how it was reached, and whether the case holds it."""

    row: ScopeGoods
    thing: Thing
    affected: Quantity | None
    how: str
    via: Thing | None
    state: str


@dataclass(frozen=True, slots=True)
class GoodsOf:
    """`ahead` are taken back, `behind` is what those came from."""

    ahead: Sequence[GoodsView]
    behind: Sequence[GoodsView]
    total: int
    total_behind: int


def goods_table(scope: Scope, desk: Desk) -> GoodsOf:
    """The goods of a version, what changed first."""
    rows = ScopeGoods.objects.filter(scope=scope).exclude(kind="container", direction=Direction.FORWARD.value)
    ahead = rows.exclude(direction=Direction.BACKWARD.value)
    behind = rows.filter(direction=Direction.BACKWARD.value)
    shown = list(ahead.order_by("out", "-news", "depth", "pk")[:SHOWN])
    before = list(behind.order_by("depth", "pk")[:SHOWN])
    names = Names([uri for row in (*shown, *before) for uri in (row.uri, row.via)], desk.language)
    return GoodsOf(
        [_goods(row, names) for row in shown], [_goods(row, names) for row in before], ahead.count(), behind.count()
    )


def _goods(row: ScopeGoods, names: Names) -> GoodsView:
    how = _("named") if row.direction == Direction.SUBJECT else _(STEPS[row.step]) if row.step else ""
    state = "expired" if row.out else "recalled" if row.held else ""
    affected = quantity_of(row.affected, row.stock_unit) if row.affected else quantity_of(row.quantity, row.unit)
    return GoodsView(
        row, names.thing(row.uri, row.kind), affected, how, names.thing(row.via) if row.via else None, state
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version says that the one before did not."""

    added: Sequence[Thing]
    gone: Sequence[Thing]
    out: Sequence[Thing]
    parties: Sequence[Thing]
    more: int


def difference_of(older: Scope, newer: Scope, desk: Desk) -> Changes:
    found = difference(older, newer)
    parts = [found.added, found.gone, found.taken_out, tuple(party for party, _role in found.parties)]
    names = Names([uri for part in parts for uri in part[:SHOWN]], desk.language)
    added, gone, out, parties = ([names.thing(uri) for uri in part[:SHOWN]] for part in parts)
    return Changes(added, gone, out, parties, sum(max(0, len(part) - SHOWN) for part in parts))


# -- stock ------------------------------------------------------------------------------------------------------------


def lying_now(scope: Scope, desk: Desk) -> Table:
    """Where the goods of a version lie at this moment, by place; of very many the first."""
    rows = ScopeGoods.objects.filter(scope=scope, out=0).exclude(direction=Direction.BACKWARD.value)
    keys = [bytes(key) for key in rows.order_by("pk").values_list("key", flat=True)[:LOOKED]]
    lie = [row for row in stock.stock_of(keys) if row.ours]
    placed = sorted(stock.placed(lie, desk.today.toordinal()), key=lambda row: (row.place, row.uri))
    shown = placed[:SHOWN]
    names = Names([uri for row in shown for uri in (row.uri, row.place, row.container or "")], desk.language)
    columns = (
        Column(_("Place"), "thing"), Column(_("Goods"), "thing"), Column(_("Container"), "thing", needed=False),
        Column(_("Quantity"), "quantity"), Column(_("State"), "state"),
    )  # fmt: skip
    drawn = []
    for row in shown:
        cells: tuple[Value, ...] = (
            names.thing(row.place), names.thing(row.uri),
            names.thing(row.container, "container") if row.container else None,
            Quantity(row.quantity, row.unit or "C62"),
            States(strictest_first(tuple(state.value for state in row.states))),
        )  # fmt: skip
        drawn.append(Row(cells, row.state.value))
    return Table(_("In our stock"), columns, drawn, _("None of it is with us any more."), len(placed))


# -- notices ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with its words. `name`: of the party in the reader's language; in the letter it is in the letter's."""

    notice: Notice
    name: str
    way: str
    state: str
    word: str
    sent: datetime | None
    due: datetime | None
    late: bool
    url: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Notices:
    views: Sequence[NoticeView]
    counts: Sequence[tuple[str, str, int]] = field(default_factory=tuple)


def notice_groups(case: Case, desk: Desk) -> Notices:
    """What has to be done first: drafts, what failed, what is late."""
    order = [state.value for state in (NoticeState.FAILED, NoticeState.DRAFTED, NoticeState.APPROVED, NoticeState.SENT)]
    found = list(Notice.objects.filter(case=case).order_by("pk"))
    found.sort(key=lambda one: order.index(one.state) if one.state in order else len(order))
    counts = [
        (_(word), NOTICE_COLOURS[NoticeState(state)], count)
        for state, word in NOTICE_STATES.items()
        if (count := sum(one.state == state for one in found))
    ]
    names = Names([one.party for one in found[:SHOWN]], desk.language)
    return Notices([notice_view(one, desk, names) for one in found[:SHOWN]], counts)


def notice_view(notice: Notice, desk: Desk, names: Names) -> NoticeView:
    due = moment(notice.due) if notice.due else None
    waits = notice.state == NoticeState.SENT
    return NoticeView(
        notice,
        names.name(notice.party) or notice.name,
        _(WAYS[notice.way]),
        NOTICE_COLOURS[NoticeState(notice.state)],
        _(NOTICE_STATES[notice.state]),
        moment(notice.sent) if notice.sent else None,
        due if waits else None,
        late=bool(waits and due and due < desk.now),
        url=reverse("desk:recall_notice", args=[notice.case.number, notice.pk]),
        by_hand=notice.way in (Way.LETTER, Way.PHONE),
    )


# -- what was done ----------------------------------------------------------------------------------------------------


def told_of(case: Case, desk: Desk) -> Table:
    """Every command about the case with who gave it and who signed it, from the log."""
    columns = (
        Column(_("Time"), "time"), Column(_("What")), Column(_("By")), Column(_("Signed by"), needed=False),
        Column(_("Why"), needed=False),
    )  # fmt: skip
    rows = [
        Row((one.at, _entry_word(one.command, one.key, one.log, desk), one.name, signers(one), one.reason))
        for one in entries_of(case)
    ]
    return Table(_("Course"), columns, rows, _("Nothing is recorded of it yet."))


def entries_of(case: Case) -> Sequence[Entry]:
    """The records of what was done about the case, the latest first."""
    return search(Wanted(about=case.uri, logs=(case.log, COMPANY)), SHOWN).entries


def signers(one: Entry) -> str:
    """Who signed it, of commands that two people give."""
    if one.command not in SIGNED:
        return ""
    given = [Entry(a.log, a.id, a.kind, "approval", a.at, a.body) for a in approvals_of(one.id)]
    known = names_of(given)
    return ", ".join(known.get(each.actor, each.name) for each in given)


def _entry_word(command: str, key: str, log: str, desk: Desk) -> Value:
    """What was done, with the record for whoever may read the audit."""
    if desk.actor.may("audit.export:read", log):
        return Jump(word_of(command), reverse("desk:audit_entry", args=[log, key]))
    return word_of(command)
