"""Take a sample: ObjectEvent OBSERVE sampling. It leaves stock for the samples, which are never allocated."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, resolve
from suyuan.operations.parties import documents, site
from suyuan.operations.places import places_of
from suyuan.operations.shortage import short_problems
from suyuan.stock.queries import stock_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is taken out for a test (`testprd`: its protocol) or to be kept (留样)."""

    warehouse: str
    lines: tuple[Line, ...]
    testprd: str = ""
    at: datetime | None = None


@command(Sample, permission="inspect")
def sample(ctx: Context, who: Who, c: Sample) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    papers = documents(who, {"testprd": c.testprd}, problems)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), day=day_of(who, c.warehouse, at))
    problems += goods.problems
    problems += short_problems(goods, stock_of((key16(uri) for uri in goods.subjects), c.warehouse))
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "sampling",
                read_point=site(who, c.warehouse), documents=papers, extra={"from": source},
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    return Plan(result={}, events=events, problems=problems, fields=goods.fields)
