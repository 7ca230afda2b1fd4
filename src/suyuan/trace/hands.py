"""Who had the goods: the events that handed them over, and the parties these name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import chain
from operator import attrgetter

from django.db.backends.utils import CursorWrapper

from suyuan.catalog.directory import Directory
from suyuan.catalog.rules import gln_of
from suyuan.genealogy import search
from suyuan.genealogy.edges import Edge
from suyuan.gs1.quantities import is_weight
from suyuan.ledger.bulk import by_index
from suyuan.trace.contents import Contents, Move
from suyuan.trace.origins import Origins
from suyuan.trace.parties import Deed, Said, Share, customers, makers, moves, suppliers
from suyuan.trace.resolve import Candidate
from suyuan.trace.values import Reach, names_of

# Steps inside a house: whatever they do, the goods change hands by another one.
INSIDE = (
    "assembling", "commissioning", "creating_class_instance", "cycle_counting", "disassembling", "encoding",
    "inspecting", "installing", "packing", "picking", "repackaging", "repairing", "replacing", "sampling",
    "sensor_reporting", "storing", "stock_taking", "unpacking",
)  # fmt: skip
_SAID = "SELECT i.record, i.identifier, i.role, i.quantity, i.unit FROM ledger_eventitem i "
_ALL_SAID = _SAID + "WHERE i.role <> 'input' AND"
_HANDED_ON = (
    f"{_SAID} JOIN ledger_record r ON r.id = i.record AND r.log = i.log "
    f"WHERE r.biz_step NOT IN ({', '.join(repr(step) for step in INSIDE)}) AND"
)
_EVENTS = (
    "SELECT r.id, r.log, r.biz_step, r.disposition, r.action, r.event_time, COALESCE(r.biz_location, r.read_point) "
    "FROM ledger_record r WHERE r.kind = 'epcis' AND r.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND"
)
_PARTIES = "SELECT record, role, identifier FROM ledger_eventitem WHERE (role LIKE 'from.%%' OR role LIKE 'to.%%') AND"


def deeds_of(cursor: CursorWrapper, ahead: Iterable[bytes], behind: Iterable[bytes], same: search.Same) -> list[Deed]:
    """The events that name goods: of those `behind` all but what they were put into, of which there may be no end; of
    those `ahead` the ones that may have taken them to somebody else.
    """
    one = same.setdefault
    said: dict[bytes, dict[bytes, Said]] = {}
    handed_on, all_said = (by_index(cursor.db, sql, "i.identifier") for sql in (_HANDED_ON, _ALL_SAID))
    told = chain(search.each_in(cursor, handed_on, ahead), search.each_in(cursor, all_said, behind))
    for record, row_key, role, quantity, unit in told:
        named = said.setdefault(one(record, record), {})
        key = one(row_key, row_key)
        old = named.get(key)
        if old and unit != old[2] and old[2] and unit and is_weight(unit) and not is_weight(old[2]):
            continue  # what is counted and weighed is told by its count
        more = old[1] if old and old[1] and quantity and unit == old[2] else 0
        heard = (role, quantity + more if more else quantity, unit)
        named[key] = one(heard, heard)
    deeds: dict[bytes, Deed] = {}
    places: dict[bytes, bytes] = {}
    for row in search.each_in(cursor, by_index(cursor.db, _EVENTS, "r.id"), said):
        record, log, step, disposition, action, at, place = [one(value, value) for value in row]
        deeds[record] = Deed(record, log, step, disposition, action, at, said[record])
        if place:
            places[record] = place
    parties: dict[bytes, tuple[tuple[str, bytes], ...]] = defaultdict(tuple)
    for record, role, party in search.each_in(cursor, by_index(cursor.db, _PARTIES, "record"), deeds):
        both = (*parties[record], (one(role, role), one(party, party)))
        parties[one(record, record)] = one(both, both)
    uris = names_of(
        cursor, {*places.values(), *(key for pairs in set(parties.values()) for _, key in pairs)}, same
    ).uris

    @cache
    def side(pairs: tuple[tuple[str, bytes], ...], prefix: str) -> Mapping[str, str]:
        return {role.removeprefix(prefix): uris[key] for role, key in pairs if role.startswith(prefix) and key in uris}

    for record, pairs in parties.items():
        deeds[record].senders, deeds[record].recipients = side(pairs, "from."), side(pairs, "to.")
    for record, place in places.items():
        deeds[record].place = uris.get(place)
    return list(deeds.values())


def in_time(
    deeds: Sequence[Deed],
    subjects: Sequence[Candidate],
    started: Mapping[bytes, Sequence[search.Window]],
    containers: set[bytes],
) -> list[Deed]:
    """Containers count only in the use that was asked for: one that was asked for itself from its last filling on, one
    that a document names when it names it.
    """
    asked = {subject.key for subject in subjects}
    boxes = {key: windows for key, windows in started.items() if key in containers}
    if not boxes:
        return list(deeds)

    def counts(key: bytes, at: int) -> bool:
        return key not in boxes or any(start <= at and (at <= end or key in asked) for start, end in boxes[key])

    kept = [replace(deed, named={k: said for k, said in deed.named.items() if counts(k, deed.at)}) for deed in deeds]
    return [deed for deed in kept if deed.named]


def parties_of(
    deeds: Sequence[Deed], told: Sequence[Deed], reach: Reach, inside: Contents, who: Directory, origins: Origins
) -> list[tuple[Share, str]]:
    """What each party had, net; `origins` is told where the goods came from."""

    @cache
    def ours(uri: str | None) -> bool:
        return uri is not None and (gln_of(uri) or "") in who.glns

    @cache
    def same(uri: str) -> str:
        partner = who.partner_of(uri)
        return partner.uri if partner else gln_of(uri) or uri

    came = suppliers(told, reach.solid, inside, ours, same, origins)  # before it is asked which of these were sold
    made = makers(told, reach.solid, ours, same, origins)
    shares = [*customers(deeds, reach.goods, inside, ours, same, origins), *came, *made]
    return [(share, share.unit) for share in shares]


_MOVES = "SELECT holder, subject, record, at, quantity, second FROM stock_posting WHERE"


def moves_in(cursor: CursorWrapper, boxes: Iterable[bytes], same: search.Same) -> Iterator[Move]:
    """How the content of containers changed."""
    one = same.setdefault
    for holder, subject, record, at, amount, other in search.each_in(
        cursor, by_index(cursor.db, _MOVES, "holder"), boxes
    ):
        yield holder, subject, one(record, record), one(at, at), amount, other


_HAPPENED = attrgetter("since", "log", "record")


def records_of(
    edges: Sequence[Edge], deeds: Sequence[Deed], roots: set[bytes], goods: Set[bytes], inside: Contents
) -> list[tuple[str, bytes]]:
    """The events of the answer in the order they happened: those that drew its steps, those that name the subjects,
    those that moved goods between parties.
    """
    drawn: set[tuple[int, str, bytes]] = set(map(_HAPPENED, edges))
    named = {
        (deed.at, deed.log, deed.record)
        for deed in deeds
        if not roots.isdisjoint(deed.named) or ((deed.senders or deed.recipients) and moves(deed, goods, inside))
    }
    return [(log, record) for _, log, record in sorted(drawn | named)]
