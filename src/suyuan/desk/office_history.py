"""What became of a row, read from the change records, and the way back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.fields import Field, read_value
from suyuan.catalog.register import Register, Row, Standing, Values
from suyuan.desk.access import page
from suyuan.desk.approvals import can_ask, done_or_asked
from suyuan.desk.forms import clean
from suyuan.desk.office import Office, office_page, row_missing, said, standing_of, title_of, word_of
from suyuan.desk.office_forms import own_problems
from suyuan.desk.registers import PUTS, REGISTERS
from suyuan.desk.sheets import request_id
from suyuan.governance.queries import Change, changes_about
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.models import PersonalValue


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, old and new as people read them; empty where nothing was said."""

    word: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one row: when, who, why, which fields. `id` names the change record, hexadecimal."""

    id: str
    at: datetime
    who: str
    roles: str
    reason: str
    new: bool
    version: int
    fields: tuple[FieldChange, ...]
    old: Mapping[str, str]

    @property
    def can_go_back(self) -> bool:
        return bool(self.old) and not self.new


def entries_of(office: Office, standing: Standing) -> list[Entry]:
    """Everything that was done to a row, latest first. A part is found under the thing that it belongs to."""
    by_name, key = office.by_name, office.register.key_of(standing.values)
    told = [(change, part) for change in changes_about(standing.uri) for part in _parts(change, standing.uri)]
    found = [(change, part) for change, part in told if (part.get("register"), part.get("key")) == (office.name, key)]
    names = printed_names(change for change, _part in found)
    hidden = REGISTERS[office.name].by_name.keys() - office.register.by_name.keys()
    return [_entry(by_name, hidden, change, part, names) for change, part in found]


def _parts(change: Change, uri: str) -> list[Mapping[str, Any]]:  # Any: JSON as `governance.records` writes it
    return [part for part in change.body.get("changes", ()) if part.get("uri") == uri]


def _entry(
    by_name: Mapping[str, Field],
    hidden: Collection[str],
    change: Change,
    part: Mapping[str, Any],
    names: Mapping[str, str],
) -> Entry:
    actor = change.body.get("actor", {})
    told = part.get("fields", {}).items()
    fields = {name: (str(old or ""), str(new or "")) for name, (old, new) in told if name not in hidden}
    return Entry(
        id=change.id.hex(),
        at=change.at,
        who=names.get(commitment_of(change), "") or str(actor.get("id", "")),
        roles=", ".join(actor.get("roles", ())),
        reason=str(change.body.get("params", {}).get("reason", "") or ""),
        new=bool(part.get("new")),
        version=int(part.get("version", 0)),
        fields=tuple(
            FieldChange(_word(by_name, name), _said(by_name, name, old), _said(by_name, name, new))
            for name, (old, new) in fields.items()
        ),
        old={name: old for name, (old, _new) in fields.items() if name in by_name},
    )


def _word(by_name: Mapping[str, Field], name: str) -> str:
    field = by_name.get(name)
    return word_of(field) if field else name


def _said(by_name: Mapping[str, Field], name: str, text: str) -> str:
    field = by_name.get(name)
    if field is None or not text:
        return text
    try:
        return said(field, read_value(field, text))
    except Refused:  # what was allowed then need not be now
        return text


def commitment_of(change: Change) -> str:
    """What stands for the name of whoever made it."""
    return str(change.body.get("actor", {}).get("name", {}).get("commitment", ""))


def printed_names(changes: Iterable[Change]) -> dict[str, str]:
    """Commitment → the name that was printed when it was made; erased ones are missing. One statement."""
    wanted = {commitment_of(change) for change in changes}
    keys = [bytes.fromhex(text) for text in wanted if text]
    rows = PersonalValue.objects.filter(commitment__in=keys).values_list("commitment", "value") if keys else ()
    return {bytes(commitment).hex(): value for commitment, value in rows}


def values_back(by_name: Mapping[str, Field], old: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The old values of a change, to be put again."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in old.items():
        try:
            values[name] = read_value(by_name[name], text)
        except Refused as refused:
            problems += refused.problems
    return values, problems


def key_values_of(register: Register, values: Values) -> dict[str, Any]:
    return {name: values.get(name) for name in register.keys}


@office_page()
def history(request: HttpRequest, office: Office) -> HttpResponse:
    """Every change of the row that `?key=` names."""
    key = request.GET.get("key", "")
    standing = standing_of(office.register, key)
    if standing is None:
        return row_missing(request, office, key)
    return show(request, office, key, standing, [])


def show(
    request: HttpRequest, office: Office, key: str, standing: Standing, problems: Sequence[Problem]
) -> HttpResponse:
    context = {
        "office": office,
        "key": key,
        "title": title_of(office.register, standing, office.desk.language),
        "standing": standing,
        "row_url": office.row_url(key),
        "entries": entries_of(office, standing),
        "problems_found": problems,
        "ask": can_ask(request, problems),
        "reason": clean(request.POST.get("reason", "")),
        "opened": request.POST.get("record", ""),
        "request_id": request_id(request),
        "scan_here": True,
    }
    return page(request, office.desk, "desk/office/history.html", context)


@require_POST
@office_page(change=True)
def put_back(request: HttpRequest, office: Office) -> HttpResponse:
    """Put the old values of one change again, with a reason; it is a change like any other."""
    key = request.GET.get("key", "")
    standing = standing_of(office.register, key)
    if standing is None:
        return row_missing(request, office, key)
    wanted = request.POST.get("record", "")
    entry = next((one for one in entries_of(office, standing) if one.id == wanted), None)
    if entry is None or not entry.can_go_back:
        return show(request, office, key, standing, [Problem("desk.change_unknown", "record")])
    reason = clean(request.POST.get("reason", ""))
    values, problems = values_back(office.by_name, entry.old)
    if not reason:
        problems.append(Problem("desk.reason_missing", "reason"))
    if not problems:
        row = Row({**key_values_of(office.register, standing.values), **values}, version=_version(request))
        command = PUTS[office.name](rows=(row,), reason=reason)
        done = _("The old values stand again.")
        problems = own_problems(done_or_asked(office.desk, request, command, reason, done))
    if problems:
        return show(request, office, key, standing, problems)
    return HttpResponseRedirect(office.history_url(key))


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
