"""PublishNotice and WithdrawNotice: what consumers read."""

from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, always, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import micros
from suyuan.recall.cases import LONGEST, OfCase, case_of, signer_problems, text_problems
from suyuan.recall.models import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishNotice(OfCase):
    """Put a notice to consumers on the public page, or another one in its place. In one language at least."""

    title_zh: str = ""
    text_zh: str = ""
    title_en: str = ""
    text_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawNotice(OfCase):
    """Take it off the public page."""

    reason: str


@command(PublishNotice, permission="recall.notify", approvals=("recall.notify:approve",), four_eyes=always)
def publish_notice(ctx: Context, who: Who, c: PublishNotice) -> Plan:
    problems: list[Problem] = []
    zh, en = (c.title_zh.strip(), c.text_zh.strip()), (c.title_en.strip(), c.text_en.strip())
    if not (all(zh) or all(en)) or any(zh) != all(zh) or any(en) != all(en):
        problems.append(Problem("recall.public_empty", "title_zh"))
    for field, text, most in (("title_zh", zh[0], 200), ("title_en", en[0], 200), ("text_zh", zh[1], LONGEST)):
        if len(text) > most:
            problems.append(Problem("recall.text_long", field, {"most": str(most)}))
    case = case_of(c, problems)
    problems += signer_problems(ctx, case.opened_person) if case is not None else []
    if case is None or problems:
        return Plan(problems=problems)
    Case.objects.filter(pk=case.pk).update(
        public_title_zh=zh[0], public_text_zh=zh[1], public_title_en=en[0], public_text_en=en[1],
        published=micros(ctx.now), withdrawn=None,
    )  # fmt: skip
    return Plan(result={"case": case.number}, about=[case.uri])


@command(WithdrawNotice, permission="recall.notify")
def withdraw_notice(ctx: Context, who: Who, c: WithdrawNotice) -> Plan:
    problems = text_problems(("reason", c.reason))
    # After the end as well: what stood too long is taken down then.
    case = Case.objects.select_for_update().filter(number=c.case.strip(), log=c.warehouse).first()
    if case is None:
        problems.append(Problem("recall.unknown", "case", {"number": c.case[:40]}))
    elif case.published is None:
        problems.append(Problem("recall.not_published", "case"))
    if case is None or problems:
        return Plan(problems=problems)
    do_withdraw(case, micros(ctx.now))
    return Plan(result={"case": case.number}, about=[case.uri])


def do_withdraw(case: Case, at: int) -> None:
    case.published, case.withdrawn = None, at
    Case.objects.filter(pk=case.pk).update(published=None, withdrawn=at)
