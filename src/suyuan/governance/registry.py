"""Every command there is, declared once beside its handler. Forms, routes and the permission matrix read this."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from suyuan.accounts.permissions import split
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.signing import Group
from suyuan.gs1.problems import Problem
from suyuan.stock.store import NOTHING, Held
from suyuan.tlog.jcs import Json

C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a handler answers: the events to record, the result (plain JSON) to give back, or why not.

    `about`: URIs of names that the command changes, so that their changes are found. `fields`: goods URI → the
    command's field that named it, so that a refusal by the stock is shown beside the line. `four_eyes`: this very
    command needs the second person, for the reasons that only the handler knows. `changes`: field by field what became
    of master data, as the change record keeps it: ``{"uri", "key", "version", "new", "fields": {name: [old, new]}}``.
    `drawn`: goods whose number was drawn just now and is drawn anew each time, so that nothing is about them yet.
    `signers`: the groups of signatures that this very command takes, where its kind has `further` ones; by name.
    `held`: what the handler has taken of the stock already.
    """

    result: Mapping[str, Json] = field(default_factory=dict)
    events: Sequence[JsonObject] = ()
    problems: Sequence[Problem] = ()
    about: Sequence[str] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    four_eyes: bool = False
    changes: Sequence[Json] = ()
    drawn: Sequence[str] = ()
    signers: Sequence[str] = ()
    held: Held = NOTHING


Handler = Callable[[Context, Who, C], Plan]


def never(_: object) -> bool:
    """One person is enough for this command."""
    return False


def always(_: object) -> bool:
    """It takes two people whatever the command says."""
    return True


@dataclass(frozen=True, slots=True)
class Spec:
    """A command as declared: `scope` is the field with the warehouse code, None for the company as a whole.

    Without a `permission` the handler says who may. `groups`: the signatures it takes where it takes any; `further`:
    others that a plan may name instead or besides; `apart`: the business step whose last person at these goods may not
    sign.
    """

    name: str
    kind: type
    permission: str
    scope: str | None
    approvals: tuple[str, ...]
    four_eyes: Callable[[object], bool]
    handle: Handler[object]
    groups: tuple[Group, ...] = ()
    apart: str = ""
    further: tuple[Group, ...] = ()

    def warehouse(self, command: object) -> str | None:
        return cast(str, getattr(command, self.scope)) or None if self.scope else None


COMMANDS: dict[type, Spec] = {}


def command(
    kind: type[C],
    *,
    permission: str,
    scope: str | None = "warehouse",
    approvals: tuple[str, ...] = (),
    four_eyes: Callable[[C], bool] = never,
    groups: tuple[Group, ...] = (),
    apart: str = "",
    further: tuple[Group, ...] = (),
) -> Callable[[Handler[C]], Handler[C]]:
    """Declare a command with its handler.

    `permission` with level, as `accounts.permissions` writes it. `approvals`: any of these makes somebody else the
    second person, where `four_eyes` or the handler's plan asks for one; or `groups`, of each of which one signs.
    `further`: groups that sign where the handler's plan names them (`Plan.signers`).
    """
    groups = groups or ((Group("", approvals),) if approvals else ())
    approvals = tuple(dict.fromkeys(text for group in (*groups, *further) for text in group.permissions))
    named = {permission} - {""} | {
        text for group in (*groups, *further) for text in (*group.permissions, *group.besides)
    }
    if unknown := [text for text in named if not split(text)]:
        raise ValueError(f"{kind.__name__}: no such permission: {', '.join(unknown)}")
    if kind.__name__ in {spec.name for spec in COMMANDS.values()}:
        raise ValueError(f"{kind.__name__} is declared twice")

    def declare(handle: Handler[C]) -> Handler[C]:
        COMMANDS[kind] = Spec(
            kind.__name__,
            kind,
            permission,
            scope,
            approvals,
            cast(Callable[[object], bool], four_eyes),
            cast(Handler[object], handle),
            groups,
            apart,
            further,
        )
        return handle

    return declare


def specs() -> tuple[Spec, ...]:
    """All commands, by name."""
    return tuple(sorted(COMMANDS.values(), key=lambda spec: spec.name))
