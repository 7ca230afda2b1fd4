"""What becomes of alerts when their causes are asked for again. Pure."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from suyuan.insight.kinds import Severity, State
from suyuan.tlog.jcs import Json

Key = tuple[str, str, str]  # kind, log, cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that wants attention. `since` in microseconds, None: since it was found; `facts` plain JSON."""

    kind: str
    log: str
    cause: str
    subject: str
    severity: Severity
    since: int | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.kind, self.log, self.cause

    @property
    def told(self) -> str:
        """The facts as an alert keeps them."""
        return json.dumps(self.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert that is not gone, as far as asking again may change it."""

    id: int
    severity: int
    facts: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written: causes without an alert; alerts with what they say now, of which some wake up; and those
    whose cause is gone."""

    opened: Sequence[Cause]
    changed: Sequence[tuple[int, Cause, bool]]
    gone: Sequence[int]


def compare(standing: Mapping[Key, Standing], causes: Iterable[Cause], asked: Collection[str]) -> Changes:
    """Asking again: `asked` are the kinds that answered, so that one whose question failed closes nothing.

    An alert that somebody has done stays silent as long as its cause is there, unless it gets worse.
    """
    found = {one.key: one for one in causes}
    opened = [one for key, one in found.items() if key not in standing]
    changed = [
        (old.id, one, old.state == State.DONE and one.severity > old.severity)
        for key, one in found.items()
        if (old := standing.get(key))
        and (old.severity, old.facts, old.subject) != (one.severity, one.told, one.subject)
    ]
    gone = [old.id for key, old in standing.items() if key[0] in asked and key not in found]
    return Changes(opened, changed, gone)


def is_silent(snoozed_until: date | None, snoozed_at: int, severity: int, today: date) -> bool:
    """Is an alert snoozed? Until its day, inclusive, or until it is worse than it was."""
    return snoozed_until is not None and today <= snoozed_until and severity <= snoozed_at
