"""What is asked about requests for approval: which wait for whom, and how each of them stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from suyuan.accounts.models import User
from suyuan.accounts.rules import Actor
from suyuan.governance.approvals import state_at
from suyuan.governance.models import ApprovalRequest, RequestState, Signature
from suyuan.governance.packing import unpack
from suyuan.governance.registry import COMMANDS, Spec
from suyuan.governance.settings import SMALL_FIRM, groups_of, value_of
from suyuan.governance.signing import Group
from suyuan.ledger.keys import micros, moment

MOST = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A signature that stands, or a no."""

    name: str
    group: str
    verdict: str
    meaning: str
    reason: str
    at: datetime
    exception: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a page shows it. `command`: what is asked, None where the program no longer knows it."""

    id: UUID
    spec: Spec | None
    command: object | None
    log: str
    requester: str
    person: str
    reason: str
    state: RequestState
    created: datetime
    expires: datetime
    digest: str
    versions: Mapping[str, str]
    given: tuple[Given, ...]
    groups: tuple[Group, ...]
    done_by: UUID | None
    problems: Sequence[Mapping[str, object]]

    @property
    def name(self) -> str:
        return self.spec.name if self.spec else ""

    @property
    def open_groups(self) -> tuple[Group, ...]:
        """The signatures that are still missing."""
        taken = {one.group for one in self.given}
        return tuple(group for group in self.groups if group.name not in taken)


def waiting_for(actor: Actor, now: datetime) -> list[Asked]:
    """The requests that the actor can sign now, the one that expires first at the front."""
    rows = ApprovalRequest.objects.filter(state=RequestState.WAITING, expires__gt=micros(now)).order_by("expires")
    alone = bool(value_of(SMALL_FIRM))
    return [asked for asked in _asked(rows[:MOST], now) if may_sign(asked, actor, alone=alone)]


def how_many_wait(actor: Actor, now: datetime) -> int:
    """How many he can sign now; one small statement where nothing waits, which is most of the time."""
    rows = ApprovalRequest.objects.filter(state=RequestState.WAITING, expires__gt=micros(now))
    return len(waiting_for(actor, now)) if rows.exists() else 0


def may_sign(asked: Asked, actor: Actor, *, alone: bool) -> bool:
    """Is a signature missing that is his to give?"""
    if asked.state != RequestState.WAITING or asked.spec is None or asked.command is None:
        return False
    if asked.person == actor.human and not alone:
        return False
    scope = asked.spec.warehouse(asked.command) or "*"
    return any(group.open_to(actor, scope) for group in asked.open_groups)


def asked_by(actor: Actor, now: datetime, limit: int = MOST) -> list[Asked]:
    """What somebody has asked for, latest first; under whichever of his accounts."""
    return _asked(ApprovalRequest.objects.filter(person=actor.human).order_by("-created")[:limit], now)


def signed_by(actor: Actor, now: datetime, limit: int = MOST) -> list[Asked]:
    """What somebody has signed or refused, latest first."""
    rows = ApprovalRequest.objects.filter(signatures__person=actor.human).order_by("-created").distinct()
    return _asked(rows[:limit], now)


def find(id: UUID, now: datetime) -> Asked | None:
    """One request."""
    found = _asked(ApprovalRequest.objects.filter(pk=id), now)
    return found[0] if found else None


def _asked(rows: Iterable[ApprovalRequest], now: datetime) -> list[Asked]:
    found = list(rows)
    signatures: dict[UUID, list[Signature]] = {}
    for one in Signature.objects.filter(request__in=[row.pk for row in found]).order_by("at"):
        signatures.setdefault(one.request_id, []).append(one)
    accounts = {row.requester for row in found} | {one.user for given in signatures.values() for one in given}
    names = dict(User.objects.filter(pk__in=accounts).values_list("pk", "name"))
    specs = {spec.name: spec for spec in COMMANDS.values()}
    named = {(row.command, *row.groups): row.groups for row in found if row.command in specs}
    groups = {key: groups_of(specs[key[0]], signers) for key, signers in named.items()}
    return [
        _one(
            row, specs.get(row.command), groups.get((row.command, *row.groups), ()), signatures.get(row.pk, []), names,
            now,
        )
        for row in found
    ]  # fmt: skip


def _one(
    row: ApprovalRequest,
    spec: Spec | None,
    groups: tuple[Group, ...],
    given: Sequence[Signature],
    names: Mapping[UUID, str],
    now: datetime,
) -> Asked:
    return Asked(
        id=row.pk, spec=spec, command=_unpacked(spec, row), log=row.log, requester=names.get(row.requester, ""),
        person=row.person, reason=row.reason, state=state_at(row, now), created=moment(row.created),
        expires=moment(row.expires), digest=row.digest, versions=row.versions,
        given=tuple(
            Given(
                names.get(one.user, ""), one.group, one.verdict, one.meaning, one.reason, moment(one.at), one.exception
            )
            for one in given
        ),
        groups=groups, done_by=row.done_by, problems=row.problems,
    )  # fmt: skip


def _unpacked(spec: Spec | None, row: ApprovalRequest) -> object | None:
    try:
        return unpack(spec.kind, row.params) if spec else None
    except ValueError:
        return None
