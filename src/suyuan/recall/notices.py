"""Telling the parties: drafts, what somebody changes of them, the approval by another, what people send by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import micros
from suyuan.recall.cases import OfCase, case_of, choice_problems, scope_of, signer_problems, text_problems
from suyuan.recall.contacts import contact_problems
from suyuan.recall.drafting import LANGUAGES, Recipient, do_draft
from suyuan.recall.kinds import (
    RUNNING,
    SENT_BY_WORKER,
    WAYS,
    NoticeState,
    Purpose,
    Role,
    State,
    Way,
)
from suyuan.recall.models import Case, Notice, ScopeParty
from suyuan.recall.rules import LEVELS, Drafted, notices_digest, silent_until

EDITABLE = (NoticeState.DRAFTED.value, NoticeState.FAILED.value)
TOLD_ROLES = (Role.CUSTOMER.value, Role.SUPPLIER.value, Role.MAKER.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftNotices(OfCase):
    """Write a notice for each party of the scope in these roles that has none yet, or for `parties` (URIs) alone; and
    for `others`, who had nothing of the goods. `way`: how, where not each by its quickest. `purpose`: start, or change
    where parties that were told are told anew.
    """

    roles: tuple[str, ...] = (Role.CUSTOMER.value,)
    parties: tuple[str, ...] = ()
    others: tuple[Recipient, ...] = ()
    way: str = ""
    purpose: str = Purpose.START.value


@dataclass(frozen=True, slots=True, kw_only=True)
class OfNotice(OfCase):
    """A notice of a case, by its id."""

    notice: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseNotice(OfNotice):
    """Change a draft, or one that could not be sent, which is a draft then."""

    way: str
    contact: Personal
    language: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveNotices(OfCase):
    """These drafts may go. `digest`: `rules.notices_digest` of what was read; another person than whoever wrote them
    signs.
    """

    notices: tuple[int, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNotified(OfNotice):
    """A letter went, or somebody was called: `person` whom one spoke to."""

    person: Personal = Personal("")  # noqa: RUF009  a constant
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryNotice(OfNotice):
    """What could not be sent is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropNotice(OfNotice):
    """It is not sent."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateNotice(OfNotice):
    """A party was silent for too long: it is reminded, and next time called. Given by the worker."""


@command(DraftNotices, permission="recall.notify")
def draft_notices(ctx: Context, who: Who, c: DraftNotices) -> Plan:
    problems = [p for role in c.roles for p in choice_problems("roles", role, TOLD_ROLES)]
    problems += choice_problems("purpose", c.purpose, (Purpose.START.value, Purpose.CHANGE.value))
    problems += choice_problems("way", c.way, ("", *WAYS))
    for n, other in enumerate(c.others):
        problems += _recipient_problems(other, f"others[{n}]")
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    scope = scope_of(case)
    there = set(ScopeParty.objects.filter(scope=scope, role__in=c.roles).values_list("party", "role"))
    known = {party for party, _role in there}
    problems += [
        Problem("recall.party_unknown", f"parties[{n}]", {"party": party})
        for n, party in enumerate(c.parties) if party not in known
    ]  # fmt: skip
    wanted = {one for one in there if one[0] in c.parties} if c.parties else there - told_already(case, c.purpose)
    if not problems and not wanted and not c.others:
        problems.append(Problem("recall.no_notices", "parties"))
    if problems:
        return Plan(problems=problems)
    drafts = do_draft(ctx, who, case, scope, wanted, purpose=Purpose(c.purpose), way=c.way, others=c.others)
    return Plan(result={"case": case.number, "drafted": len(drafts)}, about=[case.uri])


def told_already(case: Case, purpose: str) -> set[tuple[str, str]]:
    """The parties (URI, role) with a notice; where a change is told, with one for the version that counts."""
    rows = Notice.objects.filter(case=case).exclude(state=NoticeState.DROPPED.value)
    if purpose == Purpose.CHANGE:
        rows = rows.filter(version=case.version)
    return set(rows.values_list("party", "role"))


def _recipient_problems(to: Recipient, field: str) -> list[Problem]:
    found = text_problems((f"{field}.name", to.name))
    found += choice_problems(f"{field}.way", to.way, WAYS) + choice_problems(
        f"{field}.language", to.language, LANGUAGES
    )
    found += choice_problems(f"{field}.role", to.role, (Role.AUTHORITY.value,))
    return found + contact_problems(to.way, to.contact, to.name, f"{field}.contact")


def notice_of(c: OfNotice, case: Case | None, problems: list[Problem], *states: str) -> Notice | None:
    """The notice, in one of these states."""
    if case is None:
        return None
    found = Notice.objects.filter(pk=c.notice, case=case).first()
    if found is None:
        problems.append(Problem("recall.notice_unknown", "notice"))
        return None
    if found.state not in states:
        problems.append(state_problem(found))
        return None
    return found


def state_problem(notice: Notice, field: str = "notice") -> Problem:
    return Problem("recall.notice_state", field, {"name": notice.name})


@command(ReviseNotice, permission="recall.notify")
def revise_notice(ctx: Context, who: Who, c: ReviseNotice) -> Plan:
    problems = choice_problems("way", c.way, WAYS) + choice_problems("language", c.language, LANGUAGES)
    problems += text_problems(("subject", c.subject), code="recall.title_missing")
    problems += [Problem("recall.finding_missing", "body")] if not c.body.strip() else []
    notice = notice_of(c, case_of(c, problems), problems, *EDITABLE)
    if notice is None:
        return Plan(problems=problems)
    problems += contact_problems(c.way, c.contact, notice.name) if c.contact.strip() else []
    if problems:
        return Plan(problems=problems)
    Notice.objects.filter(pk=notice.pk).update(
        way=c.way, contact=str(c.contact).strip()[:300], language=c.language, subject=c.subject.strip()[:300],
        body=c.body.strip(), state=NoticeState.DRAFTED.value, drafted=micros(ctx.now), drafted_by=ctx.actor.id,
        drafted_person=ctx.actor.human, trouble="", tries=0,
    )  # fmt: skip
    return Plan(result={"notice": notice.pk}, about=[notice.case.uri])


@command(ApproveNotices, permission="recall.notify", approvals=("recall.notify:approve",), four_eyes=always)
def approve_notices(ctx: Context, who: Who, c: ApproveNotices) -> Plan:
    problems: list[Problem] = []
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    found = list(Notice.objects.filter(case=case, pk__in=c.notices).order_by("pk"))
    if not c.notices or len(found) < len(set(c.notices)):
        problems.append(Problem("recall.notice_unknown" if c.notices else "recall.no_notices", "notices"))
    for notice in found:
        if notice.state != NoticeState.DRAFTED:
            problems.append(state_problem(notice, "notices"))
        problems += signer_problems(ctx, notice.drafted_person, "recall.drafter_signs", name=notice.name)
        problems += contact_problems(notice.way, notice.contact, notice.name, "notices") if _needs(notice) else []
    problems += signer_problems(ctx, case.opened_person)
    if not problems and notices_digest(map(drafted, found)) != c.digest:
        problems.append(Problem("recall.notices_changed", "digest"))
    if problems:
        return Plan(problems=problems)
    do_approve(ctx, found)
    if case.state == State.OPEN:
        case.state = State.NOTIFYING.value
    case.told = case.told or micros(ctx.now)
    case.save(update_fields=["state", "told"])
    return Plan(result={"case": case.number, "approved": len(found)}, about=[case.uri])


def _needs(notice: Notice) -> bool:
    """A letter may be taken to somebody whose address nobody entered."""
    return notice.way != Way.LETTER


def do_approve(ctx: Context, notices: Sequence[Notice]) -> None:
    """They may go; what the worker sends is due at once."""
    by = ctx.signatures[0].actor.id if ctx.signatures else ctx.actor.id
    at = micros(ctx.now)
    for notice in notices:
        notice.state, notice.approved, notice.approved_by = NoticeState.APPROVED.value, at, by
        notice.next_try = at if notice.way in SENT_BY_WORKER else None
    Notice.objects.bulk_update(notices, ["state", "approved", "approved_by", "next_try"], batch_size=500)


def drafted(notice: Notice) -> Drafted:
    return Drafted(notice.pk, notice.way, notice.contact, notice.subject, notice.body)


@command(MarkNotified, permission="recall.notify")
def mark_notified(ctx: Context, who: Who, c: MarkNotified) -> Plan:
    problems: list[Problem] = []
    case = case_of(c, problems, ended=True)  # that it was cancelled is told after the end
    notice = notice_of(c, case, problems, NoticeState.APPROVED.value, NoticeState.SENT.value)
    if case is None or notice is None or problems:
        return Plan(problems=problems)
    if notice.state == NoticeState.APPROVED and notice.way in SENT_BY_WORKER:
        return Plan(problems=[Problem("recall.not_by_hand", "notice", {"name": notice.name})])
    due = micros(silent_until(ctx.now, case.hazard_class)) if notice.party and case.state in RUNNING else None
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.SENT.value, sent=notice.sent or micros(ctx.now), due=due, note=c.note.strip()[:300]
    )
    return Plan(result={"notice": notice.pk}, about=[case.uri])


@command(RetryNotice, permission="recall.notify")
def retry_notice(ctx: Context, who: Who, c: RetryNotice) -> Plan:
    problems: list[Problem] = []
    notice = notice_of(c, case_of(c, problems, ended=True), problems, NoticeState.FAILED.value)
    if notice is None or problems:
        return Plan(problems=problems)
    again = {"state": NoticeState.APPROVED.value, "next_try": micros(ctx.now), "tries": 0, "trouble": ""}
    Notice.objects.filter(pk=notice.pk).update(**again)
    return Plan(result={"notice": notice.pk}, about=[notice.case.uri])


@command(DropNotice, permission="recall.notify")
def drop_notice(ctx: Context, who: Who, c: DropNotice) -> Plan:
    problems = text_problems(("reason", c.reason))
    notice = notice_of(c, case_of(c, problems), problems, *EDITABLE)
    if notice is None or problems:
        return Plan(problems=problems)
    gone = {"state": NoticeState.DROPPED.value, "next_try": None, "note": c.reason.strip()[:300]}
    Notice.objects.filter(pk=notice.pk).update(**gone)
    return Plan(result={"notice": notice.pk}, about=[notice.case.uri])


@command(EscalateNotice, permission="recall.notify")
def escalate_notice(ctx: Context, who: Who, c: EscalateNotice) -> Plan:
    problems: list[Problem] = []
    case = case_of(c, problems)
    notice = notice_of(c, case, problems, NoticeState.SENT.value)
    if case is None or notice is None or problems:
        return Plan(problems=problems)
    if notice.due is None or notice.due > micros(ctx.now):
        return Plan(problems=[Problem("recall.not_due", "notice", {"name": notice.name})])
    level = notice.level + 1
    remind = level == 1 and notice.way in SENT_BY_WORKER
    due = micros(silent_until(ctx.now, case.hazard_class)) if level < LEVELS else None
    Notice.objects.filter(pk=notice.pk).update(
        level=level, due=due, next_try=micros(ctx.now) if remind else None, tries=0
    )
    return Plan(result={"notice": notice.pk, "level": level}, about=[case.uri])
