"""The records that commands leave beside their events: changes, approvals, refusals. Values in, records out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from suyuan.accounts.rules import Actor
from suyuan.capture.bodies import stamp
from suyuan.capture.door import Plain
from suyuan.governance.context import Context
from suyuan.governance.registry import Spec
from suyuan.gs1.identifiers import identify
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


def approval(ctx: Context, approver: Actor, log: str, name: str, change_body: bytes) -> Plain:
    """That a second person approved exactly this change: the record binds the hash of its body."""
    body = jcs(
        {
            "type": "approval",
            "actor": who_json(approver, name),
            "meaning": ctx.meaning,
            "time": stamp(ctx.now),
            "change": {"id": str(ctx.request_id), "hash": sha256(change_body).hexdigest()},
        }
    )
    key = sha256(b"approval" + ctx.request_id.bytes + approver.id.encode()).digest()[:16]
    mentions = (Mention(key16(person_uri(approver.id)), APPROVER), Mention(ctx.request_id.bytes, EVENT))
    return Plain(_entry(log, key, Kind.APPROVAL, body, ctx.now, "approval"), mentions, (_person(approver),))


def refusal(ctx: Context, spec: Spec, log: str, codes: Sequence[str]) -> Plain:
    """That somebody was refused something: one record a minute, however often he tries."""
    minute = ctx.now.replace(second=0, microsecond=0)
    body = jcs(
        {
            "type": "refusal",
            "command": spec.name,
            "actor": {"id": ctx.actor.id, "roles": list(ctx.actor.roles)},
            "scope": log,
            "codes": sorted(set(codes)),
            "terminal": ctx.terminal,
            "minute": stamp(minute),
        }
    )
    key = sha256(b"refusal" + log.encode() + b"\0" + body).digest()[:16]
    mentions = (Mention(key16(person_uri(ctx.actor.id)), ACTOR),)
    return Plain(_entry(log, key, Kind.ACCESS, body, minute, spec.name), mentions, (_person(ctx.actor),))


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
