"""How right people work: by person, team or shift, of what they received, picked and counted, and what of theirs was
corrected later. For training and rewards; a rate without the number it is of says little, so both stand there.

What is told of a person is for few: who may not see it of others sees only his own.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.db import connection

from suyuan.accounts.models import Team
from suyuan.accounts.rules import in_language
from suyuan.catalog.rules import shift_of
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.reports.declared import Asked, Cell, Choice, Column, Group, Kind, Report, Row, Rows, Word
from suyuan.ledger.keys import micros, moment
from suyuan.operations.inbound.accuracy import scored
from suyuan.operations.inbound.history import names_of
from suyuan.picking.models import Task
from suyuan.stocktake.models import State


class By(StrEnum):
    PERSON = "person"
    TEAM = "team"
    SHIFT = "shift"


WORDS = {By.PERSON: N_("Person"), By.TEAM: N_("Team"), By.SHIFT: N_("Shift")}


class Deed(NamedTuple):
    """So much that somebody (account) did at a moment (microseconds), and how much of it was wrong: of a kind."""

    account: str
    at: int
    kind: str
    done: int
    wrong: int


EVERYBODY, ONESELF = "work.errors:read", "work.errors:read-own"
RECEIVED, PICKED, COUNTED, CORRECTED = "received", "picked", "counted", "corrected"


@dataclass(frozen=True, slots=True)
class Work:
    """What was done of each kind, and how much of it was wrong."""

    received: int = 0
    received_wrong: int = 0
    picked: int = 0
    picked_wrong: int = 0
    counted: int = 0
    counted_wrong: int = 0
    corrected: int = 0

    def plus(self, deed: Deed) -> "Work":
        if deed.kind == CORRECTED:
            return replace(self, corrected=self.corrected + deed.wrong)
        done, wrong = getattr(self, deed.kind), getattr(self, f"{deed.kind}_wrong")
        return replace(self, **{deed.kind: done + deed.done, f"{deed.kind}_wrong": wrong + deed.wrong})

    @property
    def done(self) -> int:
        return self.received + self.picked + self.counted

    @property
    def wrong(self) -> int:
        return self.received_wrong + self.picked_wrong + self.counted_wrong

    @property
    def rate(self) -> Decimal | None:
        """Errors of a thousand."""
        return Decimal(f"{1000 * self.wrong / self.done:.1f}") if self.done else None


# -- what was done ----------------------------------------------------------------------------------------------------


def receiving(asked: Asked) -> Iterable[Deed]:
    """Lines of receipts that could be judged; wrong ones were corrected later, or not as announced without a word."""
    for log in asked.logs:
        for one in scored(log, asked.since, asked.until, asked.zone):
            yield Deed(one.account, one.at, RECEIVED, one.score.judged, one.score.judged - one.score.right)


def picking(asked: Asked) -> Iterable[Deed]:
    """Scans of picks; wrong ones were of another bin or lot. One statement."""
    tasks = Task.objects.filter(
        log__in=asked.logs, done__gte=micros(asked.begins), done__lt=micros(asked.ends), scans__gt=0
    ).exclude(person="")
    for person, at, scans, confirmed in tasks.values_list("person", "done", "scans", "confirmed"):
        yield Deed(person, at or 0, PICKED, scans, max(scans - confirmed, 0))


_COUNTED = (
    "SELECT t.account, t.at, CASE WHEN t.total = f.counted THEN 0 ELSE 1 END FROM ("
    'SELECT l.bin_id, l.subject, l.round, l."by" AS account, MAX(l.seen) AS at, SUM(l.quantity) AS total '
    "FROM stocktake_countline l JOIN stocktake_countsheet s ON s.id = l.sheet_id "
    "WHERE l.struck IS NULL AND s.state = %s AND s.warehouse_id IN ({logs}) AND l.seen >= %s AND l.seen < %s "
    'GROUP BY l.bin_id, l.subject, l.round, l."by") t '
    "JOIN (SELECT bin_id, subject, SUM(counted) AS counted FROM stocktake_countfinding WHERE posted "
    "GROUP BY bin_id, subject) f ON f.bin_id = t.bin_id AND f.subject = t.subject"
)


def counting(asked: Asked) -> Iterable[Deed]:
    """What somebody counted in a bin in one round; wrong where something else was written in the end. One statement."""
    sql = _COUNTED.format(logs=", ".join(["%s"] * len(asked.logs)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [State.POSTED.value, *asked.logs, micros(asked.begins), micros(asked.ends)])
        for account, at, wrong in cursor.fetchall():
            yield Deed(account, int(at), COUNTED, 1, int(wrong))


_CORRECTED = (
    "SELECT DISTINCT r.id, r.event_time, b.body FROM ledger_record d JOIN ledger_record r ON r.id = d.declares "
    "AND r.log = d.log AND r.declares IS NULL JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE d.declares IS NOT NULL AND r.event_time >= %s AND r.event_time < %s AND r.log IN ({logs})"
)


def correcting(asked: Asked) -> Iterable[Deed]:
    """Events that were declared wrong later, by whoever had recorded them. One statement."""
    sql = _CORRECTED.format(logs=", ".join(["%s"] * len(asked.logs)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [micros(asked.begins), micros(asked.ends), *asked.logs])
        rows = cursor.fetchall()
    for _id, at, body in rows:
        if account := str(json.loads(bytes(body)).get("suyuan:by") or ""):
            yield Deed(account, int(at), CORRECTED, 0, 1)


def deeds(asked: Asked) -> list[Deed]:
    """All that was done in the days and warehouses; three statements, and two for each warehouse."""
    return [*receiving(asked), *picking(asked), *counting(asked), *correcting(asked)]


# -- put together -----------------------------------------------------------------------------------------------------

Keys = Callable[[Deed], Iterable[str]]


def together(found: Iterable[Deed], keys: Keys) -> dict[str, Work]:
    """By what each deed belongs to, which may be several: who is in two teams counts in both."""
    sums: dict[str, Work] = defaultdict(Work)
    for deed in found:
        for key in keys(deed):
            sums[key] = sums[key].plus(deed)
    return dict(sums)


def keys_of(by: By, asked: Asked, teams: Mapping[str, Sequence[str]]) -> Keys:
    match by:
        case By.TEAM:
            return lambda deed: teams.get(deed.account, [""])
        case By.SHIFT:
            return lambda deed: [shift_of(local(deed.at, asked).time())]
    return lambda deed: [deed.account]


def local(at: int, asked: Asked) -> datetime:
    return moment(at).astimezone(asked.zone)


def teams_of() -> tuple[dict[str, list[str]], dict[str, Team]]:
    """Account → the codes of its teams, and all teams by code. Two statements."""
    found: dict[str, list[str]] = defaultdict(list)
    teams = {team.code: team for team in Team.objects.all()}
    for code, account in Team.members.through.objects.values_list("team_id", "user_id"):
        found[str(account)].append(code)
    return found, teams


SHIFTS = {"A": N_("Shift A"), "B": N_("Shift B"), "C": N_("Shift C")}


def errors_rows(asked: Asked) -> Rows:
    by = By(asked.values["by"])
    members, teams = teams_of()
    done = [deed for deed in deeds(asked) if not asked.team or asked.team in members.get(deed.account, ())]
    notes = []
    if EVERYBODY not in asked.may:
        done = [deed for deed in done if deed.account == asked.reader]
        notes = [Problem("insight.own_errors")]
    sums = together(done, keys_of(by, asked, members))
    names = names_of(sums) if by is By.PERSON else {}

    def name(key: str) -> Cell:
        match by:
            case By.TEAM if key in teams:
                return in_language(asked.language, teams[key].name_zh, teams[key].name_en, key)
            case By.TEAM:
                return Word(N_("in no team"))
            case By.SHIFT:
                return Word(SHIFTS[key]) if key in SHIFTS else key
        return names.get(key) or Word(N_("a system"))

    ordered = sorted(sums.items(), key=lambda entry: (-(entry[1].rate or 0), -entry[1].done, entry[0]))
    return Rows([_row(name(key), work) for key, work in ordered], notes=notes)


def _row(name: Cell, work: Work) -> Row:
    return Row(
        (
            name, work.received, work.received_wrong, work.picked, work.picked_wrong, work.counted, work.counted_wrong,
            work.corrected, work.done, work.wrong, work.rate,
        )
    )  # fmt: skip


ERRORS = Report(
    name="people-errors",
    title=N_("Errors of people and shifts"),
    about=N_("How much each person, team or shift received, picked and counted, and how much of it was wrong."),
    group=Group.PEOPLE,
    permission=ONESELF,
    needs=(EVERYBODY,),
    choices=(Choice("by", N_("By"), {one.value: WORDS[one] for one in By}),),
    columns=(
        Column(N_("Who"), width=1.6),
        Column(N_("Lines received"), Kind.NUMBER),
        Column(N_("of them wrong"), Kind.NUMBER),
        Column(N_("Scans when picking"), Kind.NUMBER),
        Column(N_("of them wrong"), Kind.NUMBER),
        Column(N_("Counts"), Kind.NUMBER),
        Column(N_("of them wrong"), Kind.NUMBER),
        Column(N_("Events corrected"), Kind.NUMBER, needed=False),
        Column(N_("All together"), Kind.NUMBER, needed=False),
        Column(N_("Wrong"), Kind.NUMBER),
        Column(N_("Of a thousand"), Kind.NUMBER),
    ),
    rows=errors_rows,
    meanings=(
        N_("Received: lines that could be judged against a notice; one that was corrected later was wrong."),
        N_("Picked: scans of another bin or lot than the one asked for are wrong. Nothing wrong left the bin by them."),
        N_("Counted: what somebody saw in a bin, against what was posted in the end."),
        N_("Events corrected: declared wrong later; they stand by whoever had recorded them, and not in the rate."),
        N_("Who is in several teams counts in each."),
    ),
    empty=N_("Nobody received, picked or counted in this time."),
)
REPORTS = (ERRORS,)
