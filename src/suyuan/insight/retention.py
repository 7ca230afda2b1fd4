"""How long the records of goods are kept: each regime's rule as data, the longest of those that hold. Pure.

Nothing in the ledger is removed when the time is over; from then on nobody has to keep it, and what it says of persons
may be erased (`erasing`).
"""

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from suyuan.gs1.problems import N_


@dataclass(frozen=True, slots=True)
class Rule:
    """So many months after the last day of the goods (`after_expiry`), or after the last thing that happened to them
    (`after_last`) where they have none, or there is no rule for those that have; `ever`: without end."""

    regime: str
    law: str
    after_expiry: int | None = None
    after_last: int | None = None
    ever: bool = False

    def until(self, expiry: date | None, last: date | None) -> date | None:
        """The last day on which it is to be kept; None where it has no end, or nothing is known to count from."""
        if self.ever:
            return None
        if expiry is not None and self.after_expiry is not None:
            return later(expiry, self.after_expiry)
        if last is not None and self.after_last is not None:
            return later(last, self.after_last)
        return None


RULES: Mapping[str, tuple[Rule, ...]] = {
    "food": (Rule("food", N_("Food Safety Law, article 50"), after_expiry=6, after_last=24),),
    "farm": (Rule("farm", N_("Food Safety Law, article 65"), after_last=6),),
    "stored": (
        Rule("stored", N_("Regulation on the Implementation of the Food Safety Law, article 25"), after_last=24),
    ),
    "drug": (
        Rule("drug", N_("Good Supply Practice (GSP) for drugs"), after_last=60),
        Rule("drug", N_("Good Manufacturing Practice (GMP), batch record"), after_expiry=12),
    ),
    "vaccine": (Rule("vaccine", N_("Vaccine Administration Law"), after_expiry=60, after_last=60),),
    "device": (
        Rule("device", N_("Measures for the supervision of medical device operation, article 38"), after_expiry=24,
             after_last=60),
    ),
    "implant": (
        Rule("implant", N_("Measures for the supervision of medical device operation, article 38"), ever=True),
    ),
    "fsma": (Rule("fsma", "21 CFR 1.1455", after_last=24),),
    "dscsa": (Rule("dscsa", "21 U.S.C. 360eee-1", after_last=72),),
    "mdr": (Rule("mdr", "Regulation (EU) 2017/745, article 10", after_last=120),),
    "mdr-implant": (Rule("mdr-implant", "Regulation (EU) 2017/745, article 10", after_last=180),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when, by which rule; `ever`: without end, `until` None without it: no rule holds."""

    until: date | None
    rule: Rule | None
    ever: bool = False


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def rules_of(regimes: Iterable[str]) -> list[Rule]:
    return [rule for regime in regimes for rule in RULES.get(regime, ())]


def kept(regimes: Collection[str], expiry: date | None, last: date | None) -> Kept:
    """The longest of the rules that hold for these regimes."""
    rules = rules_of(regimes)
    if ever := next((rule for rule in rules if rule.ever), None):
        return Kept(None, ever, ever=True)
    dated = [(until, rule) for rule in rules if (until := rule.until(expiry, last)) is not None]
    if not dated:
        return Kept(None, None)
    until, rule = max(dated, key=lambda pair: pair[0])
    return Kept(until, rule)
