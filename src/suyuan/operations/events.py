"""What every event of an operation says alike: the request it came from, who answers for it, when it happened."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import Head, Pair
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.gs1.problems import Problem

SKEW = timedelta(minutes=5)  # a handheld's clock may be ahead of ours by so much


def zone_of(who: Who, warehouse: str) -> ZoneInfo:
    """The time zone of the warehouse's site."""
    return who.zone(warehouse) or ZoneInfo("UTC")


def happened(ctx: Context, at: datetime | None, problems: list[Problem]) -> datetime:
    """When it happened: now, unless the command says otherwise; not in the future, and never without a zone."""
    if at is None:
        return ctx.now
    if at.tzinfo is None:
        problems.append(Problem("operations.time_zone_missing", "at"))
        return ctx.now
    if at > ctx.now + SKEW:
        problems.append(Problem("operations.in_the_future", "at", {"time": at.isoformat(timespec="minutes")}))
    return at


def day_of(who: Who, warehouse: str, at: datetime) -> date:
    """The date at the site."""
    return at.astimezone(zone_of(who, warehouse)).date()


def head(
    ctx: Context,
    who: Who,
    warehouse: str,
    at: datetime,
    step: str,
    disposition: str = "",
    *,
    read_point: str = "",
    location: str = "",
    documents: Sequence[Pair] = (),
    sources: Sequence[Pair] = (),
    destinations: Sequence[Pair] = (),
    blocks: Sequence[str] = (),
    unblocks: Sequence[str] = (),
    extra: Mapping[str, object] | None = None,
) -> Head:
    """The head of an event of this command, with an id of its own."""
    return Head(
        id=ctx.mint(),
        at=at,
        zone=zone_of(who, warehouse),
        step=step,
        disposition=disposition,
        read_point=read_point,
        location=location,
        documents=documents,
        sources=sources,
        destinations=destinations,
        blocks=blocks,
        unblocks=unblocks,
        extra={"request": str(ctx.request_id), "by": ctx.actor.id, **(extra or {})},
    )


def unaccepted(problems: Sequence[Problem], accepted: frozenset[str]) -> list[Problem]:
    """Warnings that nobody has said yes to; the code is what one says yes with."""
    return [problem for problem in problems if problem.code not in accepted]
