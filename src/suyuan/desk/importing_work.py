"""The job that checks a sheet against a register, and writes it: the same reading, the same rules, the same rows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from typing import Any, cast

from suyuan.accounts.rules import Actor
from suyuan.catalog.duplicates import Similar, similar_in
from suyuan.catalog.fields import Field, Value
from suyuan.catalog.register import Draft, Intake, Row, drafts_of, frozen_problems
from suyuan.desk import counting_file, importing_opening, importing_orders
from suyuan.desk.importing_rules import (
    Head,
    Line,
    best_sheet,
    find_head,
    head_problems,
    in_order,
    propose,
    read_lines,
)
from suyuan.desk.registers import PUTS, REGISTERS
from suyuan.governance.approvals import asking
from suyuan.governance.jobs import Answer, Running, kind
from suyuan.governance.kernel import execute
from suyuan.governance.master import needs_signature, used
from suyuan.governance.models import Job, JobFile, State
from suyuan.gs1.problems import Problem, Refused
from suyuan.tlog.jcs import Json
from suyuan.ui.access import Access, Reader
from suyuan.ui.workbooks import Sheet, read_workbook

KIND = "import"
CHUNK = 1000  # rows in one command, and one change record
STATUS = "status"  # what a second person signs, of a partner
MOST_ALIKE = 100  # rows that are listed as likely doubles; more than anybody reads
PART = 500  # rows kept together for the page that shows them
READING, CHECKING = "reading", "checking"
NEW, CHANGED, SAME, WRONG, UNJUDGED = "new", "changed", "same", "wrong", ""
REMEMBERED = 20  # jobs before this one that are asked how the columns were read
_AT = "rows["
# Everything that a sheet can be: the registers, what lay in the bins at the beginning, and what was counted.
SHEETS: dict[str, Intake] = {
    **REGISTERS,
    importing_opening.NAME: importing_opening.OPENING,
    counting_file.NAME: counting_file.COUNTED,
    **importing_orders.INTAKES,
}
Writes = Callable[[Sequence[Line], int], Iterator[tuple[object, Sequence[Line]]]]
# The commands that write lines, at most so many in each, and the lines of each; those of registers put rows.
WRITES: dict[str, Writes] = {
    importing_opening.NAME: importing_opening.commands,
    counting_file.NAME: counting_file.commands,
    **{name: partial(importing_orders.commands, name) for name in importing_orders.INTAKES},
}

OF_WAREHOUSES = frozenset({importing_opening.NAME, counting_file.NAME})
# Master data are everybody's, so it takes the right everywhere; stock belongs to its warehouse.
BRINGS = {
    name: Access(Reader.ROLE, one.permission, anywhere=name in OF_WAREHOUSES, everywhere=name not in OF_WAREHOUSES)
    for name, one in SHEETS.items()
}
BRINGS_SOMETHING = Access(Reader.ROLE, one_of=(BRINGS["items"], *BRINGS.values()))


def may_bring(actor: Actor, register: Intake) -> bool:
    """May he bring rows of it in, at least somewhere?"""
    return BRINGS[register.name].lets(actor, "")


@dataclass(frozen=True, slots=True)
class Plan:
    """A file as it is going to be read."""

    register: Intake
    fields: tuple[Field, ...]
    sheet: Sheet
    head: Head
    mapping: Mapping[int, str]
    lines: Sequence[Line]
    missing: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What would become of a line: one of the four words above, and what is wrong with it. `signed`: a part of it
    waits for a second person.
    """

    line: Line
    fate: str
    problems: Sequence[Problem]
    signed: bool = False


@kind(KIND)
def work(running: Running) -> Answer | None:
    """`params`: register, file (the job that has it), and as chosen: sheet, columns (column → field), emptying, write.

    The result says how the sheet was read and counts its rows; with ``write`` they are written where none is wrong.
    """
    params = running.job.params
    register = SHEETS[params["register"]]
    actor = running.actor()
    _refuse_stranger(actor, register)
    running.beat(READING, 0, 0)
    plan = plan_of(running.job, register)
    running.beat(CHECKING, 0, len(plan.lines))
    today = running.clock().astimezone(UTC).date()  # as the commands have it
    judged = (
        judge(plan, today, actor)
        if not plan.missing
        else [Judged(line, UNJUDGED, line.problems) for line in plan.lines]
    )
    counts = _counts(judged)
    running.beat(CHECKING, len(judged), len(judged))
    _keep(running, judged)
    if params.get("write") and not counts[WRONG] and not plan.missing:
        _write(running, actor, plan, judged)
        return None
    return _answer(plan, judged) | doubles(register, judged)


def _refuse_stranger(actor: Actor, register: Intake) -> None:
    if not may_bring(actor, register):
        params = {"permission": register.permission, "scope": "*"}
        raise Refused([Problem("governance.not_allowed", "", params)])


def plan_of(job: Job, register: Intake) -> Plan:
    """Read the file. Refused where it has no rows."""
    params = job.params
    sheets = read_workbook(bytes(JobFile.objects.get(pk=params.get("file") or job.pk).content))
    fields = register.all_fields()
    chosen = [sheet for sheet in sheets if sheet.name == params.get("sheet")]
    sheet = chosen[0] if chosen else best_sheet(fields, sheets)
    head = find_head(fields, sheet)
    mapping = _mapping(fields, head, params)
    lines = read_lines(fields, sheet, head, mapping, emptying=bool(params.get("emptying")))
    if not lines:
        raise Refused([Problem("desk.rows_missing", "file", {"sheet": sheet.name})])
    return Plan(register, fields, sheet, head, mapping, lines, head_problems(register, mapping))


def _mapping(fields: Sequence[Field], head: Head, params: Mapping[str, Any]) -> dict[int, str]:
    """As it was chosen for this file, else as it is proposed."""
    known = {one.name for one in fields}
    columns: Mapping[str, str] | None = params.get("columns")
    if columns is None:
        return propose(fields, head.words, remembered(params["register"]))
    chosen = {int(column): name for column, name in columns.items() if name in known and column.isdigit()}
    return {column: name for column, name in chosen.items() if column < len(head.words)}


def remembered(register: str) -> dict[str, str]:
    """Word over a column → field, as people chose it for this register; the latest choice counts."""
    rows = Job.objects.filter(kind=KIND, params__register=register, state=State.DONE, params__has_key="columns")
    found: dict[str, str] = {}
    for params, result in rows.order_by("-created").values_list("params", "result")[:REMEMBERED]:
        for column, word in enumerate(result.get("words", ())):
            found.setdefault(word, params["columns"].get(str(column), ""))
    return found


# -- judging ----------------------------------------------------------------------------------------------------------


def judge(plan: Plan, today: date, actor: Actor) -> list[Judged]:
    """Every line with what would become of it where `actor` brings it. All at once: one may point to another."""
    register = plan.register
    drafts, problems = drafts_of(register, [Row(line.values) for line in plan.lines], plan.fields)
    problems += register.problems(drafts)
    problems += frozen_problems(register, drafts, used)
    problems += register.judge_used(drafts, used, today)
    problems += _elsewhere(actor, register, drafts)
    said = _by_line(problems, [line.number for line in plan.lines])
    return [
        _judged(line, draft, said.get(n, []), signed=_needs_second(actor, register, draft))
        for n, (line, draft) in enumerate(zip(plan.lines, drafts, strict=True))
    ]


def _elsewhere(actor: Actor, register: Intake, drafts: Sequence[Draft]) -> list[Problem]:
    """The rows of warehouses in which he may bring nothing."""
    if register.name not in OF_WAREHOUSES:
        return []
    found = []
    for n, draft in enumerate(drafts):
        warehouse = str(draft.values.get("warehouse") or "").lower()
        if warehouse and not actor.may(register.permission, warehouse):
            params = {"permission": register.permission, "scope": warehouse}
            found.append(Problem("governance.not_allowed", f"rows[{n}].warehouse", params))
    return found


def _needs_second(actor: Actor, register: Intake, draft: Draft) -> bool:
    if register.name == importing_opening.NAME:
        return importing_opening.signed_by_second(actor, draft)
    return needs_signature(register, draft)


def _judged(line: Line, draft: Draft, said: Sequence[Problem], *, signed: bool) -> Judged:
    unread = {problem.field for problem in line.problems}
    problems = [*line.problems, *(problem for problem in said if problem.field not in unread)]
    if problems:
        return Judged(line, WRONG, problems)
    if draft.before is None:
        return Judged(line, NEW, (), signed)
    return Judged(line, CHANGED if any(map(draft.changed, draft.given)) else SAME, (), signed)


def doubles(register: Intake, judged: Sequence[Judged]) -> dict[str, Json]:
    """New rows that may be there already, in the catalog or in the file before them: how many, and the first of them
    as [row, code, [[code, name zh, name en, score, why, …], …]]. It warns; nothing is refused for it.
    """
    new = [one.line for one in judged if one.fate == NEW]
    found = sorted(similar_in(register.name, [line.values for line in new]).items())
    listed: list[Json] = [
        [new[n].number, str(new[n].values.get("code") or ""), [_told(one) for one in alike]]
        for n, alike in found[:MOST_ALIKE]
    ]
    return {"alike": len(found), "doubles": listed}


def _told(one: Similar) -> Json:
    return [one.code, one.name_zh, one.name_en, one.score, *(why.value for why in one.why)]


def _by_line(problems: Sequence[Problem], numbers: Sequence[int]) -> dict[int, list[Problem]]:
    """Problems at ``rows[n].field`` by n, at their field; rows they speak of by the number people see."""
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        place = problem.field.replace("lines[", _AT, 1) if problem.field.startswith("lines[") else problem.field
        number, _, name = place.removeprefix(_AT).partition("]")
        if not place.startswith(_AT) or not number.isdigit():
            raise Refused([problem])
        params = dict(problem.params)
        if params.get("row", "").isdigit() and int(params["row"]) <= len(numbers):
            params["row"] = str(numbers[int(params["row"]) - 1])
        found.setdefault(int(number), []).append(Problem(problem.code, name.removeprefix("."), params))
    return found


def _counts(judged: Sequence[Judged]) -> dict[str, int]:
    counts = dict.fromkeys((NEW, CHANGED, SAME, WRONG, UNJUDGED), 0)
    for one in judged:
        counts[one.fate] += 1
    return counts


def _keep(running: Running, judged: Sequence[Judged]) -> None:
    for number, start in enumerate(range(0, len(judged), PART)):
        part = judged[start : start + PART]
        running.keep_part(number, [_kept(one) for one in part], sum(one.fate == WRONG for one in part))


def _kept(one: Judged) -> Json:
    problems: list[Json] = [[problem.field, problem.code, dict(problem.params)] for problem in one.problems]
    return [one.line.number, one.fate, list(one.line.cells), problems, one.signed]


def _answer(plan: Plan, judged: Sequence[Judged], written: bool = False) -> dict[str, Json]:
    columns: dict[str, Json] = {str(column): name for column, name in plan.mapping.items()}
    return {
        "sheet": plan.sheet.name,
        "head": plan.head.row + 1,
        "words": list(plan.head.words),
        "columns": columns,
        "missing": [problem.field for problem in plan.missing],
        "counts": cast(Json, _counts(judged)),
        "signed": sum(one.signed for one in judged),
        "written": written,
    }


# -- writing ----------------------------------------------------------------------------------------------------------


def _write(running: Running, actor: Actor, plan: Plan, judged: Sequence[Judged]) -> None:
    """All of it or nothing: commands of a thousand rows in one transaction, with the end of the job."""
    done, reason = 0, _reason(running.job)
    signed = [one.line for one in judged if one.signed]
    with running.writing(len(plan.lines)) as tell:
        commands = [
            *_commands(plan, reason, {line.number for line in signed}),
            *_requests(plan.register, signed, reason),
        ]
        for number, (command, part) in enumerate(commands):
            try:
                execute(running.context(actor, number), command)
            except Refused as refused:
                raise Refused(_in_words(refused.problems, part)) from None
            done += len(part)
            tell(min(done, len(plan.lines)))
        running.finished.append(_answer(plan, judged, written=True))


def _reason(job: Job) -> str:
    name = JobFile.objects.filter(pk=job.params.get("file") or job.pk).values_list("name", flat=True).first() or ""
    return f"{KIND}: {name} {job.file_hash[:16]}".strip()


def _commands(plan: Plan, reason: str, signed: Collection[int]) -> Iterator[tuple[object, Sequence[Line]]]:
    """The commands that write the lines, each with its own; of those that are to be `signed`, what needs no second
    person: a partner stays as approved as he is.
    """
    if plan.register.name in WRITES:
        yield from WRITES[plan.register.name]([line for line in plan.lines if line.number not in signed], CHUNK)
        return
    put, lines = PUTS[plan.register.name], in_order(plan.register, plan.lines)
    for start in range(0, len(lines), CHUNK):
        part = lines[start : start + CHUNK]
        yield put(rows=tuple(Row(_unsigned(line, signed)) for line in part), reason=reason), part


def _unsigned(line: Line, signed: Collection[int]) -> Mapping[str, Value]:
    return {name: value for name, value in line.values.items() if name != STATUS or line.number not in signed}


def _requests(register: Intake, signed: Sequence[Line], reason: str) -> Iterator[tuple[object, Sequence[Line]]]:
    """What is left for a second person, as requests of the one who brings the sheet."""
    if register.name in WRITES:
        yield from ((asking(one, reason), part) for one, part in WRITES[register.name](signed, CHUNK))
        return
    for start in range(0, len(signed), CHUNK):
        part = signed[start : start + CHUNK]
        rows = tuple(Row({name: line.values[name] for name in (*register.keys, STATUS)}) for line in part)
        yield asking(PUTS[register.name](rows=rows, reason=reason), reason), ()


def _in_words(problems: Sequence[Problem], part: Sequence[Line]) -> list[Problem]:
    """What was refused although the check had passed: somebody changed something meanwhile."""
    numbers = [line.number for line in part]
    try:
        said = _by_line(problems, numbers)
    except Refused:
        return list(problems)
    return [Problem(p.code, f"{numbers[n]}.{p.field}", p.params) for n, found in said.items() for p in found]
