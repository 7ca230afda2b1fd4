"""What reports come to, when it is tried again, until when a carrier takes goods. Pure."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from suyuan.delivery.kinds import ENDS, RANK, Step
from suyuan.delivery.port import Told
from suyuan.gs1.problems import Problem, Refused

TRIES = 12  # of a booking: about a day and a half
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
FIRST_ASK, SLOWEST_ASK = timedelta(minutes=30), timedelta(hours=6)
ASKED_FOR = timedelta(days=60)  # after its booking nobody asks for a consignment any more
MOST_SERVICES = 50
_CUTOFF = re.compile(r"([1-7])(?:-([1-7]))?\s+([01]?\d|2[0-3])[:：]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the reports of a consignment say now: the last step, and since when (microseconds)."""

    step: str = ""
    at: int | None = None

    @property
    def has_ended(self) -> bool:
        return self.step in ENDS


def standing(reports: Iterable[tuple[int, str]]) -> Standing:
    """The latest report that says something, of (microseconds, step), in whatever order they were told.

    That it is booked is said by our own clock, and a parcel may be on its way before: it counts where nothing else is
    known.
    """
    known = [(step != Step.BOOKED, at, RANK[step], step) for at, step in reports if step in RANK]
    if not known:
        return Standing()
    _other, at, _rank, step = max(known)
    return Standing(step, at)


def key_of(one: Told) -> str:
    """What tells this report apart from others of its consignment: the carrier's id, or what it says."""
    if one.id:
        return f"id:{one.id}"[:64]
    said = "\n".join((one.at.isoformat(), one.code, one.text.strip(), one.place.strip()))
    return sha256(said.encode()).hexdigest()


def pause(tries: int, chance: float | None = None) -> timedelta:
    """How long to wait after so many tries in vain: twice as long each time, and anything from half of it to all, so
    that a thousand consignments do not all come back in one second."""
    whole: timedelta = min(FIRST_PAUSE * 2 ** min(max(tries, 1) - 1, 20), LONGEST_PAUSE)
    return whole * (0.5 + 0.5 * (random.random() if chance is None else chance))


def next_ask(since_news: timedelta) -> timedelta:
    """How long until a consignment is asked for again: the longer nothing happened, the more seldom."""
    return min(max(since_news / 4, FIRST_ASK), SLOWEST_ASK)


# -- until when --------------------------------------------------------------------------------------------------------


def read_cutoffs(text: str) -> Mapping[int, time]:
    """Weekday (Monday is 1) → until when goods must be ready: ``1-5 16:30; 6 12:00``. Refused: anything else, or a day
    named twice."""
    found: dict[int, time] = {}
    for part in re.split(r"[;；,，\n]", text):
        if not part.strip():
            continue
        match = _CUTOFF.fullmatch(part.strip())
        if match is None:
            raise Refused([Problem("delivery.cutoff_wrong", "cutoff", {"text": part.strip()[:40]})])
        first, last = int(match[1]), int(match[2] or match[1])
        days = range(first, last + 1)
        if first > last or any(day in found for day in days):
            raise Refused([Problem("delivery.cutoff_wrong", "cutoff", {"text": part.strip()[:40]})])
        found.update(dict.fromkeys(days, time(int(match[3]), int(match[4]))))
    return found


def next_cutoff(cutoffs: Mapping[int, time], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next moment at which the carrier leaves, None where nothing is said."""
    here = now.astimezone(zone)
    for ahead in range(8):
        day = here.date() + timedelta(days=ahead)
        until = cutoffs.get(day.isoweekday())
        if until is not None and (at := datetime.combine(day, until, zone)) > here:
            return at
    return None


def read_services(text: str) -> dict[str, str]:
    """Code → word: ``1 特快`` or ``1=特快``, one a line. Refused: too many, or a code twice."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip():
            code, _, word = line.strip().replace("=", " ", 1).partition(" ")
            if code in found or len(code) > 40:
                raise Refused([Problem("delivery.services_wrong", "services", {"text": line.strip()[:40]})])
            found[code] = word.strip() or code
    if len(found) > MOST_SERVICES:
        raise Refused([Problem("delivery.services_many", "services", {"most": str(MOST_SERVICES)})])
    return found


# -- how well it went --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of the consignments that have arrived and had a day: how many, and how many of them by that day."""

    arrived: int
    in_time: int

    @property
    def share(self) -> float | None:
        return self.in_time / self.arrived if self.arrived else None


def punctuality(deliveries: Iterable[tuple[date, date]]) -> Punctuality:
    """Of (the day it was wanted, the day it came); the day itself is in time."""
    days = list(deliveries)
    return Punctuality(len(days), sum(came <= wanted for wanted, came in days))


def is_late(promised: date | None, estimated: date | None, step: str, today: date) -> bool:
    """Should it be there, and is it not? Also when the carrier says that it comes after the day it is wanted."""
    if promised is None or step in ENDS:
        return False
    return today > promised or (estimated is not None and estimated > promised)


def expected_on(
    promised: date | None, estimated: datetime | None, begun: datetime, ways: Sequence[timedelta]
) -> datetime | date | None:
    """When it comes: as the carrier says; else as long after its beginning as half of the account's last deliveries
    took (`ways`), once there are five of them; else the day that it is wanted."""
    if estimated is not None:
        return estimated
    if len(ways) >= 5:
        return begun + sorted(ways)[len(ways) // 2]
    return promised


def mapped(words: Mapping[str, str], code: str) -> str:
    """The step that a carrier's word stands for, in any case; empty where it is not known."""
    found = words.get(code) or words.get(code.strip().lower()) or words.get(code.strip().upper()) or ""
    return found if found in set(Step) else ""
