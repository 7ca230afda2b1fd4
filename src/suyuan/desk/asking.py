"""What may be asked of the ledger beside a number: who did it, on which line, where, when, which check failed.

Read from an address into what `trace.concerned` seeks; what means nothing is a problem beside its field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from suyuan.accounts.models import User
from suyuan.desk.access import Desk
from suyuan.desk.forms import clean, day_of
from suyuan.governance.records import person_uri
from suyuan.gs1.problems import Problem
from suyuan.inspection.judging import conforms
from suyuan.inspection.kinds import State
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import cells_of_row, row_checks
from suyuan.ledger.keys import key16, micros
from suyuan.ledger.models import Identifier
from suyuan.trace.concerned import EVER, MOST_EVENTS, MOST_GOODS, Concerned, Sought, concerned
from suyuan.trace.resolve import GOODS, Candidate, resolve
from suyuan.trace.words import by_words

FIELDS = ("q", "person", "line", "check", "since", "until")
PERSONS = 20
MOST_INSPECTIONS = 2_000
NOTHING = Sought()
DAYS = 31  # that are looked at where a line is asked for and no time


@dataclass(frozen=True, slots=True)
class Question:
    """`goods`: what is named itself; `sought`: the events whose goods are meant, `only` these of them; `check`: what
    failed in inspections; `typed`: as it stands in the form; `choices`: what `q` may mean, where it may mean several
    things.
    """

    typed: Mapping[str, str]
    goods: tuple[Candidate, ...] = ()
    sought: Sought = NOTHING
    only: frozenset[bytes] = frozenset()
    check: str = ""
    choices: tuple[Candidate, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(self.typed.values())

    @property
    def query(self) -> str:
        return urlencode([(name, value) for name, value in self.typed.items() if value])


def question_of(asked: QueryDict, desk: Desk) -> Question:
    """What an address asks. Several conditions are all to hold."""
    typed = {name: clean(asked.get(name, "")) for name in FIELDS}
    problems: list[Problem] = []
    first, last = day_of(typed["since"], "since", problems), day_of(typed["until"], "until", problems)
    since = micros(datetime.combine(first, time(), desk.zone)) if first else -EVER
    until = micros(datetime.combine(last + timedelta(days=1), time(), desk.zone)) - 1 if last else EVER
    if typed["line"] and not first and not typed["person"]:
        since = micros(desk.now - timedelta(days=DAYS))
    found = _meant(typed["q"], problems)
    choices = tuple(found) if len(found) > 1 else ()
    chosen = () if choices else tuple(found)
    goods = tuple(one for one in chosen if one.kind in GOODS)
    others = frozenset(one.key for one in chosen if one.kind not in GOODS and one.kind != "place")
    places = {one.key for one in chosen if one.kind == "place"}
    narrowing = bool(typed["person"] or typed["line"] or first or last)
    only = frozenset(_with_lots(goods)) if narrowing else frozenset()
    sought = Sought(
        named=others | only,
        places=frozenset(places),
        people=frozenset(_people(typed["person"], problems)),
        line=typed["line"],
        since=since,
        until=until,
    )
    return Question(typed, () if narrowing else goods, sought, only, typed["check"], choices, tuple(problems))


def _meant(text: str, problems: list[Problem]) -> list[Candidate]:
    if not text:
        return []
    found = resolve(text) or resolve(text.upper()) or by_words(text)
    if not found:
        problems.append(Problem("desk.not_found", "q", {"text": text[:80]}))
    return found


def _with_lots(goods: Iterable[Candidate]) -> Iterable[bytes]:
    """Events name lots and serials, of an item as well."""
    for one in goods:
        yield one.key
        if one.kind == "item":
            yield from map(bytes, Identifier.objects.filter(item=one.key).values_list("id", flat=True))


def _people(text: str, problems: list[Problem]) -> list[bytes]:
    if not text:
        return []
    rows = people_called(text)
    if not rows:
        problems.append(Problem("governance.user_unknown", "person", {"user": text[:80]}))
    return [key16(person_uri(id_)) for id_, _name in rows]


def people_called(text: str) -> list[tuple[str, str]]:
    """Account id and printed name of whoever has this in his names."""
    rows = User.objects.filter(Q(username__icontains=text) | Q(name__icontains=text)).order_by("name")
    return [
        (str(key), name or username) for key, name, username in rows.values_list("pk", "name", "username")[:PERSONS]
    ]


def answered(question: Question) -> Concerned:
    """The goods that the question is about: named, of events, of inspections; what is in several counts once."""
    if question.check:
        found = _failed(question)
        if question.goods or not question.sought.is_empty:
            others = {one for one, _at in _goods(question).goods}
            found = Concerned(
                tuple(one for one in found.goods if one[0] in others), found.events, found.older, found.left
            )
        return found
    return _goods(question)


def _goods(question: Question) -> Concerned:
    if question.goods:
        return Concerned(tuple((one, 0) for one in question.goods[:MOST_GOODS]))
    found = concerned(question.sought)
    if not question.only:
        return found
    return replace(found, goods=tuple(one for one in found.goods if one[0].key in question.only))


def _failed(question: Question) -> Concerned:
    """Goods of inspections in which a check of this name did not conform, or which failed as a whole (``*``)."""
    wanted = question.check.casefold()
    rows = Inspection.objects.filter(decided__range=(question.sought.since, question.sought.until))
    rows = rows.exclude(state__in=[State.OPEN.value, State.DROPPED.value]).order_by("-decided")
    found: dict[Candidate, int] = {}
    read = list(rows[: MOST_INSPECTIONS + 1])
    for row in read[:MOST_INSPECTIONS]:
        whole = wanted == "*" and row.state in (State.FAILED.value, State.CONCEDED.value)
        if whole or any(wanted in name.casefold() for name in failed_checks(row)):
            found.setdefault(Candidate(row.goods, "lot" if "/10/" in row.goods else "serial"), row.decided or 0)
    latest = sorted(found.items(), key=lambda entry: -entry[1])
    left = {"lot": len(latest) - MOST_GOODS} if len(latest) > MOST_GOODS else {}
    return Concerned(tuple(latest[:MOST_GOODS]), min(len(read), MOST_INSPECTIONS), len(read) > MOST_INSPECTIONS, left)


def failed_checks(row: Inspection) -> Iterable[str]:
    """The names, in both languages, of the checks that something did not meet."""
    checks = {check.number: check for check in row_checks(row)}
    for (_sample, number), value in cells_of_row(row).items():
        check = checks.get(number)
        if check is not None and value.strip() and not conforms(check, value):
            yield from (name for name in (check.name_zh, check.name_en) if name)


__all__ = ["MOST_EVENTS", "MOST_GOODS", "Question", "answered", "people_called", "question_of"]
