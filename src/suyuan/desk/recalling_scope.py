"""The box for what a supplier or an authority announced: which of it are goods of ours, and what nobody could read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import clean
from suyuan.desk.goods import item_choices
from suyuan.desk.naming import Names
from suyuan.desk.recalling import tabs
from suyuan.gs1.problems import N_, Problem
from suyuan.operations.lines import find_item
from suyuan.trace.code_dates import Order
from suyuan.trace.code_goods import Doubt, Goods, Hit, Why, find_goods
from suyuan.trace.code_values import Code, Lot
from suyuan.trace.code_words import Mode
from suyuan.trace.codes import LONGEST
from suyuan.ui.things import Thing

SHOWN = 450  # of each kind: a form has a thousand fields at most
WHY: Mapping[Why, str] = {
    Why.ITSELF: N_("named by its label"),
    Why.NUMBER: N_("its number is named"),
    Why.RANGE: N_("lies in the range"),
    Why.PATTERN: N_("its number fits"),
    Why.DATE: N_("its date is named"),
    Why.ITEM: N_("all lots of the item"),
}
DOUBT: Mapping[Doubt, str] = {
    Doubt.OTHER_ITEM: N_("but it is another item than the text names"),
    Doubt.NO_ITEM: N_("but the text names no item of ours"),
    Doubt.ONLY_DATE: N_("but not its number"),
    Doubt.NO_DATE: N_("but we do not know its date"),
    Doubt.OTHER_DATE: N_("but its date is another"),
    Doubt.EXCEPTION: N_("but the text makes an exception: read it"),
    Doubt.NO_NUMBER: N_("but the text names neither lots nor dates"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that the text means, or may mean, and why."""

    hit: Hit
    thing: Thing
    why: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: ``read``, ``missing`` (read, and nothing of ours bears it), ``unread`` or plain."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of a text."""

    items: Sequence[Thing]
    certain: Sequence[Match]
    doubtful: Sequence[Match]
    missing: Sequence[str]
    unread: int
    pieces: Sequence[Piece]
    more: int


@desk_page("recall.start")
def scope(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET shows the box, POST what the `text` in it means; `items`: codes of items that it is about."""
    text = clean(request.POST.get("text", ""), LONGEST)
    order = Order.DAY if request.POST.get("order") == Order.DAY else Order.MONTH
    problems: list[Problem] = []
    items = _items(clean(request.POST.get("items", "")), problems)
    found = find_goods(text, order, items) if text and not problems else None
    if request.method == "POST" and not text:
        problems.append(Problem("desk.announcement_missing", "text"))
    context = {
        "tabs": tabs(desk, "scope"),
        "text": text,
        "order": order,
        "items": clean(request.POST.get("items", "")),
        "choices": item_choices(desk.language),
        "found": _shown(found, desk) if found else None,
        "problems_found": problems,
    }
    return page(request, desk, "desk/recalling/scope.html", context)


def _items(typed: str, problems: list[Problem]) -> list[str]:
    """Item codes or GTINs, apart by commas or blanks → URIs."""
    known = directory()
    found = []
    for code in typed.replace(",", " ").replace("，", " ").split():
        item = find_item(known, code)
        if item is None:
            problems.append(Problem("desk.item_unknown", "items", {"text": code[:80]}))
        else:
            found.append(item[1].item)
    return list(dict.fromkeys(found))


def _shown(found: Goods, desk: Desk) -> Shown:
    hits = [*found.certain[:SHOWN], *found.doubtful[:SHOWN]]
    names = Names([*(hit.uri for hit in hits), *(item.uri for item in found.items)], desk.language)
    return Shown(
        items=[names.thing(uri) for uri in dict.fromkeys(item.uri for item in found.items)],
        certain=_matches(found.certain, names),
        doubtful=_matches(found.doubtful, names),
        missing=[code.text for code in _once(found.missing)],
        unread=sum(left.doubtful for left in found.unread),
        pieces=pieces_of(found),
        more=max(0, len(found.certain) - SHOWN) + max(0, len(found.doubtful) - SHOWN),
    )


def _matches(hits: Sequence[Hit], names: Names) -> list[Match]:
    return [Match(hit, names.thing(hit.uri, hit.kind), _why(hit)) for hit in hits[:SHOWN]]


def _why(hit: Hit) -> str:
    said = _(WHY[hit.why])
    words = f"{said}: {hit.words}" if hit.words else said
    return f"{words}; {_(DOUBT[hit.doubt])}" if hit.doubt else words


def _once(codes: Iterable[Code]) -> list[Code]:
    return list({code.text: code for code in codes}.values())


def pieces_of(found: Goods) -> list[Piece]:
    """The text cut where its marks begin and end. What is missing or unread stands over what was read."""
    text = found.codes.text
    marks = [""] * len(text)
    named = [(hit.start, hit.end) for hit in (*found.certain, *found.doubtful)]
    unknown = [code for code in found.codes.codes if _is_word(code, named)]
    spans = [(code.start, code.end, "read") for code in found.codes.codes]
    spans += [(item.start, item.end, "read") for item in found.items]
    spans += [(code.start, code.end, "missing") for code in (*found.missing, *unknown)]
    spans += [(start, end, "read") for start, end in named]
    spans += [(left.start, left.end, "unread") for left in found.unread if left.doubtful]
    for start, end, mark in spans:
        marks[start:end] = [mark] * (end - start)
    cuts = [0, *(at for at in range(1, len(text)) if marks[at] != marks[at - 1]), len(text)]
    return [Piece(text[start:end], marks[start]) for start, end in pairwise(cuts) if end > start]


def _is_word(code: Code, named: Sequence[tuple[int, int]]) -> bool:
    """A word without a label that is no lot of ours."""
    told = any(start <= code.start and code.end <= end for start, end in named)
    return isinstance(code, Lot) and code.mode is not Mode.LOT and not told
