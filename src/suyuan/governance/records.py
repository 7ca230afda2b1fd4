"""The records that commands leave beside their events: changes, approvals, refusals. Values in, records out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from suyuan.accounts.rules import Actor
from suyuan.capture.bodies import stamp
from suyuan.capture.door import Plain
from suyuan.governance.context import Context
from suyuan.governance.registry import Spec
from suyuan.governance.signing import Signed
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem
from suyuan.ledger.entries import Entry, Mention, Name
from suyuan.ledger.keys import COMPANY, event_key, key16, micros
from suyuan.ledger.models import Kind
from suyuan.tlog.jcs import Json
from suyuan.tlog.jcs import canonical as jcs

ACTOR, APPROVER, EVENT, ABOUT = "actor", "approver", "event", "about"  # roles of what a change record mentions
NAME_FIELD = "actor.name"
_OWN = "urn:suyuan:"
PEOPLE = frozenset({"person", "role", "team", "token"})  # what is named by us alone, under _OWN


def person_uri(actor_id: str) -> str:
    """The URI of a person in the ledger: his account's id, no name."""
    return people_uri("person", actor_id)


def people_uri(kind: str, key: str) -> str:
    """The URI of one of PEOPLE."""
    return f"{_OWN}{kind}:{key}"


def who_json(actor: Actor, commitment: str) -> dict[str, Json]:
    """A person as a body says it: the printed name stands as a commitment."""
    return {"id": actor.id, "roles": list(actor.roles), "name": {"commitment": commitment}}


def change_body(
    ctx: Context,
    spec: Spec,
    scope: str,
    name: str,
    params: Mapping[str, Json],
    result: Json,
    events: Sequence[str],
    changes: Sequence[Json] = (),
) -> bytes:
    """The body of a change record (RFC 8785): what was asked, by whom, when, what came of it, field by field."""
    return jcs(
        {
            "type": "change",
            "command": spec.name,
            "actor": who_json(ctx.actor, name),
            "scope": scope,
            "request": str(ctx.request_id),
            "time": stamp(ctx.now),
            "client_time": ctx.client_time.isoformat() if ctx.client_time else None,
            "terminal": ctx.terminal,
            "locale": ctx.locale,
            "params": params,
            "result": result,
            "events": list(events),
            **({"changes": list(changes)} if changes else {}),
        }
    )


def change(ctx: Context, spec: Spec, log: str, body: bytes, events: Sequence[str], about: Sequence[str]) -> Plain:
    """The change record. Its id is the request's, so that a request can have one only."""
    mentions = [Mention(key16(person_uri(ctx.actor.id)), ACTOR)]
    mentions += [Mention(event_key(event), EVENT) for event in events]
    mentions += [Mention(key16(uri), ABOUT) for uri in about]
    names = (_person(ctx.actor), *map(_name, about))
    return Plain(_entry(log, ctx.request_id.bytes, Kind.CHANGE, body, ctx.now, spec.name), tuple(mentions), names)


def approval(ctx: Context, signed: Signed, log: str, name: str, change_body: bytes) -> Plain:
    """That a second person approved exactly this change: the record binds the hash of its body.

    Of a type of its own where it was the same person, in a firm too small for two.
    """
    signer, exception = signed.actor, signed.actor.human == ctx.actor.human
    body = jcs(
        {
            "type": "exception" if exception else "approval",
            "actor": who_json(signer, name),
            "meaning": signed.meaning,
            "reason": signed.reason,
            "time": stamp(signed.at or ctx.now),
            "terminal": ctx.terminal,
            "change": {"id": str(ctx.request_id), "hash": sha256(change_body).hexdigest()},
            **({"request": dict(signed.request)} if signed.request else {}),
        }
    )
    key = sha256(b"approval" + ctx.request_id.bytes + signer.id.encode()).digest()[:16]
    mentions = (Mention(key16(person_uri(signer.id)), APPROVER), Mention(ctx.request_id.bytes, EVENT))
    type_ = "exception" if exception else "approval"
    return Plain(_entry(log, key, Kind.APPROVAL, body, ctx.now, type_), mentions, (_person(signer),))


def decision(ctx: Context, verdict: str, signed: Signed, log: str, name: str) -> Plain:
    """What somebody said of a request before the command was done, or so that it is not: ``signed`` or ``refused``."""
    asked = str(signed.request["id"])
    body = jcs(
        {
            "type": verdict,
            "actor": who_json(signed.actor, name),
            "meaning": signed.meaning,
            "reason": signed.reason,
            "time": stamp(signed.at or ctx.now),
            "terminal": ctx.terminal,
            "request": dict(signed.request),
        }
    )
    key = sha256(verdict.encode() + UUID(asked).bytes + signed.actor.id.encode()).digest()[:16]
    mentions = (Mention(key16(person_uri(signed.actor.id)), APPROVER), Mention(UUID(asked).bytes, EVENT))
    return Plain(_entry(log, key, Kind.APPROVAL, body, ctx.now, verdict), mentions, (_person(signed.actor),))


# What a refusal may say of what it was about: things, places, amounts and days. Never what names a person, and nothing
# of a code that says a text is unknown, since that may be anything: it could not be erased any more.
HARMLESS = frozenset(
    {
        "after", "before", "bin", "block", "book", "container", "count", "counted", "day", "days", "event",
        "expiry", "goods", "has", "item", "known", "least", "left", "log", "lot", "most", "now", "number",
        "partner", "permission", "place", "plan", "produced", "quantity", "scope", "sheet", "statuses",
        "supplier", "tank", "there", "unit", "wanted", "warehouse", "zone",
    }
)  # fmt: skip
LONGEST_SAID = 100


def harmless(problem: Problem) -> dict[str, Json]:
    """The values of a problem that may stand in a ledger for ever."""
    if problem.code.endswith("_unknown") or problem.code.startswith(("accounts.", "gs1.")):
        return {}
    return {name: str(value)[:LONGEST_SAID] for name, value in problem.params.items() if name in HARMLESS}


def refusal(ctx: Context, command: str, log: str, problems: Sequence[Problem]) -> Plain:
    """That somebody was refused something: one record a minute, however often he tries. The first try of the minute
    says with it what it was about, of each code the first problem.
    """
    minute = ctx.now.replace(second=0, microsecond=0)
    first = {problem.code: harmless(problem) for problem in reversed(problems)}
    told: dict[str, Json] = {
        "type": "refusal",
        "command": command,
        "actor": {"id": ctx.actor.id, "roles": list(ctx.actor.roles)},
        "scope": log,
        "codes": sorted(first),
        "terminal": ctx.terminal,
        "minute": stamp(minute),
    }
    key = sha256(b"refusal" + log.encode() + b"\0" + jcs(told)).digest()[:16]
    said: dict[str, Json] = {code: params for code, params in sorted(first.items()) if params}
    body = jcs(told | ({"said": said} if said else {}))
    mentions = (Mention(key16(person_uri(ctx.actor.id)), ACTOR),)
    return Plain(_entry(log, key, Kind.ACCESS, body, minute, command), mentions, (_person(ctx.actor),))


def access(actor: Actor, what: str, now: datetime, terminal: str, address: str) -> Plain:
    """That somebody logged in or out, failed to, was locked out, or has a new password: one record a minute of each.

    `address` is where he came from, cut off as `logins` does it.
    """
    minute = now.replace(second=0, microsecond=0)
    body = jcs(
        {
            "type": what,
            "actor": {"id": actor.id, "roles": list(actor.roles)},
            "terminal": terminal,
            "address": address,
            "minute": stamp(minute),
        }
    )
    key = sha256(b"access" + body).digest()[:16]
    mentions = (Mention(key16(person_uri(actor.id)), ACTOR),)
    return Plain(_entry(COMPANY, key, Kind.ACCESS, body, minute, what), mentions, (_person(actor),))


def log_of(warehouse: str | None) -> str:
    """The log that the records of a command stand in."""
    return warehouse or COMPANY


def _name(uri: str) -> Name:
    kind, _, key = uri.removeprefix(_OWN).partition(":")
    if uri.startswith(_OWN) and kind in PEOPLE:
        return Name(key16(uri), uri, kind, None, key)
    found = identify(uri)
    return Name(key16(uri), uri, found.kind.value, key16(found.item) if found.item else None, found.code)


def _person(actor: Actor) -> Name:
    uri = person_uri(actor.id)
    return Name(key16(uri), uri, "person", None, actor.id)


def _entry(log: str, key: bytes, kind: Kind, body: bytes, at: datetime, type_: str) -> Entry:
    return Entry(log=log, id=key, kind=kind.value, body=body, event_time=micros(at), type=type_[:20])
