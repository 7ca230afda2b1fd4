"""Rows of master data that may mean one thing: found by code, GTIN, supplier's code and name (`catalog.likeness`)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection
from django.db.models import Q
from rapidfuzz import fuzz, process

from suyuan.catalog.likeness import CLOSEST, LEAST, Entry, Pair, Why, alike, bare, pairs, plain, unsigned
from suyuan.catalog.models import Category, Item, ItemPack, Likeness, Partner, Searched, SupplierItem
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Values
from suyuan.catalog.rules import code_key

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Similar:
    """A row that stands already and is like what somebody types."""

    uri: str
    code: str
    name_zh: str
    name_en: str
    why: tuple[Why, ...]
    score: int


# -- the registers that are searched ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """How the rows of a register are read for a comparison: those in use, with their code and names."""

    model: type[Item] | type[Partner]
    read: Callable[[], list[Entry]]
    shared: Callable[[Values], frozenset[tuple[Why, str]]]
    group: str = ""


def entries_of_items() -> list[Entry]:
    """All items in use; four statements."""
    rows = Item.objects.filter(is_active=True)
    shared: dict[int, set[tuple[Why, str]]] = defaultdict(set)
    for item, of_pack in ItemPack.objects.values_list("item_id", "gtin"):
        shared[item].add((Why.GTIN, of_pack))
    for item, partner, key, given in SupplierItem.objects.values_list("item_id", "partner_id", "key", "gtin"):
        shared[item].add((Why.PART, f"{partner}|{bare(key)}"))
        shared[item] |= {(Why.GTIN, given)} if given else set()
    found = []
    for id, uri, key, zh, en, spec, group, gtin in rows.values_list(
        "id", "uri", "key", "name_zh", "name_en", "spec", "category_id", "gtin"
    ):
        told = {(Why.CODE, bare(key)), *({(Why.GTIN, gtin)} if gtin else ()), *shared.get(id, ())}
        found.append(Entry(uri, key, _names(zh, en, spec), str(group or ""), frozenset(told)))
    return found


def _names(zh: str, en: str, spec: str = "") -> tuple[str, ...]:
    """What a row is called; what it is like belongs to its name, since a size is often said there."""
    return tuple(f"{name} {spec}".strip() for name in dict.fromkeys((zh, en)) if name)


def entries_of_partners() -> list[Entry]:
    """All partners in use; one statement."""
    rows = Partner.objects.filter(is_active=True).values_list("uri", "key", "name_zh", "name_en", "tax_number")
    return [
        Entry(
            uri, key, _names(zh, en),
            shared=frozenset({(Why.CODE, bare(key)), *({(Why.TAX, unsigned(tax))} if tax else ())}),
        )
        for uri, key, zh, en, tax in rows
    ]  # fmt: skip


def _shared_by_item(values: Values) -> frozenset[tuple[Why, str]]:
    gtin = str(values.get("gtin") or "")
    told = {(Why.CODE, bare(str(values.get("code") or "")))}
    return frozenset(told | ({(Why.GTIN, gtin.zfill(14))} if gtin else set()))


def _shared_by_partner(values: Values) -> frozenset[tuple[Why, str]]:
    tax = str(values.get("tax_number") or "")
    told = {(Why.CODE, bare(str(values.get("code") or "")))}
    return frozenset(told | ({(Why.TAX, unsigned(tax))} if tax else set()))


SOURCES: Mapping[str, Source] = {
    "items": Source(Item, entries_of_items, _shared_by_item, "category"),
    "partners": Source(Partner, entries_of_partners, _shared_by_partner),
}


# -- while somebody types or brings in --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Known:
    """The rows of a register as they were at a version, laid out for one question after the other."""

    token: str
    entries: Sequence[Entry]
    texts: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    holders: dict[tuple[Why, str], list[int]] = field(default_factory=dict)


_known: dict[str, _Known] = {}
_TOKEN = "SELECT token FROM catalog_catalogversion ORDER BY version DESC LIMIT 1"


def _known_of(register: str) -> _Known:
    """Read again whenever the catalog was written: a second for 100,000 items, a moment for most."""
    with connection.cursor() as cursor:
        cursor.execute(_TOKEN)
        (token,) = cursor.fetchone()
    known = _known.get(register)
    if known is None or known.token != token:
        known = _known[register] = _Known(token, SOURCES[register].read())
        for n, entry in enumerate(known.entries):
            for name in entry.names:
                known.texts.append(plain(name))
                known.rows.append(n)
            for told in entry.shared:
                known.holders.setdefault(told, []).append(n)
    return known


def similar_to(register: str, values: Values, limit: int = CLOSEST, *, least: int = LEAST) -> list[Similar]:
    """Rows in use that may be what these values are about, the likeliest first; to be shown, not to refuse anything.

    `values` as of a form; its own row, where it has one already, is left out by its code. None for registers that are
    not searched.
    """
    source = SOURCES.get(register)
    if source is None:
        return []
    known, asked = _known_of(register), _entry_of(source, values)
    whys: dict[int, set[Why]] = defaultdict(set)
    for told in asked.shared - {(Why.CODE, "")}:
        for n in known.holders.get(told, ()):
            whys[n].add(told[0])
    scores = dict.fromkeys(whys, 100)
    for n, score in _like(known, asked, least, limit):
        scores[n] = max(scores.get(n, 0), score)
        whys[n].add(Why.NAME)
    own = asked.key
    best = sorted((n for n in whys if known.entries[n].key != own), key=lambda n: (-scores[n], known.entries[n].key))
    return _told(source, known, [(n, whys[n], scores[n]) for n in best[:limit]])


def _entry_of(source: Source, values: Values) -> Entry:
    texts = {name: str(values.get(name) or "") for name in ("code", "name_zh", "name_en", "spec")}
    group = ""
    if source.group and values.get(source.group):
        key = code_key(str(values[source.group]))
        found = Category.objects.filter(key=key).values_list("pk", flat=True)
        group = str(found.first() or "")
    names = _names(texts["name_zh"], texts["name_en"], texts["spec"])
    return Entry("", code_key(texts["code"]), names, group, source.shared(values))


def _like(known: _Known, asked: Entry, least: int, limit: int) -> Iterator[tuple[int, int]]:
    """Rows with a name like one of these: all names are compared, 20 ms for 100,000."""
    for name in asked.names:
        for _text, _score, at in process.extract(
            plain(name), known.texts, scorer=fuzz.ratio, processor=None, score_cutoff=least, limit=4 * limit
        ):
            score = alike(asked, known.entries[known.rows[at]])
            if score >= least:
                yield known.rows[at], score


def _told(source: Source, known: _Known, found: Sequence[tuple[int, set[Why], int]]) -> list[Similar]:
    uris = [known.entries[n].uri for n, _whys, _score in found]
    rows = source.model.objects.filter(uri__in=uris).values_list("uri", "code", "name_zh", "name_en")
    named = {uri: (code, zh, en) for uri, code, zh, en in rows}
    return [
        Similar(uri, *named[uri], tuple(why for why in Why if why in whys), score)
        for uri, (_n, whys, score) in zip(uris, found, strict=True)
        if uri in named
    ]


def similar_in(register: str, rows: Sequence[Values], limit: int = CLOSEST) -> dict[int, list[Similar]]:
    """For many rows at once, as a file brings them: row number → rows in use that it may repeat, and rows of the file
    before it, which have no URI. Only for rows whose code is new. 100,000 rows take about five seconds.
    """
    source = SOURCES.get(register)
    if source is None:
        return {}
    known = _known_of(register)
    codes = {entry.key for entry in known.entries}
    asked = [(n, _entry_of(source, {**values, source.group: None})) for n, values in enumerate(rows)]
    new = {f"\0{n:09}": n for n, entry in asked if entry.key not in codes}  # sorted before any URI, in their order
    entries = [Entry(uri, asked[n][1].key, asked[n][1].names, "", asked[n][1].shared) for uri, n in new.items()]
    at = {entry.uri: n for n, entry in enumerate(known.entries)}
    met = pairs([*known.entries, *entries], among=lambda entry: entry.uri in new)
    stand = [pair for pair in met if pair.other in at]
    told = {
        one.uri: one for one in _told(source, known, [(at[pair.other], set(pair.why), pair.score) for pair in stand])
    }
    found: dict[int, list[Similar]] = {}
    for pair in met:
        whys = tuple(why for why in Why if why in pair.why)
        if pair.other in new:
            row, one = new[pair.other], _of_row(rows[new[pair.one]])
        elif pair.other in told:
            row, one = new[pair.one], told[pair.other]
        else:
            continue
        if len(listed := found.setdefault(row, [])) < limit:
            listed.append(replace(one, why=whys, score=pair.score))
    return found


def _of_row(values: Values) -> Similar:
    code, zh, en = (str(values.get(name) or "") for name in ("code", "name_zh", "name_en"))
    return Similar("", code, zh, en, (), 0)


# -- what was found ---------------------------------------------------------------------------------------------------


def keep_found(register: str, found: Iterable[Pair], *, version: int, at: int) -> int:
    """Let these be the likenesses of a register, but for those that somebody dismissed; how many there are now.

    `version`: the catalog's, at which they were found; `at` in microseconds.
    """
    rows = Likeness.objects.filter(register=register)
    rows.filter(dismissed="").delete()
    apart = set(rows.values_list("one", "other"))
    new = [
        Likeness(register=register, one=pair.one, other=pair.other, why=pair.text, score=pair.score)
        for pair in found
        if (pair.one, pair.other) not in apart
    ]
    Likeness.objects.bulk_create(new, batch_size=_BATCH)
    Searched.objects.update_or_create(register=register, defaults={"version": version, "at": at})
    return len(new)


def do_dismiss(register: str, one: str, other: str, reason: str) -> None:
    """These two are not one, for this reason, whatever a search says from now on."""
    first, second = sorted((one, other))
    row, _new = Likeness.objects.get_or_create(
        register=register, one=first, other=second, defaults={"why": "", "score": 0}
    )
    row.dismissed = reason
    row.save(update_fields=["dismissed"])


def do_settle(register: str, uri: str) -> None:
    """A row that was closed is like none any more."""
    Likeness.objects.filter(Q(one=uri) | Q(other=uri), register=register, dismissed="").delete()


def suspected(register: str, uris: Iterable[str]) -> set[str]:
    """Those of these rows that are in some pair that nobody has decided about."""
    found: set[str] = set()
    for part in chunks(uris):
        rows = Likeness.objects.filter(Q(one__in=part) | Q(other__in=part), register=register, dismissed="")
        found.update(uri for pair in rows.values_list("one", "other") for uri in pair)
    return found
