"""Release from hold: ObjectEvent OBSERVE inspecting / conformant, persistentDisposition unset, the block named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.events import happened, head
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import documents, site
from suyuan.stock.queries import About, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Lift one block, by two people. Other blocks, and the goods' own quality status, stay as they are."""

    warehouse: str
    block: str
    lines: tuple[Line, ...]
    testres: str = ""
    reason: str = ""
    at: datetime | None = None


@command(Release, permission="lot.release", approvals=("lot.release:approve",), four_eyes=always, apart="inspecting")
def release(ctx: Context, who: Who, c: Release) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    papers = documents(who, {"testres": c.testres}, problems)
    goods = resolve(who, c.lines, needed=False, whole=True)
    known = about(key16(uri) for uri in goods.subjects)
    problems += goods.problems + block_problems(goods, known, c.block)
    disposition = next(
        (one.blocks[block] for one in known.values() for block in one.blocks if block.hex() == c.block), ""
    )
    if disposition == "recalled":
        problems.append(Problem("operations.recall_not_released_here", "block"))
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "inspecting", "conformant",
            read_point=site(who, c.warehouse), documents=papers, unblocks=[disposition or "unavailable"],
            extra={"block": c.block, "reason": c.reason.strip()},
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.whole,
    )  # fmt: skip
    return Plan(result={"block": c.block}, events=[event], problems=problems, fields=goods.fields)


def block_problems(goods: Resolved, known: Mapping[bytes, About], block: str) -> list[Problem]:
    """Is there such a block on each of them?"""
    problems = []
    for thing in goods.things:
        for uri in thing.subjects:
            held = known.get(key16(uri))
            if held is None or block not in {one.hex() for one in held.blocks}:
                problems.append(Problem("operations.block_unknown", thing.field, {"goods": uri, "block": block}))
    return problems
