"""The trace as a graph: goods as cards, transformations as small nodes, partners at both ends."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from suyuan.desk.graphs import Edge, Graph, Node
from suyuan.desk.naming import Names
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS
from suyuan.gs1.quantities import COUNT, unscaled
from suyuan.trace.answer import Trace
from suyuan.ui.formats import code_groups, grouped_number
from suyuan.ui.states import state as state_of
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name

DRAWN = STAYS | {INPUT, OUTPUT, MEMBER}
LONGEST_NAME = 22
MOST_PARTIES = 8  # of one role; the rest is one card, and all of them are in a table


def picture(answer: Trace, names: Names, states: Mapping[str, str]) -> Graph | None:
    """The graph of a trace; None where there is nothing to draw. `states`: URI → the state of what is still ours."""
    levels = _levels(answer)
    if len(levels) < 2:
        return None
    uris = {**answer.uris, **{subject.key: subject.uri for subject in answer.subjects}}
    kinds = {found.uri: found.kind for found in (*answer.backward, *answer.forward)}
    roots = {subject.key for subject in answer.subjects}
    nodes = [
        _goods(names.thing(uris[key], kinds.get(uris[key], "")), level, states.get(uris[key], ""), key in roots)
        for key, level in levels.items()
        if key in uris
    ]
    steps = {node for edge in answer.edges for node in _step(edge.kind, edge.parent, edge.child)}
    nodes += [Node(key.hex(), "step", (_("Made"),), level=levels.get(key, 0)) for key in sorted(steps)]
    parties, flows = _parties(answer, names, levels, uris)
    edges = [
        Edge(_id(edge.parent, uris), _id(edge.child, uris), _amount(edge.quantity, edge.unit))
        for edge in answer.edges
        if edge.kind in DRAWN
    ]
    return Graph((*nodes, *parties), tuple(dict.fromkeys((*edges, *flows))))


def _step(kind: str, parent: bytes, child: bytes) -> tuple[bytes, ...]:
    return (child,) if kind == INPUT else (parent,) if kind == OUTPUT else ()


def _levels(answer: Trace) -> dict[bytes, int]:
    levels = {found.key: -found.depth for found in answer.backward}
    levels |= {found.key: found.depth for found in answer.forward}
    return levels | {subject.key: 0 for subject in answer.subjects}


def _id(key: bytes, uris: Mapping[bytes, str]) -> str:
    return uris.get(key) or key.hex()


def _goods(thing: Thing, level: int, state: str, subject: bool) -> Node:
    kind = "container" if thing.kind == "container" else "goods"
    name = thing.name or _(thing.word)
    lines = [shortened(name), " ".join(code_groups(thing.code))]
    if state:
        shown = state_of(state)
        lines.append(f"{shown.mark} {_(shown.word)}")
    return Node(thing.uri, kind, tuple(lines), state, thing.url, subject, level, name)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _parties(
    answer: Trace, names: Names, levels: Mapping[bytes, int], uris: Mapping[bytes, str]
) -> tuple[list[Node], list[Edge]]:
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    left = dict.fromkeys(("customer", "supplier", "maker"), MOST_PARTIES)
    for share, unit in sorted(answer.parties, key=lambda entry: -entry[0].quantity):
        inward = share.role != "customer"
        here = [key for key in share.ids if key in uris and _faces(levels.get(key, 0), inward)]
        if not here:
            continue
        left[share.role] -= 1
        party = names.thing(share.party) if left[share.role] >= 0 else None
        level = min(levels.get(key, 0) for key in here) - 1 if inward else max(levels.get(key, 0) for key in here) + 1
        id_ = f"{share.role}:{share.party if party else ''}"
        lines = (_short(party), _amount(share.quantity, unit)) if party else (_rest(-left[share.role], inward),)
        nodes[id_] = Node(id_, "party", lines, "", party.url if party else "#parties", False, level)
        edges += [Edge(id_, uris[key]) if inward else Edge(uris[key], id_) for key in here]
    return list(nodes.values()), edges


def _short(party: Thing) -> str:
    return shortened(party.name or party.code)


def _rest(count: int, inward: bool) -> str:
    said = _("{count} more suppliers") if inward else _("{count} more customers")
    return said.format(count=count)


def _faces(level: int, inward: bool) -> bool:
    """Suppliers stand beside what came in, customers beside what went out; both beside the subject."""
    return level <= 0 if inward else level >= 0


def _amount(quantity: int | None, unit: str) -> str:
    return f"{grouped_number(unscaled(quantity))} {_(unit_name(unit or COUNT))}" if quantity else ""
