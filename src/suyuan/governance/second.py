"""What is missing about the second person of a command, asked of the settings and of who did what before."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from suyuan.accounts.models import User
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, Spec
from suyuan.governance.settings import SMALL_FIRM, groups_of, value_of
from suyuan.governance.signing import signing_problems
from suyuan.gs1.problems import Problem
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16


def approval_problems(ctx: Context, spec: Spec, command: object, named: Sequence[str] = ()) -> list[Problem]:
    """What is missing about the signatures; the firm's settings count. `named`: the groups that the plan names."""
    signers = [signed.actor for signed in ctx.signatures]
    alone = _himself(ctx) and bool(value_of(SMALL_FIRM))
    scope = spec.warehouse(command) or "*"
    return signing_problems(ctx.actor, signers, groups_of(spec, named), scope, alone=alone)


def apart_problems(ctx: Context, spec: Spec, plan: Plan) -> list[Problem]:
    """Whoever inspected goods does not release them, whoever counted them does not approve what is made of it."""
    if not spec.apart or not ctx.signatures or not plan.fields:
        return []
    if _himself(ctx) and value_of(SMALL_FIRM):
        return []
    by = last_persons(plan.fields, spec.apart)
    people = {signed.actor.human for signed in ctx.signatures}
    fields = dict.fromkeys(plan.fields[uri] for uri, person in by.items() if person in people)
    code = "governance.approval_by_inspector" if spec.apart == "inspecting" else "governance.approval_by_counter"
    return [Problem(code, field) for field in fields]


def _himself(ctx: Context) -> bool:
    return any(signed.actor.human == ctx.actor.human for signed in ctx.signatures)


_STEPS = (
    "SELECT i.identifier, r.event_time, r.record_time, b.body FROM ledger_eventitem i "
    "JOIN ledger_record r ON r.log = i.log AND r.id = i.record JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE r.kind = 'epcis' AND r.biz_step = %s AND r.declares IS NULL AND i.identifier {keys}"
)


def last_persons(uris: Iterable[str], step: str) -> dict[str, str]:
    """URI → the natural person of the last event with this business step; lifting a block is no inspection."""
    keys = {key16(uri): uri for uri in uris}
    with connection.cursor() as cursor:
        rows = select_in(cursor, _STEPS, keys, step)
    accounts: dict[str, str] = {}
    for identifier, _at, _recorded, body in sorted(rows, key=lambda row: row[1:3]):
        said = json.loads(bytes(body))
        if "suyuan:block" not in said and said.get("suyuan:by"):
            accounts[keys[bytes(identifier)]] = said["suyuan:by"]
    people = persons(accounts.values())
    return {uri: people.get(account, account) for uri, account in accounts.items()}


def persons(accounts: Iterable[str]) -> dict[str, str]:
    """Account id → natural person."""
    wanted = [key for text in set(accounts) if (key := _uuid(text))]
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "person")
    return {str(key): person or str(key) for key, person in rows}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
