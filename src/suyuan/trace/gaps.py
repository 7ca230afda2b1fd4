"""Where a chain is broken."""

from collections.abc import Mapping, Sequence, Set

from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS, Edge
from suyuan.gs1.problems import Problem, distinct
from suyuan.trace.parties import Deed
from suyuan.trace.values import Names, Trace

HERE_FROM = frozenset({"receiving", "stock_taking"})  # what was there when the book was opened has no earlier way
BEGINNING = STAYS | {OUTPUT, MEMBER}


def gaps_of(answer: Trace, names: Names, deeds: Sequence[Deed], behind: Set[bytes]) -> list[Problem]:
    """Where the chain is broken: goods that come from nowhere, and steps that time makes impossible."""
    uris = names.uris
    began: set[bytes] = set()
    made: dict[bytes, int] = {}
    for edge in answer.edges:
        if edge.kind == OUTPUT:
            made[edge.child] = min(edge.since, made.get(edge.child, edge.since))
        if edge.child in behind and edge.kind in BEGINNING:
            began.add(edge.child)
    for deed in deeds:
        if deed.step in HERE_FROM or (deed.step == "shipping" and deed.senders):
            began.update(deed.named)
        elif deed.action == "ADD":
            began.update(key for key, (role, _, _) in deed.named.items() if role == "epc")
    problems = [
        Problem("trace.no_origin", uris[key], {"goods": uris[key]})
        for key in sorted(behind - began)
        if key in uris and names.kinds[key] in ("lot", "serial")
    ]
    early = [e for e in answer.edges if e.kind == INPUT and e.since < made.get(e.parent, e.since) and e.parent in uris]
    problems += [Problem("trace.used_before_made", uris[edge.parent], {"goods": uris[edge.parent]}) for edge in early]
    return distinct([*problems, *_moved_without_unpacking(answer.edges, uris)])


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
