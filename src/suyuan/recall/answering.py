"""RecordAnswer: what a party says of the goods it has, altogether until now."""

from collections.abc import Mapping
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.catalog.files import do_add_file
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled, unscaled
from suyuan.ledger.keys import micros
from suyuan.recall.cases import OfCase, case_of, scope_of
from suyuan.recall.kinds import NoticeState
from suyuan.recall.models import Answer, Case, Notice, ScopeParty

AMOUNTS = ("found", "returned", "destroyed", "sold")
MOST_FILES = 20  # of one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer(OfCase):
    """What a party (URI) answered, in one unit; empty where it did not say. `found`: what it still had and set apart,
    with what it gave back or destroyed of that. `unit`: where it had goods in several; `person`: who said so; `files`:
    hashes.
    """

    party: str
    found: str = ""
    returned: str = ""
    destroyed: str = ""
    sold: str = ""
    unit: str = ""
    note: str = ""
    person: Personal = Personal("")  # noqa: RUF009  a constant
    files: tuple[str, ...] = ()


@command(RecordAnswer, permission="recall.notify")
def record_answer(ctx: Context, who: Who, c: RecordAnswer) -> Plan:
    problems: list[Problem] = []
    amounts = _amounts(c, problems)
    if not amounts and not c.note.strip() and not c.files and not problems:
        problems.append(Problem("recall.answer_empty", "found"))
    case = case_of(c, problems)
    if case is None:
        return Plan(problems=problems)
    unit = _unit(case, c, amounts, problems)
    if len(c.files) > MOST_FILES:
        problems.append(Problem("recall.files_many", "files", {"most": str(MOST_FILES)}))
    for n, hash_ in enumerate(c.files[:MOST_FILES]):
        try:
            do_add_file(name="", hash=hash_, version=who.directory.version)
        except Refused as refused:
            problems += [Problem(p.code, f"files[{n}]", p.params) for p in refused.problems]
    if problems:
        return Plan(problems=problems)
    answer = Answer.objects.create(
        case=case, party=c.party, at=micros(ctx.now), by=ctx.actor.id, unit=unit, note=c.note.strip(),
        files=list(c.files), **amounts,
    )  # fmt: skip
    waiting = Notice.objects.filter(case=case, party=c.party, state=NoticeState.SENT.value)
    waiting.update(state=NoticeState.CONFIRMED.value, due=None, next_try=None)
    return Plan(result={"case": case.number, "answer": answer.pk}, about=[case.uri])


def _amounts(c: RecordAnswer, problems: list[Problem]) -> dict[str, int]:
    """What was said, in millionths."""
    found: dict[str, int] = {}
    for name in AMOUNTS:
        text = str(getattr(c, name)).strip()
        if not text:
            continue
        try:
            found[name] = scaled(parse_amount(text.replace(",", "").replace("，", "")))
        except Refused:
            problems.append(Problem("recall.amount_wrong", name, {"value": text[:40]}))
    return found


def _unit(case: Case, c: RecordAnswer, amounts: Mapping[str, int], problems: list[Problem]) -> str:
    """The unit of the answer: the only one the party had goods in, or the one that is named."""
    rows = ScopeParty.objects.filter(scope=scope_of(case), party=c.party)
    had: dict[str, int] = {}
    for row in rows:
        had[row.unit] = max(had.get(row.unit, 0), row.quantity)
    unit = c.unit or (next(iter(had)) if len(had) == 1 else "")
    if not had:
        problems.append(Problem("recall.party_unknown", "party", {"party": c.party[:200]}))
    elif unit not in had and amounts:
        problems.append(Problem("recall.unit_wrong", "unit", {"name": c.party, "unit": unit or "?"}))
    else:
        most = had.get(unit, 0)
        gone = amounts.get("returned", 0) + amounts.get("destroyed", 0)
        kept = max(amounts.get("found", 0), gone)
        for name, amount in (("found", kept), ("sold", kept + amounts["sold"] if "sold" in amounts else 0)):
            if amount > most:
                params = {"name": c.party, "had": decimal_text(unscaled(most)), "unit": unit}
                params["amount"] = decimal_text(unscaled(amount))
                problems.append(Problem("recall.amount_more", name, params))
                break
    return unit
