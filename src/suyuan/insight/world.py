"""What every finder may ask: the moment, the days of the warehouses, the rules, and what several of them need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from suyuan.catalog.directory import Directory, directory
from suyuan.insight.kinds import KINDS
from suyuan.insight.models import AlertLimit, AlertRule
from suyuan.ledger.keys import micros, moment
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import OpenOrder, orders_of, with_lines


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is in force. `role` and `team` by code."""

    kind: str
    active: bool
    days: int | None
    role: str
    team: str
    due_days: int


def rules() -> dict[str, Rule]:
    """The rule of each kind; what the row leaves out is as the kind says. One statement."""
    rows = {row.kind: row for row in AlertRule.objects.all()}
    return {code: _rule(code, rows.get(code)) for code in KINDS}


def _rule(code: str, row: AlertRule | None) -> Rule:
    kind = KINDS[code]
    if row is None:
        return Rule(code, True, kind.days, kind.role, "", kind.due_days)
    days = kind.days if row.days is None else row.days
    due = kind.due_days if row.due_days is None else row.due_days
    return Rule(code, row.is_active, days, row.role or kind.role, row.team, due)


def limits() -> dict[str, dict[str, int]]:
    """Kind → warehouse → the limit that it has there for itself, in days. One statement."""
    found: dict[str, dict[str, int]] = {}
    for kind, log, days in AlertLimit.objects.filter(is_active=True).values_list("kind", "warehouse_id", "days"):
        found.setdefault(kind, {})[log] = days
    return found


@dataclass(frozen=True)
class World:
    """One asking of all causes."""

    now: datetime
    rules: Mapping[str, Rule] = field(default_factory=rules)
    limits: Mapping[str, Mapping[str, int]] = field(default_factory=limits)

    def limited(self, kind: str, days: int) -> "World":
        """The same with another limit of a kind."""
        return replace(self, rules={**self.rules, kind: replace(self.rules[kind], days=days)})

    @cached_property
    def known(self) -> Directory:
        return directory()

    @cached_property
    def logs(self) -> tuple[str, ...]:
        return tuple(sorted(self.known.warehouses))

    @cached_property
    def _todays(self) -> dict[str, date]:
        return {
            code: self.now.astimezone(ZoneInfo(info.time_zone)).date() for code, info in self.known.warehouses.items()
        }

    def today(self, log: str = "") -> date:
        """The day in a warehouse; without one, in the zone of the installation."""
        found = self._todays.get(log)
        return found or self.now.astimezone(timezone.get_default_timezone()).date()

    def day_of(self, at: int, log: str = "") -> str:
        """A moment in microseconds as a day there, ISO."""
        info = self.known.warehouses.get(log)
        zone = ZoneInfo(info.time_zone) if info else timezone.get_default_timezone()
        return moment(at).astimezone(zone).date().isoformat()

    @cached_property
    def last_day(self) -> date:
        """The latest day that it is anywhere of ours."""
        return max(self._todays.values(), default=self.today())

    def days(self, kind: str) -> int:
        return self.rules[kind].days or 0

    def before(self, kind: str) -> int:
        """The moment, in microseconds, so many days ago as the rule says."""
        return micros(self.now - timedelta(days=self.days(kind)))

    @cached_property
    def purchases(self) -> list[OpenOrder]:
        """The open purchase orders of all warehouses with their lines. Three statements."""
        return with_lines(list(orders_of(OrderKind.PURCHASE)))

    @cached_property
    def sales(self) -> list[OpenOrder]:
        return with_lines(list(orders_of(OrderKind.SALES)))

    @cached_property
    def issues(self) -> list[OpenOrder]:
        return with_lines(list(orders_of(OrderKind.ISSUE)))
