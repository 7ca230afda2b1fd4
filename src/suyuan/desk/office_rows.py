"""One row of a register: its form, what it has, what became of it; a new one; switching it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.duplicates import SOURCES
from suyuan.catalog.fields import Type, Value
from suyuan.catalog.register import Register, Row, Standing
from suyuan.catalog.registers.attributes import CUSTOM
from suyuan.catalog.rules import code_key
from suyuan.desk.access import page
from suyuan.desk.approvals import ASK, can_ask, done_or_asked
from suyuan.desk.duplicates import READS, similar_lines
from suyuan.desk.forms import by_field, clean
from suyuan.desk.office import (
    SWITCH,
    Office,
    References,
    code_of,
    is_off,
    may_read,
    office_page,
    row_missing,
    standing_of,
    title_of,
)
from suyuan.desk.office_files import bring, file_fields, shown_files
from suyuan.desk.office_forms import (
    Group,
    given,
    groups_of,
    own_problems,
    read_texts,
    read_values,
    sides,
    texts_of,
)
from suyuan.desk.office_history import Entry, entries_of, key_values_of
from suyuan.desk.office_listing import Head, Line, heads_of, lines_of
from suyuan.desk.office_lists import Asked, columns_for, key_paths
from suyuan.desk.registers import PUTS, REGISTERS
from suyuan.desk.sheets import request_id
from suyuan.gs1.problems import N_, Problem
from suyuan.ui.things import thing_of

CONFLICT = "catalog.changed_meanwhile"
LATEST = 5  # changes on the page of a row; its history has all
MOST_PARTS = 200
REFRESH = "refresh"  # draw the form again as typed: another category has other fields
ATTRIBUTES = "attributes"


@dataclass(frozen=True, slots=True)
class Parts:
    """The rows of another register that are parts of this one, as a table of its page."""

    office: Office
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    more: int
    new_url: str
    all_url: str


@office_page(change=True)
def new(request: HttpRequest, office: Office) -> HttpResponse:
    """A new row. `?v.FIELD=` fills in what is known already, such as the item of a pack."""
    if request.method != "POST":
        texts = texts_of(None, office.fields) | read_texts(office.fields, request.GET)
        return show(request, office, "", None, texts, [])
    texts = read_texts(office.fields, request.POST)
    if request.POST.get("do") == REFRESH:
        return show(request, office, "", None, texts, [])
    values, problems = _read(request, office, texts)
    problems = problems or _put(request, office, Row(given(values, None), version=0))
    if problems:
        return show(request, office, "", None, texts, _new_problems(office, problems))
    waits = request.POST.get("do") == ASK
    return HttpResponseRedirect(
        back(request) or (office.url if waits else office.row_url(office.register.key_of(values)))
    )


def _new_problems(office: Office, problems: Sequence[Problem]) -> list[Problem]:
    """That there is such a row already is said of its code; nobody else has changed anything."""
    own = office.register.keys[-1]
    return [
        Problem("desk.key_taken", own, problem.params) if problem.code == CONFLICT else problem for problem in problems
    ]


@office_page()
def row(request: HttpRequest, office: Office) -> HttpResponse:
    """The row that `?key=` names. POST changes it."""
    key = request.GET.get("key", "")
    standing = standing_of(office.register, key)
    if standing is None:
        return row_missing(request, office, key)
    if request.method != "POST" or not office.may_change:
        return show(request, office, key, standing, texts_of(standing, office.fields), [])
    texts = read_texts(office.fields, request.POST)
    if request.POST.get("do") == REFRESH:
        return show(request, office, key, standing, texts_of(standing, office.fields) | texts, [])
    values, problems = _read(request, office, texts)
    own = key_values_of(office.register, standing.values)
    command = Row({**values, **own}, version=version_of(request, standing))
    problems = problems or _put(request, office, command)
    if problems:
        return show(request, office, key, standing, texts_of(standing, office.fields) | texts, problems)
    return HttpResponseRedirect(back(request) or office.row_url(key))


@require_POST
@office_page(change=True)
def switch(request: HttpRequest, office: Office) -> HttpResponse:
    """Switch a row off, or on again: nothing that was used is ever deleted."""
    key = request.GET.get("key", "")
    standing = standing_of(office.register, key)
    if standing is None or SWITCH not in office.register.by_name:
        return row_missing(request, office, key)
    off = is_off(standing)
    values = {**key_values_of(office.register, standing.values), SWITCH: off}
    problems = _put(request, office, Row(values, version=version_of(request, standing)))
    if problems:
        return show(request, office, key, standing, texts_of(standing, office.fields), problems)
    return HttpResponseRedirect(office.row_url(key))


def _read(request: HttpRequest, office: Office, texts: dict[str, str]) -> tuple[dict[str, Value], list[Problem]]:
    """The values of a form, with the files that came with it."""
    problems = bring(request, office, texts)
    values, wrong = read_values(office.fields, texts)
    return values, [*problems, *wrong]


def _put(request: HttpRequest, office: Office, given_row: Row) -> list[Problem]:
    reason = clean(request.POST.get("reason", ""))
    command = PUTS[office.name](rows=(given_row,), reason=reason)
    return own_problems(done_or_asked(office.desk, request, command, reason, _("Saved.")))


def version_of(request: HttpRequest, standing: Standing) -> int:
    """The version that the form showed; a form without one gets none past another person."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def back(request: HttpRequest) -> str:
    """Where the form says to go on, if that is here."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""


def show(
    request: HttpRequest,
    office: Office,
    key: str,
    standing: Standing | None,
    texts: Mapping[str, str],
    problems: Sequence[Problem],
) -> HttpResponse:
    """The form as typed; with everything about the row where there is one."""
    register = office.register
    conflict = standing is not None and any(problem.code == CONFLICT for problem in problems)
    values, _unread = read_values(office.fields, texts)
    context = {
        "office": office,
        "key": key,
        "standing": standing,
        "title": title_of(register, standing, office.desk.language) if standing else "",
        "code": code_of(register, standing.values) if standing else "",
        "groups": form_groups(office, texts, standing),
        "conflict": conflict,
        "sides": sides(office.fields, standing, values) if conflict and standing else (),
        "reason": clean(request.POST.get("reason", "")),
        "next": back(request),
        "ask": can_ask(request, problems),
        "request_id": request_id(request),
        "problems_found": problems,
        "errors": by_field(problems),
        "scan_here": True,
        **similar_context(request, office, key, texts),
        **(_around(office, key, standing) if standing else {}),
    }
    return page(request, office.desk, "desk/office/row.html", context)


def similar_context(request: HttpRequest, office: Office, key: str, texts: Mapping[str, str]) -> dict[str, object]:
    """Where the form asks what it may repeat while somebody types; the answer itself once the form was sent."""
    asked = office.name in SOURCES and office.may_change
    query = urlencode({"register": office.name, "key": key})
    return {
        "looks_for_similar": asked,
        "similar_url": f"{reverse('desk:similar')}?{query}" if asked and office.desk.actor.scopes(READS) else "",
        "lines": similar_lines(office.register, texts, key, office.desk.language)
        if asked and request.method == "POST"
        else (),
    }


def form_groups(office: Office, texts: Mapping[str, str], standing: Standing | None) -> list[Group]:
    register = office.register
    pointing = [field for field in office.fields if field.type is Type.REFERENCE]
    references = References([texts], pointing, office)
    names = {field.name: references.cell(field, texts).name for field in pointing if texts.get(field.name)}
    urls = {
        field.refers: reverse("desk:suggest", args=[field.refers]) for field in pointing if _open(office, field.refers)
    }
    decides = "category" if len(office.fields) > len(register.fields) else ""
    fixed = register.keys if standing else ()
    if not office.may_change:
        fixed = tuple(field.name for field in office.fields)
    files = shown_files(office, texts)
    empty = () if office.may_change else [field.name for field in file_fields(register) if field.name not in files]
    left_out = (SWITCH, *empty, *of_other_categories(office, texts))
    groups = groups_of(office.fields, texts, fixed=fixed, left_out=left_out, names=names, urls=urls, redraws=decides)
    return [
        replace(group, inputs=tuple(replace(one, file=files.get(one.field.name)) for one in group.inputs))
        for group in groups
    ]


def of_other_categories(office: Office, texts: Mapping[str, str]) -> list[str]:
    """The company's own fields that the category in the form does not have. One statement, where there are any."""
    own = [field.name for field in office.fields if field.name not in office.register.by_name]
    if not own:
        return []
    attributes = REGISTERS[ATTRIBUTES]
    rows = attributes.rows().filter(category__key=code_key(texts.get("category", "")))
    mine = {CUSTOM + str(key) for key in rows.values_list("key", flat=True)}
    return [name for name in own if name not in mine]


def _open(office: Office, register: str) -> bool:
    return register in REGISTERS and may_read(office.desk.actor, REGISTERS[register])


def _around(office: Office, key: str, standing: Standing) -> dict[str, object]:
    register = office.register
    entries: list[Entry] = entries_of(office, standing)
    parts = [parts_of(one, office, key, standing) for one in REGISTERS.values() if one.about == register.name]
    thing = thing_of(standing.uri)
    return {
        "off": is_off(standing),
        "can_switch": office.may_change and SWITCH in register.by_name,
        "parts": [one for one in parts if one is not None],
        "entries": entries[:LATEST],
        "more_entries": max(0, len(entries) - LATEST),
        "changed": entries[0] if entries else None,
        "history_url": office.history_url(key),
        "beside": beside(office, key),
        "row_here": office.row_url(key),
        "thing": thing if thing.kind in ("item", "place", "party") else None,
    }


def parts_of(register: Register, office: Office, key: str, standing: Standing) -> Parts | None:
    """The parts of a row: a table, where to add one, where to see all of many."""
    part = Office(register, office.desk)
    if not may_read(office.desk.actor, register):
        return None
    own = register.keys[0]
    code = code_of(office.register, standing.values)
    rows = register.rows().filter(**{register.columns[own]: code}).order_by(*key_paths(register))
    found = register.read(rows[: MOST_PARTS + 1])
    columns = tuple(name for name in columns_for(register, office.desk.language) if name != own)
    asked = Asked(columns=columns)
    query = urlencode({f"v.{own}": code, "next": office.row_url(key)})
    return Parts(
        part,
        tuple(heads_of(register, asked)),
        tuple(lines_of(part, asked, found[:MOST_PARTS])),
        max(0, len(found) - MOST_PARTS),
        f"{part.new_url}?{query}",
        f"{part.url}?{urlencode({f'f.{own}': code})}",
    )


# What a row of these registers has beside its fields: the page, its word and icon.
BESIDE = {
    "carrier_accounts": ("desk:carrier_account", N_("Keys and address"), "lock"),
    "advice_channels": ("desk:advice_channel", N_("Secret, and what was sent"), "lock"),
}


def beside(office: Office, key: str) -> tuple[str, str, str] | None:
    """The further page of a row, for whoever may change it."""
    if office.name not in BESIDE or not key or not office.may_change:
        return None
    name, word, icon = BESIDE[office.name]
    return reverse(name, args=[key.lower()]), _(word), icon
