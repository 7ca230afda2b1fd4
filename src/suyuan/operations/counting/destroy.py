"""Destroy: ObjectEvent DELETE destroying / destroyed, by two people, for a reason, with a certificate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, always, command
from suyuan.governance.settings import WITNESS, value_of
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.attachments import Attachment, attached
from suyuan.operations.counting.owners import by_owner, owner_uri
from suyuan.operations.events import day_of, happened, head, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import documents, find_partner, site
from suyuan.operations.places import places_of
from suyuan.operations.shortage import absent_containers, amount_of
from suyuan.returns.kinds import GROUNDS, METHODS, Ground
from suyuan.stock.facts import RELEASED
from suyuan.stock.queries import Stock, about, content, stock_of
from suyuan.stock.states import is_expired
from suyuan.tlog.jcs import Json

LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroy:
    """Goods that are no more, with all that is in a container. `cert`: the number of the proof of destruction, minted
    where none is given. `owner`: whose goods they are, a partner or ``own``; where it is not said, those of the only
    one who has such goods there, else ours.

    `ground`: one of `returns.kinds.GROUNDS`; without one, or with ``other``, and for goods that are released and good,
    `reason` says it in words. `method`: one of `returns.kinds.METHODS`; `where`: the place it is done at; `contractor`:
    the partner or firm that does it; `hazard`: what it does to people and the environment, and what is done about that.
    `witness`: somebody from outside, of whom the record keeps a commitment only; whoever signs is the witness of ours.
    """

    warehouse: str
    lines: tuple[Line, ...]
    reason: str = ""
    ground: str = ""
    cert: str = ""
    owner: str = ""
    method: str = ""
    where: str = ""
    contractor: str = ""
    hazard: str = ""
    witness: Personal | None = None
    attachments: tuple[Attachment, ...] = ()
    at: datetime | None = None


@command(Destroy, permission="destroy", approvals=("destroy:approve",), four_eyes=always)
def destroy(ctx: Context, who: Who, c: Destroy) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    number = c.cert.strip() or ctx.number(
        f"X{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse)
    )
    papers = documents(who, {"cert": number}, problems)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    owner = owner_uri(who, c.warehouse, c.owner, "owner", problems)
    stock = stock_of((key16(uri) for uri in goods.subjects), c.warehouse)
    problems += said_problems(c)
    if c.ground and not c.reason.strip():
        problems += good_problems(goods, stock, day_of(who, c.warehouse, at).toordinal())
    said = {
        "reason": c.reason.strip()[:LONGEST], "ground": c.ground, "method": c.method,
        "where": c.where.strip()[:LONGEST],
        "contractor": contractor_of(who, c.contractor), "hazard": c.hazard.strip()[:LONGEST],
        "attachments": attached(who, c.attachments, goods, problems),
    }  # fmt: skip
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "destroying", "destroyed",
                read_point=site(who, c.warehouse), documents=papers, extra={"from": source, "owner": whose, **said},
            ),
            "DELETE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, goods_there in goods.by_source().items()
        for whose, part in by_owner(
            who, c.warehouse, goods_there, stock, key16(source) if source else None, owner
        ).items()
    ]  # fmt: skip
    result: dict[str, Json] = {"number": number}
    return Plan(result=result, events=events, problems=problems, fields=goods.fields)


def contractor_of(who: Who, text: str) -> str:
    """The firm that does it: a partner's URI, or its name as written."""
    found = find_partner(who.directory, text) if text.strip() else None
    return found.uri if found else text.strip()[:LONGEST]


def said_problems(c: Destroy) -> list[Problem]:
    """Why and how, by the words of the lists; and the witness, where the firm wants one."""
    lists: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("ground", c.ground, GROUNDS),
        ("method", c.method, METHODS),
    )
    problems = [
        Problem("operations.choice", field, {"value": value[:40], "allowed": ", ".join(allowed)})
        for field, value, allowed in lists
        if value and value not in allowed
    ]
    if not c.reason.strip() and c.ground in ("", Ground.OTHER):
        problems.append(Problem("operations.reason_missing", "reason"))
    if not c.witness and value_of(WITNESS):
        problems.append(Problem("operations.witness_missing", "witness"))
    return problems


def good_problems(goods: Resolved, stock: Sequence[Stock], today: int) -> list[Problem]:
    """Of which things more is to be destroyed than is bad: rejected, to be inspected, blocked or expired.

    Two statements, and one for each level of containers.
    """
    boxes = {thing.field: content([key16(thing.uri)]) for thing in goods.things if thing.container}
    rows = [*stock, *(row for inside in boxes.values() for row in inside)]
    above = about({key for row in rows for key in (row.lot, row.item) if key})

    def good(row: Stock) -> bool:
        over = [above[key] for key in (row.lot, row.item) if key in above]
        days = [day for day in (row.expiry, *(one.expiry for one in over)) if day is not None]
        blocked = bool(row.blocks) or any(one.blocks for one in over)
        return row.status == RELEASED and not blocked and not is_expired(min(days, default=None), today)

    problems = []
    for thing in goods.things:
        keys = {key16(uri) for uri in thing.subjects}
        source = key16(thing.source) if thing.source else None
        its = boxes.get(thing.field) or [
            row for row in stock if row.subject in keys and row.ours and source in (None, row.holder)
        ]
        bad = sum(row.quantity for row in its if not good(row))
        wanted = amount_of(thing) * len(keys)
        if any(map(good, its)) and (thing.container or not wanted or wanted > bad):
            problems.append(Problem("operations.good_destroyed", "reason", {"goods": thing.uri}))
    return problems
