"""Correct a receipt: the declarations of error for all its events (EPCIS 2.0 §7.4.1.2) and what stands instead, as one.

A wrong quantity, lot, serial or date becomes a new event with the reason; whatever depends on what the old one brought
is named by the stock when it refuses.
"""

import json
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from suyuan.capture.bodies import PREFIX, declared_wrong
from suyuan.capture.who import Who
from suyuan.epcis.events import Event, JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.models import Body
from suyuan.operations.correcting import DID_NOT_OCCUR, INCORRECT_DATA, said_problems, standing_event, standing_events
from suyuan.operations.mending import RightLine, groups_of, mended, read_rights, takes_others
from suyuan.operations.reopening import orders_after
from suyuan.operations.signatures import ADJUSTMENT
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectReceipt:
    """`event`: the id of the receipt. It did not occur, or its data were incorrect: `lines` say what is right."""

    warehouse: str
    event: str
    error: str
    reason: str
    lines: tuple[RightLine, ...] = ()


@command(CorrectReceipt, permission="adjust", groups=ADJUSTMENT)
def correct_receipt(ctx: Context, who: Who, c: CorrectReceipt) -> Plan:
    problems = said_problems(c.error, c.reason, c.lines)
    old = standing_event(c.warehouse, c.event, problems)
    if old is None:
        return Plan(problems=problems)
    if old.biz_step != "receiving" or old.type != "ObjectEvent":
        return Plan(problems=[*problems, Problem("operations.no_receipt", "event", {"event": c.event})])
    events = [old, *companions(c.warehouse, old)]
    rights = read_rights(who, c.lines, problems) if c.error == INCORRECT_DATA else {}
    named = {uri for event in events for uri in groups_of(who, event.body)}
    problems += [
        Problem("operations.not_in_event", right.field, {"goods": uri})
        for uri, right in rights.items()
        if uri not in named
    ]
    instead: list[JsonObject] = []
    declared: list[JsonObject] = []
    for event in events:
        new = mended(who, event.body, rights) if c.error == INCORRECT_DATA else None
        if new is not None:
            new |= {"eventID": ctx.mint(), f"{PREFIX}:request": str(ctx.request_id), f"{PREFIX}:by": ctx.actor.id}
            new[f"{PREFIX}:reason"] = c.reason.strip()
            instead.append(new)
        ids = [cast(str, new["eventID"])] if new is not None else []
        declared.append(declared_wrong(event.body, at=ctx.now, reason=c.error or INCORRECT_DATA, corrective=ids))
    if c.error == INCORRECT_DATA and not instead:
        problems.append(Problem("operations.nothing_left", "lines"))
    result: dict[str, Json] = {
        "declared": c.event,
        "instead": [cast(str, event["eventID"]) for event in instead],
        "corrects": str(old.body.get(f"{PREFIX}:request", "")),
        "lines": len(rights) or len(groups_of(who, old.body)),
    }
    above = c.error == DID_NOT_OCCUR or takes_others(who, old.body, rights)
    came = [event for event in instead if event["type"] == old.type]  # what came in a container is among it
    about, changes = orders_after(who, c.warehouse, [old], came) if not problems else ([], [])
    return Plan(
        result=result,
        events=[*declared, *instead],
        problems=problems,
        four_eyes=above,
        about=about,
        changes=changes,
    )


def companions(warehouse: str, receipt: Event) -> list[Event]:
    """The other events of the same receipt that stand: what came in which container. Two statements."""
    request = receipt.body.get(f"{PREFIX}:request")
    try:
        key = UUID(str(request)).bytes
    except ValueError:
        return []
    body = Body.objects.filter(log=warehouse, id=key).values_list("body", flat=True).first()
    ids = json.loads(bytes(body)).get("events", ()) if body is not None else ()
    return standing_events(warehouse, [id_ for id_ in ids if id_ != receipt.event_id])
