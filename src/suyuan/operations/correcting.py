"""What every correction asks: is it said what was wrong and why, and does the event stand and is it ours?"""

from collections.abc import Sequence
from typing import cast

from django.db import connection

from suyuan.capture.bodies import CONTEXT
from suyuan.epcis.document import read_stored
from suyuan.epcis.events import Event
from suyuan.gs1.problems import Problem
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body, Kind, Record

DID_NOT_OCCUR, INCORRECT_DATA = "did_not_occur", "incorrect_data"


def said_problems(error: str, reason: str, lines: Sequence[object]) -> list[Problem]:
    """Is it said what was wrong, and what is right?"""
    problems = []
    if error not in (DID_NOT_OCCUR, INCORRECT_DATA):
        params = {"value": error, "allowed": f"{DID_NOT_OCCUR}, {INCORRECT_DATA}"}
        problems.append(Problem("operations.choice", "error", params))
    if error == INCORRECT_DATA and not lines:
        problems.append(Problem("operations.lines_missing", "lines"))
    if not reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    return problems


def standing_event(warehouse: str, event_id: str, problems: list[Problem]) -> Event | None:
    """The event as it stands, if it is one of this warehouse and not declared wrong already."""
    key = event_key(event_id)
    known = Record.objects.filter(log=warehouse, id=key, kind=Kind.EPCIS, declares__isnull=True).exists()
    if not known:
        problems.append(Problem("operations.event_unknown", "event", {"event": event_id}))
        return None
    if Record.objects.filter(declares=key).exists():
        problems.append(Problem("operations.event_declared", "event", {"event": event_id}))
        return None
    event = read_stored(bytes(Body.objects.filter(log=warehouse, id=key).values_list("body", flat=True)[0]))
    if any(entry not in CONTEXT for entry in event.context):
        problems.append(Problem("operations.event_foreign", "event", {"event": event_id}))
        return None
    return event


_STANDING = (
    "SELECT b.body FROM ledger_record r JOIN ledger_body b ON b.log = r.log AND b.id = r.id WHERE r.log = %s "
    "AND r.kind = 'epcis' AND r.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND r.id {keys}"
)


def standing_events(warehouse: str, event_ids: Sequence[str]) -> list[Event]:
    """Those of these events of a warehouse that stand. One statement for 900 on SQLite."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _STANDING, map(event_key, event_ids), warehouse)
    found = {event.event_id: event for (body,) in rows for event in [read_stored(bytes(cast(bytes, body)))]}
    return [found[id_] for id_ in event_ids if id_ in found]
