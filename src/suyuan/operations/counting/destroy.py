"""Destroy: ObjectEvent DELETE destroying / destroyed, by two people, for a reason."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.counting.owners import by_owner, owner_uri
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, resolve
from suyuan.operations.parties import documents, site
from suyuan.operations.places import places_of
from suyuan.operations.shortage import absent_containers
from suyuan.stock.queries import stock_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroy:
    """Goods that are no more, with all that is in a container. `cert`: the proof of destruction. `owner`: whose goods
    they are, a partner or ``own``; where it is not said, those of the only one who has such goods there, else ours.
    """

    warehouse: str
    lines: tuple[Line, ...]
    reason: str
    cert: str = ""
    owner: str = ""
    at: datetime | None = None


@command(Destroy, permission="destroy", approvals=("destroy:approve",), four_eyes=always)
def destroy(ctx: Context, who: Who, c: Destroy) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    papers = documents(who, {"cert": c.cert}, problems)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    owner = owner_uri(who, c.warehouse, c.owner, "owner", problems)
    stock = stock_of((key16(uri) for uri in goods.subjects), c.warehouse)
    if not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "destroying", "destroyed",
                read_point=site(who, c.warehouse), documents=papers,
                extra={"from": source, "reason": c.reason.strip(), "owner": whose},
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
    return Plan(result={}, events=events, problems=problems, fields=goods.fields)
