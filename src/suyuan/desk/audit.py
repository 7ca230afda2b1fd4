"""The audit as a page: search, table, one record in full, export."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.models import User
from suyuan.accounts.rules import EVERYWHERE
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.cards import Fact
from suyuan.desk.deeds import EMPTY, WORDS, field_word, printed, word_of
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.importing import EXCEL
from suyuan.desk.naming import Names
from suyuan.desk.people import role_names
from suyuan.desk.registers import REGISTERS
from suyuan.governance.audit import Entry, Found, Key, Wanted, every, search
from suyuan.governance.audit import entry as entry_of
from suyuan.governance.queries import approvals_of
from suyuan.governance.signing import MEANINGS
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import COMPANY, PARTNERS
from suyuan.trace.resolve import resolve
from suyuan.ui.frame import Choice
from suyuan.ui.problems import sentence
from suyuan.ui.tables import Code, Column, Jump, Row, Table
from suyuan.ui.things import thing_of, uri_of_id
from suyuan.ui.units import unit_name
from suyuan.ui.workbook_files import Page, cells_of, csv_lines, heads_of, make_workbook

READ, EXPORT = "audit.export:read", "audit.export"
# Rows of a file; those of a workbook are all held at once, and writing 20,000 takes a second.
MOST_EXPORTED = {"csv": 100_000, "xlsx": 20_000}
TOGETHER = 500  # records whose names are read in one go
PERSONS = 50
LONGEST_TIME = 19  # digits of a moment in microseconds that the database can still compare
_URI = ("http", "urn:")
FIELDS = ("person", "command", "about", "log", "since", "until", "refused", "text")


@desk_page(READ, anywhere=True)
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Latest first; the query is the search (FIELDS), `&before=` goes on, `&csv=1` and `&xlsx=1` export."""
    typed = {name: clean(request.GET.get(name, "")) for name in FIELDS}
    problems: list[Problem] = []
    wanted = wanted_of(typed, desk, request.GET.get("before", ""), problems)
    kind = next((one for one in MOST_EXPORTED if request.GET.get(one)), "")
    if kind and not desk.actor.scopes(EXPORT):
        return forbidden(request, desk, EXPORT)
    if kind and not problems:
        return exported(wanted, desk, kind)
    found = search(wanted) if not problems else Found(())
    kept = {name: value for name, value in typed.items() if value}
    context = {
        "typed": typed,
        "table": entries_table(found.entries, desk),
        "older": f"?{urlencode(kept | {'before': mark_of(found.after)})}" if found.after else "",
        "exports": [(word, f"?{urlencode(kept | {one: '1'})}") for one, word in (("csv", "CSV"), ("xlsx", "Excel"))]
        if desk.actor.scopes(EXPORT) and not problems
        else [],
        "commands": sorted((Choice(code, _(word)) for code, word in WORDS.items()), key=lambda one: one.name),
        "logs": [Choice(log, log_word(log, desk)) for log in logs_of(desk)],
        "problems_found": problems,
        "errors": by_field(problems),
        "narrowed": bool(kept),
    }
    return page(request, desk, "desk/audit.html", context)


def exported(wanted: Wanted, desk: Desk, kind: str) -> HttpResponse:
    """The records that are wanted as a file, ``csv`` or ``xlsx``; its last row says so where there are more."""
    columns = entries_table((), desk, whole=True).columns
    rows = (cells_of(columns, row) for row in exported_rows(wanted, desk, MOST_EXPORTED[kind]))
    if kind == "csv":
        response = HttpResponse(csv_lines(heads_of(columns), rows), content_type="text/csv; charset=utf-8")
    else:
        content = make_workbook(Page(_("Audit"), heads_of(columns), rows))
        response = HttpResponse(content, content_type=EXCEL)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{_('Audit')}.{kind}") or "attachment"
    return response


def exported_rows(wanted: Wanted, desk: Desk, most: int) -> Iterator[Row]:
    """At most so many records, then a sentence where there are more."""
    entries, left = every(wanted, most + 1), most
    while left and (part := list(islice(entries, min(TOGETHER, left)))):
        left -= len(part)
        yield from entries_table(part, desk, whole=True).rows
    if next(entries, None) is not None:
        said = _("Cut after {most} records: there are more. Export a shorter time.").format(most=f"{most:,}")
        yield Row((None, said, *[""] * 6))


def logs_of(desk: Desk) -> list[str]:
    """The logs whose records he may read: all, or those of his warehouses."""
    scopes = desk.actor.scopes(READ)
    mine = [choice.code for choice in desk.frame.warehouses if EVERYWHERE in scopes or choice.code in scopes]
    return [COMPANY, PARTNERS, *mine] if EVERYWHERE in scopes else mine


def log_word(log: str, desk: Desk) -> str:
    """A log as people call it: the warehouse whose it is, the company, its partners."""
    words = {COMPANY: _("Company"), PARTNERS: _("Partners")}
    return words.get(log) or next((one.name for one in desk.frame.warehouses if one.code == log), log)


def wanted_of(typed: dict[str, str], desk: Desk, before: str, problems: list[Problem]) -> Wanted:
    """The search as typed. What cannot be found because of a slip goes to `problems`."""
    allowed = logs_of(desk)
    asked = [typed["log"]] if typed["log"] in allowed else []
    everywhere = EVERYWHERE in desk.actor.scopes(READ)
    return Wanted(
        person=accounts_of(typed["person"], problems),
        command=typed["command"],
        about=uri_typed(typed["about"], problems),
        logs=tuple(asked or ([] if everywhere else allowed)),
        since=beginning(typed["since"], "since", desk, problems),
        until=beginning(typed["until"], "until", desk, problems, days=1),
        refused=bool(typed["refused"]),
        text=typed["text"],
        before=key_of(before),
    )


def accounts_of(text: str, problems: list[Problem]) -> tuple[str, ...]:
    """The accounts whose user name or printed name is meant."""
    if not text:
        return ()
    rows = User.objects.filter(username__icontains=text) | User.objects.filter(name__icontains=text)
    found = tuple(str(key) for key in rows.values_list("pk", flat=True)[:PERSONS])
    if not found:
        problems.append(Problem("governance.user_unknown", "person", {"user": text[:80]}))
    return found


def uri_typed(text: str, problems: list[Problem]) -> str:
    """A thing by URI, or by what people type where that means one thing only."""
    if not text:
        return ""
    if text.startswith("urn:suyuan:"):
        return text
    try:
        return uri_of_id(text)
    except Refused:
        known = resolve(text)
    if len(known) != 1:
        problems.append(Problem("desk.uri_unknown", "about", {"text": text[:80]}))
        return ""
    return known[0].uri


def beginning(text: str, field: str, desk: Desk, problems: list[Problem], *, days: int = 0) -> datetime | None:
    """The first moment of a day at the site, or of the one after it."""
    day = day_of(text, field, problems)
    return datetime.combine(day + timedelta(days=days), time(), desk.zone) if day else None


def mark_of(key: Key | None) -> str:
    return f"{key[0]}.{key[1].hex()}" if key else ""


def key_of(text: str) -> Key | None:
    """`mark_of` read back; None for what was never one."""
    at, _dot, key = text.partition(".")
    try:
        return (int(at), bytes.fromhex(key)) if len(at) < LONGEST_TIME else None
    except ValueError:
        return None


def entries_table(entries: Sequence[Entry], desk: Desk, *, whole: bool = False) -> Table:
    """Records in a list; what was refused has a red edge and says so. `whole` names the records, too: on the page each
    is a link."""
    columns: tuple[Column, ...] = (
        Column(_("Time"), "time"),
        Column(_("Who")),
        Column(_("Role"), needed=False),
        Column(_("What")),
        Column(_("Where"), needed=False),
        Column(_("Result"), needed=False),
        Column(_("Reason"), needed=False),
        *([Column(_("Record"))] if whole else []),
    )
    rows = [
        Row(
            (
                one.at,
                one.name or known.get(one.actor, one.actor),
                ", ".join(roles.get(role, role) for role in one.roles),
                Jump(word_of(one.command), reverse("desk:audit_entry", args=[one.log, one.key])),
                log_word(one.log, desk),
                result_of(one),
                one.reason,
                *([one.key] if whole else []),
            ),
            "rejected" if one.refused else "",
        )
        for known, roles in [(names_of(entries), role_names(desk.language))]
        for one in entries
    ]
    return Table(_("Audit"), columns, rows, _("Nothing was recorded that fits. Widen the search."))


def names_of(entries: Sequence[Entry]) -> dict[str, str]:
    """Printed names where a record has none of its own: a refusal names the account only."""
    wanted = {one.actor for one in entries if not one.name and len(one.actor) == 36}
    return {str(key): name for key, name in User.objects.filter(pk__in=wanted).values_list("pk", "name")}


def result_of(one: Entry) -> str:
    """What came of it, in a few words."""
    if one.body.get("type") == "refusal":
        said = one.body.get("said") or {}
        why = "; ".join(say_code(code, said.get(code)) for code in one.body.get("codes", ()))
        return _("refused: {why}").format(why=why)
    if one.refused:
        return _("refused")
    changes, events = one.body.get("changes") or (), one.body.get("events") or ()
    if changes:
        return _("{count} changed").format(count=len(changes))
    said = ngettext("{count} event", "{count} events", len(events))
    return said.format(count=len(events)) if events else _("done")


def say_code(code: str, params: Mapping[str, str] | None = None) -> str:
    """A reason for refusal as a short sentence, things by their codes; where the record has no values for it, the
    part of the sentence that needs none, or the sentence with dots.
    """
    values = {name: thing_of(value).code if value.startswith(_URI) else value for name, value in (params or {}).items()}
    if "unit" in values:
        values["unit"] = _(unit_name(values["unit"]))
    first = re.split(r"[.](?:\s|$)|。", sentence(Problem(str(code), "", values)))[0]
    whole = [part for part in re.split(r"[:：;；]\s*", first) if "{" not in part]
    return whole[0] if whole else re.sub(r"[“(（]?\{\w+\}[”)）]?(\s*\{\w+\})*", "…", first)


@desk_page(READ, anywhere=True)
def entry(request: HttpRequest, desk: Desk, log: str, id: UUID) -> HttpResponse:
    """One record in full: who, when, where, what became of what, why, signed by whom, and its proof."""
    one = entry_of(log, id.bytes)
    if one is None or log not in logs_of(desk):
        return page(request, desk, "desk/refused.html", {"problem": Problem("desk.record_unknown")}, 404)
    return page(request, desk, "desk/audit_entry.html", shown(one, desk))


def shown(one: Entry, desk: Desk) -> dict[str, object]:
    body = without_hidden(one.body, desk.actor.scopes)
    changes = body.get("changes") or ()
    names = Names([str(change.get("uri", "")) for change in changes], desk.language)
    query = urlencode({"log": one.log, "record": one.key})
    return {
        "one": one,
        "word": word_of(one.command),
        "result": result_of(one),
        "facts": entry_facts(one, role_names(desk.language), log_word(one.log, desk)),
        "params": [
            Fact(field_word(name), printed(value))
            for name, value in (body.get("params") or {}).items()
            if value not in EMPTY
        ],
        "changes": changes_table(changes, names),
        "events": [str(event) for event in body.get("events") or ()],
        "approvals": [
            (
                a,
                names_of([entry_one]).get(entry_one.actor, entry_one.name),
                _(MEANINGS.get(str(a.body.get("meaning", "")), "")),
            )
            for a in approvals_of(one.id)
            for entry_one in [Entry(a.log, a.id, a.kind, "approval", a.at, a.body)]
        ],
        "proof": f"{reverse('desk:proof')}?{query}"
        if one.index is not None and desk.actor.scopes("trace.full:read")
        else "",
    }


def entry_facts(one: Entry, roles: Mapping[str, str], log: str) -> list[Fact]:
    """The head of a record."""
    body = one.body
    binding = body.get("change") or {}
    asked = body.get("request") if isinstance(body.get("request"), dict) else {}
    known = names_of([one])
    facts = [
        Fact(_("Who"), one.name or known.get(one.actor, one.actor)),
        Fact(_("Account"), Code(one.actor)),
        Fact(_("Roles"), ", ".join(roles.get(role, role) for role in one.roles)),
        Fact(_("Server time"), one.at),
        Fact(_("Device time"), str(body.get("client_time") or "")),
        Fact(_("Terminal"), str(body.get("terminal") or "")),
        Fact(_("Language"), str(body.get("locale") or "")),
        Fact(_("Reason"), one.reason),
        Fact(_("Meaning"), _(MEANINGS.get(str(body.get("meaning", "")), str(body.get("meaning", ""))))),
        Fact(_("Log"), log),
        Fact(_("Record"), Code(one.key)),
        Fact(_("Leaf"), one.index),
        Fact(_("Request"), Code(str(asked.get("id", "") if asked else body.get("request") or ""))),
        Fact(_("Approved change"), Code(str(binding.get("id", "")))),
        Fact(_("Hash of the change"), str(binding.get("hash", ""))),
        Fact(_("Hash of the request"), str((asked or {}).get("hash", ""))),
    ]
    return [fact for fact in facts if fact.value not in ("", None, Code(""))]


def without_hidden(body: Mapping[str, Any], may: Callable[[str], object]) -> Mapping[str, Any]:  # Any: JSON of a record
    """A record without the fields of registers that its reader is not shown elsewhere: prices."""
    registers = {str(change.get("register", "")) for change in body.get("changes") or ()} & REGISTERS.keys()
    hidden = {one.name for name in registers for one in REGISTERS[name].fields if one.sees and not may(one.sees)}
    if not hidden:
        return body
    changes = [{**one, "fields": _less(one.get("fields"), hidden)} for one in body["changes"]]
    params = dict(body.get("params") or {})
    rows = [{**row, "values": _less(row.get("values"), hidden)} for row in params.get("rows") or ()]
    return {**body, "changes": changes, "params": {**params, "rows": rows}}


def _less(values: Mapping[str, Any] | None, hidden: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if name not in hidden}


def changes_table(changes: Sequence[dict[str, object]], names: Names) -> Table | None:
    """Field by field what became of what."""
    if not changes:
        return None
    columns = (
        Column(_("What")),
        Column(_("Version"), "number"),
        Column(_("Field")),
        Column(_("Old")),
        Column(_("New")),
    )
    rows = [
        Row(
            (
                str(change.get("key", "")),
                printed(change.get("version")),
                name,
                printed(old),
                printed(new),
            )
        )
        for change in changes[:500]
        for name, pair in dict(change.get("fields") or {}).items()  # type: ignore[call-overload]  # JSON of a record
        for old, new in [pair]
    ]
    return Table(_("Changes"), columns, rows, total=len(rows))
