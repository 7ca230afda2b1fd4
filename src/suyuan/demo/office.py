"""Where the demo's commands are given: by its staff, at its clock, each under a request id that the options decide.

What was done before an interruption is not done again: its answer stands in the ledger, under the same request id.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import SYSTEM, Actor
from suyuan.catalog.directory import directory
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.signing import Signed
from suyuan.ledger.models import Body, Kind, Record

OURS = uuid5(NAMESPACE_URL, "urn:suyuan:demo")
FIRST, LAST = uuid5(OURS, "first"), uuid5(OURS, "last")
TERMINAL = "suyuan demo"
TICK = timedelta(seconds=1)  # no two things happen at one moment, so that their order is plain


@dataclass(frozen=True, slots=True)
class Options:
    """What decides the whole story. `until`: the first day that is not told any more; `scale`: 1 is forty customers."""

    days: int = 90
    scale: float = 1.0
    seed: int = 1
    until: date = date(2026, 1, 1)

    def __str__(self) -> str:
        return f"--days {self.days} --scale {self.scale:g} --seed {self.seed} --until {self.until.isoformat()}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered, and the ids of the events that it recorded."""

    value: Mapping[str, Any]  # Any: plain JSON, of the command's own shape
    events: tuple[str, ...]


@dataclass(slots=True)
class Office:
    """Gives commands. `answers`: what was answered before an interruption."""

    options: Options
    now: datetime
    answers: dict[UUID, Answer] = field(default_factory=dict)
    events: int = 0
    _staff: dict[str, Actor] = field(default_factory=dict)
    _asked: int = 0

    def do(
        self, command: object, by: str = "", *, approver: str = "", request: UUID | None = None, meaning: str = ""
    ) -> Answer:
        """Give a command as the person with user name `by`, the administrator at the machine where nobody is named.

        `approver`: the user names, with blanks between, of those who sign it.
        Raises Refused: the story is wrong then, not the command.
        """
        request = request or self._next_request()
        self.now += TICK
        answer = self.answers.get(request) or self._execute(command, by, approver, request, meaning)
        self.events += len(answer.events)
        return answer

    def _execute(self, command: object, by: str, approver: str, request: UUID, meaning: str) -> Answer:
        context = Context(
            actor=self._person(by) if by else SYSTEM,
            request_id=request,
            now=self.now,
            terminal=f"{TERMINAL} {self.options}",
            signatures=tuple(Signed(self._person(name), meaning) for name in approver.split()),
        )
        result = execute(context, command)
        return Answer(result.value, result.events)

    def wait_until(self, moment: datetime) -> None:
        """The clock never goes back."""
        self.now = max(self.now, moment)

    def _next_request(self) -> UUID:
        self._asked += 1
        return uuid5(OURS, f"{self.options} {self._asked}")

    def _person(self, username: str) -> Actor:
        found = self._staff.get(username)
        if found is None:
            found = self._staff[username] = actor_of(User.objects.get(username=username), directory().sites)
        return found


# -- what was told before -------------------------------------------------------------------------------------------


def told_options() -> Options | None:
    """The options of the demo company in this database; None where there is none."""
    body = _change(FIRST)
    return options_of(str(body["terminal"])) if body else None


def told_end() -> Mapping[str, Any] | None:
    """The change record that ends the story, with its parameters; None while it is not told to the end."""
    return _change(LAST)


def options_of(terminal: str) -> Options:
    """The options as `Options.__str__` wrote them behind the terminal's name."""
    words = terminal.removeprefix(TERMINAL).split()
    said = dict(zip(words[::2], words[1::2], strict=True))
    return Options(
        days=int(said["--days"]),
        scale=float(said["--scale"]),
        seed=int(said["--seed"]),
        until=date.fromisoformat(said["--until"]),
    )


def told_answers() -> dict[UUID, Answer]:
    """Request → answer of everything that was done in this database."""
    return {UUID(bytes=key): Answer(body["result"], tuple(body["events"])) for key, body in _changes()}


def _changes() -> Iterator[tuple[bytes, Mapping[str, Any]]]:
    ids = Record.objects.filter(kind=Kind.CHANGE).values("id")
    for key, body in Body.objects.filter(id__in=ids).values_list("id", "body").iterator():
        yield bytes(key), json.loads(bytes(body))


def _change(request: UUID) -> Mapping[str, Any] | None:
    body = Body.objects.filter(id=request.bytes).values_list("body", flat=True).first()
    found: Mapping[str, Any] | None = json.loads(bytes(body)) if body is not None else None
    return found
