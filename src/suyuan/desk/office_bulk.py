"""One field of many rows changed together: what will happen in numbers first, then one command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from suyuan.catalog.fields import Field, Type, Value, print_value
from suyuan.catalog.register import Register, Row, Standing, drafts_of, frozen_problems
from suyuan.desk.access import page
from suyuan.desk.approvals import ASK, can_ask, done_or_asked
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import named
from suyuan.desk.office import Office, office_page, said, title_of, word_of
from suyuan.desk.office_forms import input_of, read_texts, read_values
from suyuan.desk.office_history import key_values_of
from suyuan.desk.office_lists import keys_of, narrowed, read_asked
from suyuan.desk.registers import PUTS
from suyuan.desk.sheets import request_id
from suyuan.governance.master import used
from suyuan.gs1.problems import Problem
from suyuan.ui.problems import sentence

MOST = 1000  # rows of one command; more is an import's work
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of one row."""

    title: str
    code: str
    url: str
    old: str
    new: str
    problems: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.old == self.new and not self.problems


@require_POST
@office_page(change=True)
def bulk(request: HttpRequest, office: Office) -> HttpResponse:
    """POST with rows: choose a field and its value. `do=preview`: every row before and after; `do=change`: done;
    `do=ask`: left for another person to sign.
    """
    keys, problems = chosen_keys(request, office.register)
    field = office.by_name.get(request.POST.get("field", ""))
    if field is None or field.name not in {one.name for one in changeable(office)}:
        field = None
    texts = {field.name: read_texts(office.fields, request.POST).get(field.name, "")} if field else {}
    values, wrong = read_values(office.fields, texts)
    problems += wrong
    doing = request.POST.get("do", "")
    if problems or field is None or doing not in ("preview", "change", ASK):
        return show(request, office, keys, field, texts, problems)
    there = office.register.standing(set(keys))
    rows = [row_of(office.register, there[key], field, values[field.name]) for key in keys if key in there]
    reason = clean(request.POST.get("reason", ""))
    if doing in ("change", ASK):
        done = ngettext("{count} row changed.", "{count} rows changed.", len(rows)).format(count=len(rows))
        command = PUTS[office.name](rows=tuple(rows), reason=reason)
        problems = done_or_asked(office.desk, request, command, reason, done)
        if not problems:
            return HttpResponseRedirect(address(office, request))
    else:
        problems = judged(office, rows)
    previews = preview(office, [there[key] for key in keys if key in there], field, values[field.name], problems)
    return show(request, office, keys, field, texts, _of_no_row(problems), previews)


def chosen_keys(request: HttpRequest, register: Register) -> tuple[list[str], list[Problem]]:
    """The keys that were ticked, or of all rows that the list's address asks for."""
    if request.POST.get("of") == "all":
        asked = read_asked(register, QueryDict(request.POST.get("query", "")[:4000]))
        keys = keys_of(register, narrowed(register, asked)[: MOST + 1])
    else:
        keys = list(dict.fromkeys(request.POST.getlist("key")))[: MOST + 1]
    if not keys:
        return [], [Problem("desk.nothing_selected", "key")]
    if len(keys) > MOST:
        return keys[:MOST], [Problem("desk.bulk_too_many", "key", {"most": str(MOST)})]
    return keys, []


def changeable(office: Office) -> list[Field]:
    """What makes sense to be the same in many rows: no key, no file."""
    return [one for one in office.fields if one.name not in office.register.keys and one.type is not Type.FILE]


def row_of(register: Register, standing: Standing, field: Field, value: Value) -> Row:
    return Row({**key_values_of(register, standing.values), field.name: value}, version=standing.version)


def preview(
    office: Office, standing: Sequence[Standing], field: Field, value: Value, problems: Sequence[Problem]
) -> list[Preview]:
    """Every row before and after, those with problems first."""
    beside: dict[int, list[str]] = {}
    for problem in problems:
        number = problem.field.removeprefix("rows[").partition("]")[0]
        if problem.field.startswith("rows[") and number.isdigit():
            beside.setdefault(int(number), []).append(sentence(problem))
    found = [_preview(office, row, field, value, tuple(beside.get(n, ()))) for n, row in enumerate(standing)]
    return sorted(found, key=lambda one: (not one.problems, one.same))


def _preview(office: Office, row: Standing, field: Field, value: Value, problems: tuple[str, ...]) -> Preview:
    key = office.register.key_of(row.values)
    title = title_of(office.register, row, office.desk.language)
    code = print_value(row.values.get(office.register.keys[-1]))
    return Preview(
        title, code, office.row_url(key), said(field, row.values.get(field.name)), said(field, value), problems
    )


def judged(office: Office, rows: Sequence[Row]) -> list[Problem]:
    """What the command would say of these rows, without doing it."""
    drafts, problems = drafts_of(office.register, rows, office.fields)
    problems += office.register.problems(drafts)
    problems += frozen_problems(office.register, drafts, used)
    problems += office.register.judge_used(drafts, used, office.desk.now.astimezone(UTC).date())
    return named(problems, office.desk.language)


def _of_no_row(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if not problem.field.startswith("rows[")]


def address(office: Office, request: HttpRequest) -> str:
    """The list it began with."""
    query = QueryDict(request.POST.get("query", "")[:4000]).urlencode()
    return f"{office.url}?{query}" if query else office.url


def show(
    request: HttpRequest,
    office: Office,
    keys: Sequence[str],
    field: Field | None,
    texts: dict[str, str],
    problems: Sequence[Problem],
    previews: Sequence[Preview] = (),
) -> HttpResponse:
    wrong = sum(bool(one.problems) for one in previews)
    asks = can_ask(request, problems) and not wrong
    same = sum(one.same for one in previews)
    context = {
        "office": office,
        "keys": keys,
        "of": "all" if request.POST.get("of") == "all" else "selected",
        "count": len(keys),
        "query": request.POST.get("query", "")[:4000],
        "fields": [
            (one.name, word_of(one), field is not None and one.name == field.name) for one in changeable(office)
        ],
        "field": field,
        "input": input_of(field, texts.get(field.name, "")) if field else None,
        "previews": previews[:SHOWN],
        "more": max(0, len(previews) - SHOWN),
        "wrong": wrong,
        "same": same,
        "changing": len(previews) - wrong - same,
        "can_do": bool(previews) and not wrong and (asks or not problems) and len(previews) > same,
        "previewed": bool(previews),
        "ask": asks,
        "back": address(office, request),
        "reason": clean(request.POST.get("reason", "")),
        "request_id": request_id(request),
        "problems_found": problems,
        "errors": by_field(problems),
        "scan_here": True,
    }
    return page(request, office.desk, "desk/office/bulk.html", context)
