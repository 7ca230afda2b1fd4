"""`execute`: permission, handler, one transaction, one record of the change, one answer for each request."""

import json
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from django.db import IntegrityError, OperationalError, connection, transaction

from suyuan.accounts.rules import Actor
from suyuan.capture.bodies import CONTEXT, stamp
from suyuan.capture.door import Plain, capture, who_is_who
from suyuan.capture.guard import governed
from suyuan.capture.personal import Committed, commit, keep
from suyuan.capture.who import Who
from suyuan.epcis.document import event_of
from suyuan.governance import records
from suyuan.governance.context import Context
from suyuan.governance.params import json_of, params_of, text_problems, without_commitments
from suyuan.governance.registry import COMMANDS, Plan, Spec
from suyuan.governance.second import apart_problems, approval_problems
from suyuan.governance.signing import is_missing
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.bulk import is_postgres, together
from suyuan.ledger.keys import COMPANY, key16
from suyuan.ledger.models import Body, Record
from suyuan.stock.guards import FROM_NOWHERE
from suyuan.stock.store import Held, wait_for

TRIES = 5
_LOG = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command answered. `events`: the ids of the events it recorded; `repeated`: it had been done before."""

    value: Mapping[str, Any]  # Any: plain JSON, of the command's own shape
    events: tuple[str, ...]
    log: str
    repeated: bool = False


def execute(ctx: Context, command: object) -> Result:
    """Do one command, wholly or not at all.

    Raises Refused with all problems; somebody known who was refused finds it recorded. A request that was done already
    answers as it did then: that is looked up only when something stands in the way, since then it does.
    """
    spec = COMMANDS[type(command)]
    log = records.log_of(spec.warehouse(command))
    try:
        _refuse([*permission_problems(ctx, spec, command), *text_problems(command)])
        return persistently(lambda: _perform(ctx, spec, command, log))
    except Refused as refused:
        done = _done_before(ctx, spec, command) if _allowed(ctx, spec, command) else None
        if done is not None:
            return done
        note_refusal(ctx, spec.name, log, refused.problems)
        raise
    except IntegrityError:
        done = _done_before(ctx, spec, command)
        if done is None:
            raise
        return done


def permission_problems(ctx: Context, spec: Spec, command: object) -> list[Problem]:
    """May he, there; and is there a second person where the command as such needs one?"""
    if not _allowed(ctx, spec, command):
        params = {"permission": spec.permission, "scope": spec.warehouse(command) or "*"}
        return [Problem("governance.not_allowed", "", params)]
    return approval_problems(ctx, spec, command) if spec.four_eyes(command) else []


def _allowed(ctx: Context, spec: Spec, command: object) -> bool:
    return not spec.permission or ctx.actor.may(spec.permission, spec.warehouse(command) or "*")


def _perform(ctx: Context, spec: Spec, command: object, log: str) -> Result:
    alone = not connection.in_atomic_block
    with ExitStack() as sending, transaction.atomic(), governed():
        ctx = ctx.in_turn()
        who = who_is_who()
        warehouse = spec.warehouse(command)
        if warehouse is not None and warehouse not in who.directory.warehouses:
            raise Refused([Problem("governance.warehouse_unknown", spec.scope or "", {"warehouse": warehouse})])
        plan = spec.handle(ctx, who, command)
        needed = approval_problems(ctx, spec, command, plan.signers) if plan.four_eyes else []
        needed += apart_problems(ctx, spec, plan) if needs_two(spec, plan, command) else []
        if problems := [*plan.problems, *needed]:
            raise Refused(_distinct([*problems, *_stock_problems(ctx, plan, who)]))
        if alone and is_postgres(connection):
            sending.enter_context(together(connection))  # left after COMMIT, which goes with what is written
        ctx, plan, held = _behind_all_others(ctx, plan)
        noted = _note(ctx, spec, command, log, plan, who)
        events = [event_of(dict(body), CONTEXT) for body in plan.events]
        try:
            capture(events, now=ctx.now, guarded=True, fresh=True, plain=noted.plain, who=who, held=held)
        except Refused as refused:
            sending.close()  # before ROLLBACK, so that what is prepared outlives it
            raise Refused(_beside_lines(refused.problems, plan.fields)) from None
        if noted.personal:
            with connection.cursor() as cursor:
                for record, values in noted.personal:
                    keep(cursor, log, record, values)
        transaction.on_commit(noted.remember)  # not before: a row that is rolled back must be written again
    return Result(plan.result, _ids(plan), log)


def rehearse(ctx: Context, command: object) -> Plan:
    """What a command would do, without doing it. Refused with all that stands against it, second persons apart."""
    spec = COMMANDS[type(command)]
    _refuse([p for p in [*permission_problems(ctx, spec, command), *text_problems(command)] if not is_missing(p)])
    with transaction.atomic(), governed():
        who = who_is_who()
        plan = spec.handle(ctx, who, command)
        problems = _distinct([*plan.problems, *_stock_problems(ctx, plan, who)])
        transaction.set_rollback(True)
    _refuse(problems)
    return plan


def needs_two(spec: Spec, plan: Plan, command: object) -> bool:
    """Does it take a second person, as such or for what it is about?"""
    return plan.four_eyes or spec.four_eyes(command)


def _behind_all_others(ctx: Context, plan: Plan) -> tuple[Context, Plan, Held]:
    """Wait for the goods, and then let what happens now happen: who waited is not late for those who went before.

    On SQLite nobody waits inside a transaction.
    """
    if ctx.clock is None or not plan.fields or not is_postgres(connection):
        return ctx, plan, plan.held
    wanted = {key16(uri) for name in plan.fields for uri in with_above(name)}
    held = plan.held if plan.held.asked >= wanted else wait_for(wanted)
    later, now = ctx.in_turn(), stamp(ctx.now)
    events = [body | {"eventTime": stamp(later.now)} if body["eventTime"] == now else body for body in plan.events]
    return later, replace(plan, events=events), held


def with_above(uri: str) -> list[str]:
    """A subject with its lot and its item, since a block on those counts for it."""
    found = identify(uri)
    return [name for name in (uri, found.lot, found.item) if name]


def _stock_problems(ctx: Context, plan: Plan, who: Who) -> list[Problem]:
    """What the stock would say as well, so that one answer names everything; the transaction is lost either way."""
    try:
        capture([event_of(dict(body), CONTEXT) for body in plan.events], now=ctx.now, guarded=True, fresh=True, who=who)
    except Refused as refused:
        said = {problem.field for problem in plan.problems}
        return [
            p
            for p in _beside_lines(refused.problems, plan.fields)
            if p.code.startswith("stock.") and not (p.code == FROM_NOWHERE and p.field in said)
        ]
    return []


def _distinct(problems: Sequence[Problem]) -> list[Problem]:
    return list({(p.code, p.field, tuple(sorted(p.params.items()))): p for p in problems}.values())


def _ids(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cast(str, body["eventID"]) for body in plan.events))


def _beside_lines(problems: Sequence[Problem], fields: Mapping[str, str]) -> list[Problem]:
    return [replace(problem, field=fields.get(problem.field, problem.field)) for problem in problems]


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(problems)


# -- the record of it -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Noted:
    """The records beside the events, the personal values they commit to, and what to remember once they stand."""

    plain: list[Plain]
    personal: list[tuple[bytes, list[Committed]]]
    remember: Callable[[], None]


# A person's printed name is committed to once for each log and catalog version, not once for each change: that is one
# row to erase, and no statement in most commands.
_names: dict[tuple[str, ...], str] = {}
_MOST_NAMES = 10_000


def _note(ctx: Context, spec: Spec, command: object, log: str, plan: Plan, who: Who) -> _Noted:
    values: list[Committed] = []
    fresh: dict[tuple[str, ...], str] = {}

    def committed(field: str, value: str) -> str:
        values.append(commit(field, value))
        return values[-1].commitment

    def printed(actor: Actor) -> str:
        key = (str(connection.settings_dict["NAME"]), who.directory.token, log, actor.id, actor.name)
        known = _names.get(key)
        if known is None:
            known = fresh[key] = committed(records.NAME_FIELD, actor.name)
        return known

    def remember() -> None:
        if len(_names) > _MOST_NAMES:
            _names.clear()
        _names.update(fresh)

    events = _ids(plan)
    params = params_of(command, committed)
    changes = [json_of(one, f"changes[{n}]", committed) for n, one in enumerate(plan.changes)]
    body = records.change_body(ctx, spec, log, printed(ctx.actor), params, plan.result, events, changes)
    plain = [records.change(ctx, spec, log, body, events, plan.about)]
    if needs_two(spec, plan, command):
        plain += [records.approval(ctx, signed, log, printed(signed.actor), body) for signed in ctx.signatures]
    return _Noted(plain, [(ctx.request_id.bytes, values)] if values else [], remember)


# -- what was done before ---------------------------------------------------------------------------------------------


def _done_before(ctx: Context, spec: Spec, command: object) -> Result | None:
    """The stored answer of this request; Refused if it was used for something else."""
    key = ctx.request_id.bytes
    record = Record.objects.filter(id=key).values_list("log", flat=True).first()
    if record is None:
        return None
    body = json.loads(bytes(Body.objects.filter(id=key, log=record).values_list("body", flat=True)[0]))
    asked = without_commitments(params_of(command, lambda _field, _value: ""))
    if body.get("command") != spec.name or without_commitments(body["params"]) != asked:
        raise Refused([Problem("governance.request_reused", "request_id", {"request": str(ctx.request_id)})])
    return Result(body["result"], tuple(body["events"]), record, repeated=True)


# -- refusals ---------------------------------------------------------------------------------------------------------


def note_refusal(ctx: Context, command: str, log: str, problems: Sequence[Problem]) -> None:
    """Afterwards, in a transaction of its own; that it could not be written must not hide why he was refused."""
    plain = records.refusal(ctx, command, log, problems)
    try:
        with transaction.atomic(), governed():
            real = log == COMPANY or log in who_is_who().directory.warehouses
            if real and not Record.objects.filter(id=plain.entry.id).exists():
                capture([], now=ctx.now, fresh=True, plain=[plain])
    except (IntegrityError, OperationalError):
        _LOG.warning("refusal of %s not recorded: %s", command, ", ".join(one.code for one in problems), exc_info=True)


# -- trying again -----------------------------------------------------------------------------------------------------


def persistently(work: Callable[[], T]) -> T:
    """Repeat a transaction that lost against another one; not inside somebody else's, which is lost with it."""
    for attempt in range(1, TRIES + 1):
        try:
            return work()
        except OperationalError as error:
            if attempt == TRIES or connection.in_atomic_block or not _lost(error):
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise AssertionError("the loop above returns or raises")


def _lost(error: OperationalError) -> bool:
    """A deadlock (40P01), a serialization failure (40001), or SQLite's busy file."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in ("40P01", "40001") or "database is locked" in str(error)
