"""Rows that may mean one thing: the list of them, and two side by side, to be merged or told apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.accounts.rules import in_language
from suyuan.catalog.directory import directory
from suyuan.catalog.duplicates import SOURCES, Similar, similar_to
from suyuan.catalog.fields import Field
from suyuan.catalog.likeness import WHY, Why
from suyuan.catalog.merging import ITEM, PARTNER
from suyuan.catalog.merging import REGISTERS as MERGED
from suyuan.catalog.models import CatalogVersion, Likeness, Searched
from suyuan.catalog.register import Register, Standing
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import by_field, clean
from suyuan.desk.office import Office, is_off, may_read, missing, row_url, said, standing_of, title_of, word_of
from suyuan.desk.office_forms import read_texts
from suyuan.desk.registers import REGISTERS
from suyuan.desk.sheets import record, request_id
from suyuan.governance import jobs
from suyuan.governance.merging import (
    SEARCH,
    DismissItems,
    DismissPartners,
    MergeItems,
    MergePartners,
    PartItems,
    PartPartners,
    search,
)
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.ledger.keys import key16, moment
from suyuan.stock import queries as stock
from suyuan.ui.tables import Value

READS = "item.edit:read"
PAGE = 50
AT_ONCE = 5000  # rows that are compared while the reader waits, which is a second
SHOWN_LOTS = frozenset({"place", "container"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be done to the rows of a register that are alike."""

    right: str
    merge: type[MergeItems] | type[MergePartners]
    part: type[PartItems] | type[PartPartners]
    dismiss: type[DismissItems] | type[DismissPartners]


KINDS: Mapping[str, Kind] = {
    MERGED[ITEM]: Kind("item.merge", MergeItems, PartItems, DismissItems),
    MERGED[PARTNER]: Kind("supplier.approve", MergePartners, PartPartners, DismissPartners),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One of two rows: what it is called, and its own page."""

    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A pair of the list. `why` in words."""

    one: Row
    other: Row
    why: tuple[str, ...]
    score: int
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """A field of two rows beside each other."""

    word: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


def words(why: Iterable[str]) -> tuple[str, ...]:
    return tuple(_(WHY[Why(one)]) for one in why if one)


def pair_url(register: str, one: str, other: str) -> str:
    """The page of two rows, by their codes."""
    return f"{reverse('desk:duplicate')}?{urlencode({'register': register, 'one': one, 'other': other})}"


def chosen(request: HttpRequest, desk: Desk) -> Register | HttpResponse:
    """The register that the address names; a refusal where there is none, or it is not his to see."""
    name = request.GET.get("register", "") or next(iter(SOURCES))
    if name not in SOURCES:
        return missing(request, desk, Problem("desk.register_unknown", "", {"name": name[:40]}))
    register = REGISTERS[name]
    return register if may_read(desk.actor, register) else forbidden(request, desk, f"{register.permission}:read")


@desk_page(READS, anywhere=True)
def duplicates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The undecided pairs of a register, the likeliest first; `?register=&page=`."""
    register = chosen(request, desk)
    if isinstance(register, HttpResponse):
        return register
    rows = Likeness.objects.filter(register=register.name)
    shown = Paginator(rows.filter(dismissed="").order_by("-score", "one", "other"), PAGE).get_page(
        request.GET.get("page")
    )
    last = Searched.objects.filter(register=register.name).first()
    context = {
        "office": Office(register, desk),
        "tabs": [(Office(REGISTERS[name], desk), name == register.name) for name in SOURCES
                 if may_read(desk.actor, REGISTERS[name])],
        "lines": lines_of(register, shown, desk.language),
        "page": shown,
        "count": shown.paginator.count,
        "dismissed": rows.exclude(dismissed="").count(),
        "searched": moment(last.at) if last else None,
        "stale": last is not None and last.version < newest(),
        "request_id": uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/duplicates.html", context)


def newest() -> int:
    return CatalogVersion.objects.order_by("-version").values_list("version", flat=True)[0]


def lines_of(register: Register, shown: Page, language: str) -> list[Line]:  # type: ignore[type-arg]  # as in the stubs alone
    pairs: Sequence[Likeness] = list(shown)
    uris = {uri for pair in pairs for uri in (pair.one, pair.other)}
    told = SOURCES[register.name].model.objects.filter(uri__in=uris)
    named = {
        uri: Row(code, in_language(language, zh, en), row_url(register, key))
        for uri, code, key, zh, en in told.values_list("uri", "code", "key", "name_zh", "name_en")
    }
    return [
        Line(one, other, words(pair.why.split(",")), pair.score, pair_url(register.name, one.code, other.code))
        for pair in pairs
        if (one := named.get(pair.one)) and (other := named.get(pair.other))
    ]


@require_POST
@desk_page(READS, anywhere=True)
def searching(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Compare all rows anew: at once, or by the worker where there are very many."""
    register = chosen(request, desk)
    if isinstance(register, HttpResponse):
        return register
    if SOURCES[register.name].model.objects.count() <= AT_ONCE:
        count = search(register.name, desk.now)
        messages.success(request, _("Compared. Pairs to decide about: {count}.").format(count=count))
    else:
        try:
            jobs.ask(
                SEARCH, {"registers": [register.name]}, by=desk.actor, id=request_id(request), now=desk.now,
                terminal=request.META.get("HTTP_USER_AGENT", "")[:200],
            )  # fmt: skip
            messages.info(request, _("The comparison has begun. Open this page again in a minute."))
        except Refused as refused:
            return page(request, desk, "desk/refused.html", {"problem": refused.problems[0]}, status=422)
    return HttpResponseRedirect(f"{reverse('desk:duplicates')}?{urlencode({'register': register.name})}")


# -- two rows side by side --------------------------------------------------------------------------------------------


@desk_page(READS, anywhere=True)
def duplicate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?register=&one=&other=`: two rows by their codes. POST asks to merge them or to take that back, or dismisses."""
    register = chosen(request, desk)
    if isinstance(register, HttpResponse):
        return register
    keys = [register.key_of({"code": request.GET.get(name, "")}) for name in ("one", "other")]
    rows = [standing_of(register, key) for key in keys]
    for key, row in zip(keys, rows, strict=True):
        if row is None:
            params = {"key": key[:80], "register": _(register.many)}
            return missing(request, desk, Problem("desk.row_unknown", "", params))
    problems: list[Problem] = []
    if request.method == "POST":
        problems = decided(request, desk, register, keys)
        if not problems:
            return HttpResponseRedirect(f"{reverse('desk:duplicates')}?{urlencode({'register': register.name})}")
    return page(request, desk, "desk/duplicate.html", shown(request, desk, register, [r for r in rows if r], problems))


def decided(request: HttpRequest, desk: Desk, register: Register, keys: Sequence[str]) -> list[Problem]:
    """Do what the button says; the problems, none when it is done or waits for its second person."""
    kind, reason = KINDS[register.name], clean(request.POST.get("reason", ""))
    one, other = keys
    match request.POST.get("do", ""):
        case "merge":
            keep = request.POST.get("keep", "")
            if keep not in keys:
                return [Problem("desk.keep_missing", "keep")]
            merged = other if keep == one else one
            return ask(desk, request, kind.merge(keep=keep, merged=merged, reason=reason), reason)
        case "dismiss":
            problems = record(desk, request, kind.dismiss(one=one, other=other, reason=reason))
            if not problems:
                messages.success(request, _("Told apart. They are not shown as a pair again."))
            return problems
        case "part":
            return ask(desk, request, kind.part(merged=request.POST.get("merged", ""), reason=reason), reason)
    return [Problem("desk.button_unknown")]


def shown(
    request: HttpRequest, desk: Desk, register: Register, rows: Sequence[Standing], problems: Sequence[Problem]
) -> dict[str, object]:
    one, other = rows
    office = Office(register, desk, register.all_fields())
    known = directory()
    pair = Likeness.objects.filter(register=register.name, one__in=[one.uri, other.uri], other__in=[one.uri, other.uri])
    found = pair.first()
    merged = next((row for row in rows if row.uri in known.aliases), None)
    return {
        "office": office,
        "sides": [
            {
                "key": register.key_of(row.values),
                "code": row.values["code"],
                "title": title_of(register, row, desk.language),
                "url": row_url(register, register.key_of(row.values)),
                "off": is_off(row),
                "merged": row.uri in known.aliases,
                "lies": lies(register, row),
            }
            for row in rows
        ],
        "told": [told for field in office.fields if (told := _told(field, one, other)) is not None],
        "why": words(found.why.split(",")) if found else (),
        "score": found.score if found else None,
        "dismissed": found.dismissed if found else "",
        "merged": register.key_of(merged.values) if merged else "",
        "may_merge": desk.actor.may(KINDS[register.name].right),
        "may_dismiss": office.may_change,
        "keep": request.POST.get("keep", ""),
        "reason": clean(request.POST.get("reason", "")),
        "request_id": request_id(request),
        "problems_found": problems,
        "errors": by_field(problems),
    }


def _told(field: Field, one: Standing, other: Standing) -> Told | None:
    """A field of which at least one says something."""
    told = Told(word_of(field), said(field, one.values.get(field.name)), said(field, other.values.get(field.name)))
    return told if told.one or told.other else None


def lies(register: Register, row: Standing) -> Value:
    """How much of an item is here; nothing for anything else."""
    if register.name != MERGED[ITEM]:
        return None
    rows = [one for one in stock.stock_of_items([key16(row.uri)]) if one.kind in SHOWN_LOTS]
    amount = sum((one.amount for one in rows), Decimal(0))
    return (
        Quantity(amount, rows[0].unit or COUNT) if rows else Quantity(amount, str(row.values.get("base_unit") or COUNT))
    )


@desk_page(READS, anywhere=True)
def similar(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Rows that a form being filled in may repeat: `?register=` and its fields as the form sends them, `&key=` its own.

    A part of a page, empty where nothing is alike; it warns and refuses nothing.
    """
    register = chosen(request, desk)
    if isinstance(register, HttpResponse):
        return register
    key = request.GET.get("key", "")
    context = {"lines": similar_lines(register, read_texts(register.fields, request.GET), key, desk.language)}
    return page(request, desk, "desk/similar.html", context)


def similar_lines(register: Register, texts: Mapping[str, str], key: str, language: str) -> list[Line]:
    """The rows that a form with these texts may repeat; `key`: its own, empty for a new one."""
    found = similar_to(register.name, {**texts, "code": texts.get("code") or key})
    return [_similar_line(register, one, key, language) for one in found]


def _similar_line(register: Register, one: Similar, own: str, language: str) -> Line:
    url = row_url(register, register.key_of({"code": one.code}))
    row = Row(one.code, in_language(language, one.name_zh, one.name_en), url)
    return Line(Row(own, "", ""), row, words(one.why), one.score, pair_url(register.name, own, one.code) if own else "")
