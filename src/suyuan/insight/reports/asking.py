"""What somebody asks of a report, read from plain texts: of an address, or of a view that was kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from suyuan.accounts.rules import Actor
from suyuan.catalog.directory import Directory
from suyuan.catalog.models import Category, Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.insight.reports.declared import Ask, Asked, Report

ALL = "all"
LONGEST = 1827  # days: five years
USUAL = "30"


class Span(StrEnum):
    """Days that are counted from today, so that a view that was kept goes on with the days."""

    TODAY = "1"
    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_YEAR = "last_year"


SPANS: Mapping[Span, str] = {
    Span.TODAY: N_("Today"),
    Span.WEEK: N_("Last 7 days"),
    Span.MONTH: N_("Last 30 days"),
    Span.QUARTER: N_("Last 90 days"),
    Span.YEAR: N_("Last 365 days"),
    Span.THIS_WEEK: N_("This week"),
    Span.LAST_WEEK: N_("Last week"),
    Span.THIS_MONTH: N_("This month"),
    Span.LAST_MONTH: N_("Last month"),
    Span.LAST_YEAR: N_("Last year"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood: `asked`, what is wrong with it, `given`: what of it counted, to be kept or shown again;
    `seen`: the warehouses that he may choose from, `where`: the one, or ``all``; `span`: by which the days were found,
    if by any."""

    asked: Asked
    given: Mapping[str, str]
    seen: tuple[str, ...]
    where: str
    span: str
    problems: tuple[Problem, ...]

    @property
    def was(self) -> str:
        """What a form shows of the days, so that it is seen what was changed in it."""
        return f"{self.span} {self.asked.since} {self.asked.until}"


def days_of(span: str, today: date) -> tuple[date, date]:
    """The first and the last day of a span."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - timedelta(days=1)
    match span:
        case Span.THIS_WEEK:
            return monday, today
        case Span.LAST_WEEK:
            return monday - timedelta(days=7), monday - timedelta(days=1)
        case Span.THIS_MONTH:
            return first, today
        case Span.LAST_MONTH:
            return before.replace(day=1), before
        case Span.LAST_YEAR:
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return today - timedelta(days=int(span) - 1), today


def names_of(report: Report) -> tuple[str, ...]:
    """The parameters that a report takes, as they stand in an address."""
    days = ("span", "since", "until", "was") if report.period else ()
    return (*days, "in", *(ask.value for ask in report.asks), *(one.name for one in report.choices))


def read(
    report: Report, given: Mapping[str, str], actor: Actor, known: Directory, here: str, now: datetime, language: str
) -> Reading:
    """What is asked, in the scope of whoever asks. `here`: the warehouse that he works in, if he does in any.

    What cannot be read is said, and left out; nothing is answered of a warehouse that he may not see.
    """
    problems: list[Problem] = []
    said = {name: given.get(name, "").strip()[:200] for name in names_of(report)}
    seen = tuple(code for code in sorted(known.warehouses) if actor.may(report.permission, code))
    where = said.get("in", "")
    if where and where not in seen and not (where == ALL and len(seen) > 1):
        problems.append(Problem("insight.report_where", "in", {"warehouse": where}))
        where = ""
    where = where or (here if here in seen else seen[0] if seen else "")
    logs = seen if where == ALL else ((where,) if where else ())
    zone = ZoneInfo(known.warehouses[logs[0]].time_zone) if logs else ZoneInfo("UTC")
    span = counted(said)
    since, until = _days(said, span, now.astimezone(zone).date(), problems)
    may = frozenset(right for right in report.needs if logs and all(actor.may(right, log) for log in logs))
    asked = Asked(
        since=since, until=until, logs=logs, zone=zone, now=now, language=language,
        item=_item(said.get(Ask.ITEM, ""), known, problems), lot=said.get(Ask.LOT, ""),
        lot_until=said.get(Ask.LOT_UNTIL, ""), partner=_partner(said.get(Ask.PARTNER, ""), known, problems),
        category=_category(said.get(Ask.CATEGORY, ""), problems), team=said.get(Ask.TEAM, ""),
        values={one.name: _chosen(said[one.name], one.choices) for one in report.choices}, may=may,
        reader=actor.id, known=known,
    )  # fmt: skip
    idle = {"was", *(("since", "until") if span else ("span",))}
    kept = {name: value for name, value in said.items() if value and name not in idle}
    return Reading(asked, kept, seen, where, span, tuple(problems))


def counted(said: Mapping[str, str]) -> str:
    """The span that counts: the one chosen, or the usual one where no days are given. None where somebody left it as
    the form had it (`was`) and changed its days."""
    span, days = said.get("span", ""), f"{said.get('since', '')} {said.get('until', '')}"
    was, _, shown = said.get("was", "").partition(" ")
    if span not in set(Span) or (span == was and days != shown):
        return "" if days.strip() else USUAL
    return span


def _days(said: Mapping[str, str], span: str, today: date, problems: list[Problem]) -> tuple[date, date]:
    if span:
        return days_of(span, today)
    since, until = (_day(said.get(name, ""), name, problems) for name in ("since", "until"))
    if since is None and until is None:
        return days_of(USUAL, today)
    until = until or today
    since = since or until - timedelta(days=int(USUAL) - 1)
    if since > until or (until - since).days >= LONGEST:
        problems.append(Problem("insight.report_span", "since", {"days": str(LONGEST)}))
        return days_of(USUAL, today)
    return since, until


def _day(text: str, name: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem("insight.report_day", name, {"text": text}))
        return None


def _item(text: str, known: Directory, problems: list[Problem]) -> str:
    """The URI of an item by code, GTIN or URI: the one that goes on where it was merged."""
    if not text:
        return ""
    found = Item.objects.filter(key=code_key(text)).values_list("uri", flat=True).first()
    if found is None:
        try:
            found = identify(text).item
        except Refused:
            found = None
        pack = known.item_of(found) if found else None
        found = pack.item if pack else None
    if found is None:
        problems.append(Problem("insight.report_item", Ask.ITEM.value, {"item": text}))
    return known.kept(found) if found else ""


def _partner(text: str, known: Directory, problems: list[Problem]) -> str:
    if not text:
        return ""
    found = Partner.objects.filter(key=code_key(text)).values_list("uri", flat=True).first()
    found = found or Partner.objects.filter(gln=text).values_list("uri", flat=True).first()
    if found is None:
        problems.append(Problem("insight.report_partner", Ask.PARTNER.value, {"partner": text}))
    return known.kept(found) if found else ""


def _category(text: str, problems: list[Problem]) -> str:
    if text and not Category.objects.filter(key=code_key(text)).exists():
        problems.append(Problem("insight.report_category", Ask.CATEGORY.value, {"category": text}))
        return ""
    return code_key(text) if text else ""


def _chosen(text: str, choices: Mapping[str, str]) -> str:
    return text if text in choices else next(iter(choices))
