"""Put results right after the verdict: ObjectEvent OBSERVE inspecting without disposition, which judges nothing.

The results as they were stay; the new ones are a version of their own, with its hash and its reason.
"""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.inspection.checking import file_problems, inspection_of, new_id, reason_problems, text_length
from suyuan.inspection.commands import Answer, Reviewed, answers_of, paper_json, paper_problems
from suyuan.inspection.judging import judged
from suyuan.inspection.kinds import State
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import asked_of, cells_of_row, row_checks
from suyuan.inspection.writes import digest_of, do_revise
from suyuan.ledger.keys import micros
from suyuan.operations.events import happened, head
from suyuan.operations.parties import site
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseInspection:
    """All results as they should have been, and why they were not. The verdict stays; where the new results do not bear
    it, `Inspect` gives another one."""

    warehouse: str
    inspection: str
    reason: str
    answers: tuple[Answer, ...] = ()
    papers: tuple[Reviewed, ...] = ()
    files: tuple[str, ...] = ()
    note: str = ""
    at: datetime | None = None


@command(ReviseInspection, permission="inspect", approvals=("inspect", "lot.release:approve"), four_eyes=always)
def revise(ctx: Context, who: Who, c: ReviseInspection) -> Plan:
    problems = reason_problems(c.reason)
    at = happened(ctx, c.at, problems)
    old = inspection_of(c.inspection, c.warehouse, problems)
    if old is None:
        return Plan(problems=problems)
    results = answers_of(old, c.answers, problems)
    problems += paper_problems(c.papers) + file_problems([*c.files, *(one.file for one in c.papers)])
    problems += text_length(c.note, "note") + version_problems(old)
    papers = [paper_json(one) for one in c.papers]
    if (results, papers, list(c.files), c.note.strip()) == (old.results, old.papers, old.files, old.note):
        problems.append(Problem("inspection.same_results", "answers", {"number": old.number}))
    if problems:
        return Plan(problems=problems)
    new = next_version(ctx, old, c.reason.strip())
    new.results, new.papers, new.files, new.note = results, papers, list(c.files), c.note.strip()
    finding = judged(row_checks(new), asked_of(new), cells_of_row(new))
    new.found, new.digest = finding.found, digest_of(new)
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "inspecting", read_point=site(who, c.warehouse),
            extra={
                "receipt": old.receipt, "reason": c.reason.strip(),
                "inspection": {"id": str(new.pk), "hash": new.digest, "revises": str(old.pk)},
            },
        ),
        "OBSERVE",
        amounts=[Amount(uri=old.goods)],
    )  # fmt: skip
    new.event = str(event["eventID"])
    do_revise(old, new)
    bears = (finding.good and finding.complete) or old.state != State.PASSED
    result: dict[str, Json] = {"inspection": str(new.pk), "bears": bears}
    return Plan(result=result, events=[event], about=[old.goods])


def version_problems(old: Inspection) -> list[Problem]:
    """An open one is not revised but filled in; one that has been revised already has a latest version."""
    if old.state in (State.OPEN, State.DROPPED):
        return [Problem("inspection.unknown", "inspection", {"inspection": old.number})]
    return [Problem("inspection.revised_already", "inspection", {"number": old.number})] if old.superseded else []


def next_version(ctx: Context, old: Inspection, reason: str) -> Inspection:
    """A copy that takes the place of the old one."""
    copied = {
        field.attname: getattr(old, field.attname)
        for field in Inspection._meta.concrete_fields
        if field.attname not in ("id", "revises_id", "superseded", "version", "decided", "inspector", "event", "digest")
    }
    copied["reason"] = reason
    return Inspection(
        **copied, id=new_id(ctx), revises=old, inspector=ctx.actor.id, decided=micros(ctx.now), version=old.version + 1
    )
