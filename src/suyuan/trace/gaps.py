"""Where a chain is broken: declared by class, with the goods concerned. Nothing is left out of an answer for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain

from django.db.backends.utils import CursorWrapper

from suyuan.genealogy import search
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS, Edge
from suyuan.gs1.problems import Problem, distinct
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.bulk import chunks, is_postgres, select_in
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.facts import UNEXPLAINED
from suyuan.trace.origins import Origins
from suyuan.trace.parties import Deed
from suyuan.trace.times import first_seen, impossible_ahead, impossible_behind, is_in_order
from suyuan.trace.values import Names, Reach, Trace

HERE_FROM = frozenset({"receiving", "stock_taking"})  # what was there when the book was opened has no earlier way
BEGINNING = STAYS | {OUTPUT, MEMBER}
_NONE: Mapping[str, int] = {}
_NOBODY: Set[str] = frozenset()


def gaps_of(answer: Trace, names: Names, deeds: Sequence[Deed], reach: Reach, origins: Origins) -> list[Problem]:
    """Where the chain is broken. By class: goods that come from nowhere, containers of which nobody said what is in
    them, lots with two origins, steps that time makes impossible and what is reached by such steps only, containers
    that goods never left.
    """
    uris = names.uris
    solid = [key for key in reach.behind if key in uris and names.kinds[key] in ("lot", "serial")]
    first = first_seen(answer.edges, reach.behind, chain(_told(deeds), origins.came.items()))
    problems = [
        *_of("trace.no_origin", _without_origin(answer.edges, deeds, solid, origins), uris),
        *_of("trace.unknown_content", _of_unknown_content(answer.edges, reach), uris),
        *_with_two_origins(answer.edges, solid, origins, uris),
        *_of("trace.used_before_made", _used_too_early(answer.edges, reach.behind, first), uris),
        *_moved_without_unpacking(answer.edges, uris),
    ]
    if not is_in_order(answer.edges, first):
        answer.doubtful = _doubtful(answer, reach, first)
        problems += _of("trace.impossible", sorted(answer.doubtful), uris)
    return distinct(problems)


def _of(code: str, goods: Iterable[bytes], uris: Mapping[bytes, str]) -> list[Problem]:
    return [Problem(code, uris[key], {"goods": uris[key]}) for key in goods if key in uris]


def _told(deeds: Iterable[Deed]) -> Iterator[tuple[bytes, int]]:
    """Goods and when an event says that they came or came into being."""
    begun = (deed for deed in deeds if deed.step in HERE_FROM or deed.action == "ADD")
    return ((key, deed.at) for deed in begun for key, (role, _, _) in deed.named.items() if role == "epc")


def _without_origin(
    edges: Iterable[Edge], deeds: Iterable[Deed], goods: Iterable[bytes], origins: Origins
) -> list[bytes]:
    """Neither received, by themselves or in a container, nor made, by anybody."""
    asked = frozenset(goods)
    began = {edge.child for edge in edges if edge.kind in BEGINNING and edge.child in asked} | origins.given.keys()
    for deed in deeds:
        if deed.step in HERE_FROM or (deed.step == "shipping" and deed.senders):
            began.update(deed.named)
        elif deed.action == "ADD":
            began.update(key for key, (role, _, _) in deed.named.items() if role == "epc")
    return sorted(asked - began)


def _of_unknown_content(edges: Iterable[Edge], reach: Reach) -> list[bytes]:
    """Containers that came into it, and of which nothing says what was in them then."""
    boxes = reach.containers & reach.behind
    filled = {edge.child for edge in edges if edge.kind in STAYS} if boxes else set()
    return sorted(boxes - filled)


def _with_two_origins(
    edges: Iterable[Edge], goods: Iterable[bytes], origins: Origins, uris: Mapping[bytes, str]
) -> list[Problem]:
    """Lots that came from two suppliers, were made in two warehouses, made and bought, or that two partners made."""
    made = _made_here(edges)
    found = []
    for key in goods:
        ours = origins.given.get(key, _NONE).keys() - origins.sold.get(key, _NOBODY) | made.get(key, _NOBODY)
        several = ours if len(ours) > 1 else origins.made_by.get(key, _NOBODY)
        if len(several) > 1:
            said = {"goods": uris[key], "origins": ", ".join(sorted(several))}
            found.append(Problem("trace.two_origins", uris[key], said))
    return found


def _made_here(edges: Iterable[Edge]) -> dict[bytes, set[str]]:
    """Lot → the logs of ours in which it was made. What goes in and comes out under one number began elsewhere."""
    made: dict[bytes, set[str]] = {}
    worked: set[tuple[bytes, bytes]] = set()
    ours = []
    for edge in edges:
        if edge.kind == OUTPUT and edge.log != PARTNERS:
            ours.append(edge)
        elif edge.kind == INPUT:
            worked.add((edge.parent, edge.child))
    for edge in ours:
        if (edge.child, edge.parent) not in worked:
            made.setdefault(edge.child, set()).add(edge.log)
    return made


def _used_too_early(edges: Iterable[Edge], behind: Set[bytes], first: Mapping[bytes, int]) -> list[bytes]:
    """Used before anything says that they were there. Of what lies ahead only some of its makings are known."""
    early = {e.parent for e in edges if e.kind == INPUT and e.since < first.get(e.parent, e.since)}
    return sorted(early & behind)


def _doubtful(answer: Trace, reach: Reach, first: Mapping[bytes, int]) -> set[bytes]:
    ahead = {found.key for found in answer.forward}
    behind = {found.key for found in answer.backward}
    members = {edge.child for edge in answer.edges if edge.kind == MEMBER and edge.parent in reach.roots}
    return (impossible_ahead(answer.edges, reach.roots, first) & ahead) | (
        impossible_behind(answer.edges, reach.roots | members, first) & behind
    )


def _moved_without_unpacking(edges: Sequence[Edge], uris: Mapping[bytes, str]) -> list[Problem]:
    """Serials and containers that were put into another container while, by the events, still in the first."""
    ended = [(edge, edge.until) for edge in edges if edge.until is not None and edge.kind in STAYS]
    if not ended:
        return []
    begun = {(edge.parent, edge.since): edge.child for edge in edges if edge.instance and edge.kind in STAYS}
    return [
        Problem("trace.not_unpacked", uris[edge.parent], {"goods": uris[edge.parent], "container": uris[edge.child]})
        for edge, until in ended
        if begun.get((edge.parent, until), edge.child) != edge.child and edge.parent in uris and edge.child in uris
    ]


_LACKING = "SELECT subject, SUM(quantity), SUM(second) FROM stock_posting WHERE counterpart = {unexplained} AND"


def not_adding_up(cursor: CursorWrapper, answer: Trace, goods: Iterable[bytes]) -> list[Problem]:
    """Goods of which more was moved than, by the records, was there; but for those that have no origin, of which that
    is said already.
    """
    literal = f"'\\x{UNEXPLAINED.hex()}'::bytea" if is_postgres(cursor.db) else f"X'{UNEXPLAINED.hex()}'"
    sql = _LACKING.format(unexplained=literal)
    rows = [
        row
        for part in chunks(list(goods), search.AT_ONCE)
        for row in select_in(cursor, f"{sql} subject {{keys}}", part, suffix=" GROUP BY subject")
    ]
    lacking = {answer.uris.get(bytes(key), ""): int(first or second) for key, first, second in rows if first or second}
    without_origin = {problem.field for problem in answer.gaps if problem.code == "trace.no_origin"}
    return [
        Problem("trace.not_adding_up", uri, {"goods": uri, "quantity": decimal_text(unscaled(amount))})
        for uri, amount in sorted(lacking.items())
        if uri and uri not in without_origin
    ]
