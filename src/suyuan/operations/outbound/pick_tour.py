"""Take a tour, so that nobody else does; give it back; put an order's goods into a tote."""

from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.lines import container_uri
from suyuan.operations.outbound.pick_planning import tour_problems
from suyuan.operations.shortage import elsewhere
from suyuan.picking.kinds import TourState
from suyuan.picking.queries import slots_of, tour_of
from suyuan.picking.writes import do_leave, do_set_tote, do_take


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTour:
    """Whoever gives this command picks the tour."""

    warehouse: str
    tour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTour:
    """Somebody else may go on with it. What was picked stays picked. Of another's tour: with a reason."""

    warehouse: str
    tour: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTote:
    """The goods of the order at `position` of the trolley go into this tote, or into none."""

    warehouse: str
    tour: int
    position: int
    tote: str = ""


@command(TakeTour, permission="pick")
def take_tour(ctx: Context, who: Who, c: TakeTour) -> Plan:
    tour = tour_of(c.warehouse, c.tour)
    if tour is None:
        return Plan(problems=[Problem("picking.tour_unknown", "tour")])
    mine = tour.state == TourState.TAKEN and tour.person == ctx.actor.id
    if not mine and not do_take(tour.pk, ctx.actor.id, ctx.now):
        tour = tour_of(c.warehouse, c.tour)
        code = "picking.tour_of_other" if tour is not None and tour.state == TourState.TAKEN else "picking.tour_ended"
        shown = {"tour": f"{tour.wave.number}/{tour.number}" if tour is not None else ""}
        return Plan(problems=[Problem(code, "tour", shown)])
    return Plan(result={"tour": tour.pk, "wave": str(tour.wave_id)})


@command(LeaveTour, permission="pick")
def leave_tour(ctx: Context, who: Who, c: LeaveTour) -> Plan:
    tour = tour_of(c.warehouse, c.tour, lock=True)
    problems = tour_problems(tour, ctx.actor.id)
    if c.reason.strip():  # of somebody who went home
        problems = [one for one in problems if one.code != "picking.tour_of_other"]
    if tour is None or problems:
        return Plan(problems=problems)
    do_leave(tour.pk)
    return Plan(result={"tour": tour.pk})


@command(SetTote, permission="pick")
def set_tote(ctx: Context, who: Who, c: SetTote) -> Plan:
    tour = tour_of(c.warehouse, c.tour, lock=True)
    problems = tour_problems(tour, ctx.actor.id)
    slots = slots_of(tour) if tour is not None else []
    slot = next((one for one in slots if one.position == c.position), None)
    if slot is None:
        problems.append(Problem("picking.position_unknown", "position", {"position": str(c.position)}))
    tote = ""
    try:
        tote = container_uri(who, c.tote, "tote") if c.tote.strip() else ""
    except Refused as refused:
        problems += refused.problems
    problems += elsewhere(tote, c.warehouse, "tote")
    if tote and any(one.tote == tote and one is not slot for one in slots):
        problems.append(Problem("picking.tote_twice", "tote", {"tote": c.tote}))
    if slot is None or problems:
        return Plan(problems=problems)
    do_set_tote(slot.pk, tote)
    return Plan(result={"tour": c.tour, "position": c.position, "tote": tote})
