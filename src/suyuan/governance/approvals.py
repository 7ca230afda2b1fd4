"""Four eyes as a process: a command waits, another person signs it, and it is done as the requester's.

A signature is of another natural person, who has the right there now, who proves who he is, says what it means, and
why. It binds the hash of the request and what stood there when it was asked: if anything of that has changed, the
request is dead. Nothing edits a request; a new one withdraws the old.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.rules import Actor
from suyuan.capture.bodies import stamp
from suyuan.capture.door import capture, who_is_who
from suyuan.capture.guard import governed
from suyuan.capture.personal import commit, keep
from suyuan.capture.who import Who
from suyuan.governance import records
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute, needs_two, note_refusal, persistently, rehearse
from suyuan.governance.models import ApprovalRequest, RequestState, Signature
from suyuan.governance.packing import pack, unpack
from suyuan.governance.registry import COMMANDS, Plan, Spec, command
from suyuan.governance.settings import SMALL_FIRM, groups_of, value_of
from suyuan.governance.signing import DISAGREED, MEANINGS, Group, Signed, signing_problems, unsigned
from suyuan.governance.standing import concerned, versions_of
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import micros, moment
from suyuan.ledger.models import Body
from suyuan.tlog.jcs import Json
from suyuan.tlog.jcs import canonical as jcs

GOOD_FOR = timedelta(hours=24)
LONGEST_REASON = 500
T = TypeVar("T")


# -- asking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproval:
    """Let `command` wait for its second person. `warehouse`: its own; empty for one of the company as a whole."""

    warehouse: str = ""
    name: str
    command: object
    reason: str


def asking(asked: object, reason: str) -> RequestApproval:
    """The command that asks for approval of this one."""
    spec = COMMANDS[type(asked)]
    return RequestApproval(warehouse=spec.warehouse(asked) or "", name=spec.name, command=asked, reason=reason)


@command(RequestApproval, permission="")
def request_approval(ctx: Context, who: Who, c: RequestApproval) -> Plan:
    """Whoever may do the command may ask. What stands against it is said now, not when others have signed it."""
    spec = COMMANDS.get(type(c.command))
    if spec is None or spec.name != c.name or (spec.warehouse(c.command) or "") != c.warehouse:
        return Plan(problems=[Problem("governance.request_wrong", "command")])
    try:
        plan, problems = rehearse(ctx, c.command), reason_problems(c.reason)
    except Refused as refused:
        return Plan(problems=[*refused.problems, *reason_problems(c.reason)])
    if not needs_two(spec, plan, c.command):
        problems.append(Problem("governance.approval_needless", "command"))
    if problems:
        return Plan(problems=problems)
    uris = concerned(plan)
    if not plan.drawn:  # two deliveries without lot numbers are two, though they are about the same
        _withdraw_earlier(ctx, spec, uris)
    row = _new(ctx, spec, c, uris, plan.signers)
    row.save(force_insert=True)
    result: dict[str, Json] = {"request": str(row.pk), "hash": row.digest, "expires": stamp(moment(row.expires))}
    return Plan(result=result | {"versions": row.versions, "groups": row.groups}, about=uris)


def _new(ctx: Context, spec: Spec, c: RequestApproval, uris: Sequence[str], signers: Sequence[str]) -> ApprovalRequest:
    params, versions, salt = pack(c.command), versions_of(uris), secrets.token_hex(16)
    return ApprovalRequest(
        id=ctx.request_id,
        log=records.log_of(spec.warehouse(c.command)),
        command=spec.name,
        params=params,
        versions=versions,
        groups=[group.name for group in groups_of(spec, signers)],
        salt=salt,
        digest=digest_of(spec.name, params, versions, salt),
        requester=_account(ctx.actor),
        person=ctx.actor.human,
        reason=c.reason.strip(),
        created=micros(ctx.now),
        expires=micros(ctx.now + GOOD_FOR),
    )


def digest_of(name: str, params: Json, versions: Mapping[str, str], salt: str) -> str:
    """SHA-256 of the request in RFC 8785, salted, so that nobody finds personal values by trying."""
    return sha256(jcs({"command": name, "params": params, "versions": dict(versions), "salt": salt})).hexdigest()


def _withdraw_earlier(ctx: Context, spec: Spec, uris: Sequence[str]) -> None:
    """A request is not edited: another one about the same takes its place."""
    for row in _waiting().filter(requester=_account(ctx.actor), command=spec.name):
        if sorted(row.versions) == list(uris):
            _close(row, RequestState.WITHDRAWN, ctx.now)


def _account(actor: Actor) -> UUID:
    try:
        return UUID(actor.id)
    except ValueError:
        raise Refused([Problem("governance.request_by_machine", "")]) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApproval:
    """Take one's own request back."""

    request: UUID


@command(WithdrawApproval, permission="", scope=None)
def withdraw_approval(ctx: Context, who: Who, c: WithdrawApproval) -> Plan:
    row = ApprovalRequest.objects.filter(pk=c.request).first()
    if row is None or row.person != ctx.actor.human:
        return Plan(problems=[Problem("governance.request_unknown", "request")])
    if problems := state_problems(row, ctx.now):
        return Plan(problems=problems)
    _close(row, RequestState.WITHDRAWN, ctx.now)
    return Plan(result={"request": str(c.request), "hash": row.digest}, about=sorted(row.versions))


# -- signing ----------------------------------------------------------------------------------------------------------


Proof = Callable[[], bool]  # whether it is the signer who sits there: `accounts.proving.proves_identity`


def approve(ctx: Context, request: UUID, proof: Proof, *, meaning: str, reason: str) -> Result | None:
    """Sign a request as `ctx.actor`; the command is done when this was the last signature it takes, else None.

    Raises Refused with all problems; a request that has expired or died by then says so from now on.
    """

    def work() -> Result | None:
        # Before the transaction, with which a failure that counts towards the lock-out would be lost.
        proven = [] if proof() else [Problem("governance.identity_unproven", "password")]
        _raise([*proven, *said_problems(meaning, reason)])
        return persistently(lambda: _approve(ctx, request, meaning, reason))

    return _deciding(ctx, request, "Approve", work)


def refuse_request(ctx: Context, request: UUID, *, reason: str) -> None:
    """Say no to a request, for whatever reason is given: it is not done. Whoever may sign it may refuse it."""
    _deciding(ctx, request, "RefuseApproval", lambda: persistently(lambda: _refuse_request(ctx, request, reason)))


def _deciding(ctx: Context, request: UUID, name: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except IntegrityError:
        refused = Refused([Problem("governance.request_decided", "request")])
    except Refused as error:
        refused = error
    _bury(ctx, request, refused)
    row = ApprovalRequest.objects.filter(pk=request).first()
    note_refusal(ctx, name, row.log if row else records.log_of(None), refused.problems)
    raise refused


@dataclass(frozen=True, slots=True)
class _Case:
    """A request as it is judged: the row, its command, the signer as he is now, and whoever signed before."""

    row: ApprovalRequest
    spec: Spec
    command: object
    signer: Actor
    before: tuple[Signed, ...]
    groups: tuple[Group, ...]
    alone: bool

    @property
    def scope(self) -> str:
        return self.spec.warehouse(self.command) or "*"

    @property
    def binding(self) -> dict[str, Json]:
        return binding_of(self.row)


def _approve(ctx: Context, request: UUID, meaning: str, reason: str) -> Result | None:
    with transaction.atomic(), governed():
        ctx = ctx.in_turn()
        who = who_is_who()
        case = _case(ctx, request, who)
        _raise(state_problems(case.row, ctx.now) or right_problems(case) or binding_problems(case))
        signed = Signed(case.signer, meaning, reason.strip(), ctx.now, case.binding)
        left = _sign(case, signed, ctx.now)
        if left:
            _record(ctx, case, "signed", signed)
            return None
        return _do(ctx, case, who, (*case.before, signed))


def _case(ctx: Context, request: UUID, who: Who) -> _Case:
    """The request, held until this transaction ends. Refused where there is none, or it is not what was asked."""
    row = ApprovalRequest.objects.select_for_update().filter(pk=request).first()
    spec = next((one for one in COMMANDS.values() if row and one.name == row.command), None)
    if row is None or spec is None:
        raise Refused([Problem("governance.request_unknown", "request")])
    signer = actor_now(_account(ctx.actor), who, ctx.now)
    before = tuple(
        Signed(actor_now(one.user, who, ctx.now), one.meaning, one.reason, moment(one.at), binding_of(row))
        for one in row.signatures.order_by("at")
    )
    alone = signer.human == row.person and bool(value_of(SMALL_FIRM))
    return _Case(row, spec, _command(row, spec), signer, before, groups_of(spec, row.groups), alone)


def binding_of(row: ApprovalRequest) -> dict[str, Json]:
    """What a signature is given for."""
    return {"id": str(row.pk), "hash": row.digest, "versions": row.versions}


def _command(row: ApprovalRequest, spec: Spec) -> object:
    try:
        return unpack(spec.kind, row.params)
    except ValueError:
        raise Refused([Problem("governance.request_tampered", "request")]) from None


def actor_now(account: UUID, who: Who, now: datetime) -> Actor:
    """Somebody with the rights he has at this moment."""
    user = User.objects.filter(pk=account).first()
    if user is None:
        return Actor(str(account), "", (), {})
    return actor_of(user, who.directory.sites, now)


def said_problems(meaning: str, reason: str) -> list[Problem]:
    """A signature says what it means, and why."""
    found = reason_problems(reason)
    if meaning not in MEANINGS:
        found.append(Problem("governance.meaning_missing", "meaning"))
    return found


def reason_problems(reason: str) -> list[Problem]:
    if not reason.strip():
        return [Problem("governance.reason_missing", "reason")]
    if len(reason.strip()) > LONGEST_REASON:
        return [Problem("governance.text_long", "reason", {"length": str(len(reason)), "longest": str(LONGEST_REASON)})]
    return []


def state_problems(row: ApprovalRequest, now: datetime) -> list[Problem]:
    """Can it still be decided?"""
    state = state_at(row, now)
    if state == RequestState.WAITING:
        return []
    code = {
        RequestState.EXPIRED: "governance.request_expired",
        RequestState.WITHDRAWN: "governance.request_withdrawn",
        RequestState.DEAD: "governance.request_dead",
    }.get(state, "governance.request_decided")
    return [Problem(code, "request")]


def state_at(row: ApprovalRequest, now: datetime) -> RequestState:
    """The state of a request, which expires without anybody writing it down."""
    if row.state == RequestState.WAITING and row.expires <= micros(now):
        return RequestState.EXPIRED
    return RequestState(row.state)


def right_problems(case: _Case) -> list[Problem]:
    """Is he another person, with the right to it, who has not signed already?"""
    if any(one.actor.human == case.signer.human for one in case.before) and not case.alone:
        return [Problem("governance.signed_already", "approver")]
    asker = Actor(str(case.row.requester), "", (), {}, person=case.row.person)
    found = signing_problems(asker, [case.signer], case.groups, case.scope, alone=case.alone)
    found = [problem for problem in found if not problem.code.startswith("governance.approval_missing")]
    return found or ([] if _open_group(case) else [Problem("governance.signed_already", "approver")])


def _open_group(case: _Case) -> Group | None:
    """The signature that is his to give."""
    taken = {one.group for one in case.row.signatures.all()}
    return next((g for g in case.groups if g.name not in taken and g.open_to(case.signer, case.scope)), None)


def binding_problems(case: _Case) -> list[Problem]:
    """Is it what was asked, word for word, and does everything stand as it did then?"""
    row = case.row
    asked = _asked(row)
    if row.digest != digest_of(row.command, row.params, row.versions, row.salt) or row.digest != asked:
        return [Problem("governance.request_tampered", "request")]
    now = versions_of(row.versions)
    changed = sorted(uri for uri, version in row.versions.items() if now.get(uri) != version)
    return [Problem("governance.request_stale", "request", {"what": ", ".join(changed[:5])})] if changed else []


def _asked(row: ApprovalRequest) -> str:
    """The hash as the ledger has it since it was asked."""
    body = Body.objects.filter(log=row.log, id=row.pk.bytes).values_list("body", flat=True).first()
    return str(json.loads(bytes(body))["result"]["hash"]) if body is not None else ""


def _sign(case: _Case, signed: Signed, now: datetime) -> list[Group]:
    """Write the signature; the groups that are still to sign."""
    group = _open_group(case)
    Signature.objects.create(
        request=case.row,
        group=group.name if group else "",
        user=_account(case.signer),
        person=case.signer.human,
        asked_by=case.row.person,
        exception=case.signer.human == case.row.person,
        verdict="approved",
        meaning=signed.meaning,
        reason=signed.reason,
        at=micros(now),
    )
    signers = [one.actor for one in (*case.before, signed)]
    return unsigned(signers, case.groups, case.scope, alone=case.alone)


def _do(ctx: Context, case: _Case, who: Who, signatures: tuple[Signed, ...]) -> Result:
    """Every signature is there: the command is done as the requester's, with the rights he has now."""
    done_by = UUID(bytes=sha256(b"approved" + case.row.pk.bytes).digest()[:16])
    _close(case.row, RequestState.APPROVED, ctx.now, done_by=done_by)
    requester = actor_now(case.row.requester, who, ctx.now)
    context = replace(ctx, actor=requester, request_id=done_by, signatures=signatures)
    result = execute(context, case.command)
    ApprovalRequest.objects.filter(pk=case.row.pk).update(result={"value": result.value, "events": list(result.events)})
    return result


def _record(ctx: Context, case: _Case, verdict: str, signed: Signed) -> None:
    """What somebody said of a request, as a record of its own."""
    name = commit(records.NAME_FIELD, case.signer.name)
    plain = records.decision(ctx, verdict, signed, case.row.log, name.commitment)
    capture([], now=ctx.now, fresh=True, plain=[plain])
    with connection.cursor() as cursor:
        keep(cursor, case.row.log, plain.entry.id, [name])


def _refuse_request(ctx: Context, request: UUID, reason: str) -> None:
    with transaction.atomic(), governed():
        ctx = ctx.in_turn()
        case = _case(ctx, request, who_is_who())
        _raise(reason_problems(reason) + (state_problems(case.row, ctx.now) or right_problems(case)))
        signed = Signed(case.signer, DISAGREED, reason.strip(), ctx.now, case.binding)
        Signature.objects.create(
            request=case.row,
            group="refused",
            user=_account(case.signer),
            person=case.signer.human,
            asked_by=case.row.person,
            exception=case.signer.human == case.row.person,
            verdict="refused",
            meaning=DISAGREED,
            reason=reason.strip(),
            at=micros(ctx.now),
        )
        _close(case.row, RequestState.REFUSED, ctx.now)
        _record(ctx, case, "refused", signed)


# -- the end of a request ---------------------------------------------------------------------------------------------


def _waiting() -> Any:  # Any: a query set of the model
    return ApprovalRequest.objects.filter(state=RequestState.WAITING)


def _close(row: ApprovalRequest, state: RequestState, now: datetime, **more: object) -> None:
    """From waiting to its end, once: who comes second is refused."""
    if _waiting().filter(pk=row.pk).update(state=state, decided=micros(now), **more) != 1:
        raise Refused([Problem("governance.request_decided", "request")])


_ENDS = {
    "governance.request_expired": RequestState.EXPIRED,
    "governance.request_stale": RequestState.DEAD,
    "governance.request_tampered": RequestState.DEAD,
}


def _bury(ctx: Context, request: UUID, refused: Refused) -> None:
    """What was found expired or dead is so from now on."""
    states = [_ENDS[problem.code] for problem in refused.problems if problem.code in _ENDS]
    if not states:
        return
    told = [{"code": p.code, "field": p.field, "params": dict(p.params)} for p in refused.problems]
    with transaction.atomic(), governed():
        _waiting().filter(pk=request).update(state=states[0], decided=micros(ctx.now), problems=told)


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(problems)
