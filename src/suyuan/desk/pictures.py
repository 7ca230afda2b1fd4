"""The trace as a graph: goods as cards, transformations as small nodes, partners at both ends.

Names and words are made for the cards that are shown, whatever the size of the answer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.graphs import Folded, Graph, Node, Pile, Spot, folded, redirected
from suyuan.desk.naming import Names
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS
from suyuan.gs1.quantities import COUNT, unscaled
from suyuan.trace.answer import Trace
from suyuan.trace.parties import Share
from suyuan.trace.values import Found
from suyuan.ui.formats import code_groups, grouped_number
from suyuan.ui.states import state as state_of
from suyuan.ui.things import KIND_WORDS, Thing
from suyuan.ui.units import unit_name

DRAWN = STAYS | {INPUT, OUTPUT, MEMBER}
MOST_PARTIES = 8  # of one role; the rest is one card, and all of them are in a table
TAB_OF = {"party": "#tab-parties"}
NameOf = Callable[[Iterable[str]], Names]


def picture(answer: Trace, names_of: NameOf, states: Mapping[str, str], opened: Iterable[str] = ()) -> Graph | None:
    """The graph of a trace; None where there is nothing to draw.

    `states`: URI → the state of what is still ours; `opened`: the piles that stand open; `names_of`: the names behind
    some URIs.
    """
    if not answer.backward and not answer.forward and not answer.parties:
        return None
    levels = _levels(answer)
    spots = _spots(answer, levels)
    parties, flows = _parties(answer, levels)
    view = folded(spots, opened)
    groups = (pile.spot.group for pile in (*view.piles, *view.opened))
    names = names_of([*view.shown, *groups, *_named(parties)])
    nodes = [_node(key, spots[key], answer, names, states) for key in view.shown]
    nodes += [_count(pile, len(keys), names) for pile, keys in view.piles.items()]
    nodes += [_party(id_, shares, more, level, names) for id_, (shares, more, level) in parties.items()]
    stands_for = view.stands_for() | {id_: id_ for id_ in parties}
    edges = redirected((*_edges(answer, view, stands_for), *flows), stands_for)
    told = tuple((pile.id, _said(pile, count, names)) for pile, count in view.opened.items())
    return Graph(tuple(nodes), edges, told, sum(map(len, view.piles.values())))


def _levels(answer: Trace) -> dict[bytes, float]:
    levels: dict[bytes, float] = {found.key: -found.depth for found in answer.backward}
    levels |= {found.key: found.depth for found in answer.forward}
    return levels | {subject.key: 0 for subject in answer.subjects}


def _spots(answer: Trace, levels: Mapping[bytes, float]) -> dict[str, Spot]:
    spots = {subject.uri: Spot(0, "subject", _group(subject.uri)) for subject in answer.subjects}
    for found in (*answer.backward, *answer.forward):
        spots.setdefault(found.uri, _spot(found, levels[found.key]))
    return spots | _steps(answer, levels)


def _spot(found: Found, level: float) -> Spot:
    return Spot(level, "container") if found.kind == "container" else Spot(level, "goods", _group(found.uri))


def _group(uri: str) -> str:
    """What lots and serials of one item have in common: the item's URI, as it stands in theirs."""
    at = max(uri.find("/10/"), uri.find("/21/"))
    return uri[:at] if at > 0 else uri


def _steps(answer: Trace, levels: Mapping[bytes, float]) -> dict[str, Spot]:
    """Transformations, each between what went into it and what came out."""
    after: dict[bytes, float] = {}
    before: dict[bytes, float] = {}
    for edge in answer.edges:
        if edge.kind == OUTPUT and edge.child in levels:
            after[edge.parent] = min(levels[edge.child], after.get(edge.parent, levels[edge.child]))
        elif edge.kind == INPUT and edge.parent in levels:
            before[edge.child] = max(levels[edge.parent], before.get(edge.child, levels[edge.parent]))
    found = {key: level + 0.5 for key, level in before.items()} | {key: level - 0.5 for key, level in after.items()}
    return {key.hex(): Spot(level, "step") for key, level in sorted(found.items())}


def _edges(answer: Trace, view: Folded, stands_for: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Source, target, and how much, where both ends have a card of their own."""
    uris = answer.uris | {subject.key: subject.uri for subject in answer.subjects}
    own = frozenset(view.shown)

    @cache
    def id_of(key: bytes) -> str:
        return uris.get(key) or key.hex()

    seen: set[tuple[str, str]] = set()
    for edge in answer.edges:
        if edge.kind not in DRAWN:
            continue
        source, target = id_of(edge.parent), id_of(edge.child)
        if source in own and target in own:
            yield source, target, _amount(edge.quantity, edge.unit)
            continue
        ends = (stands_for.get(source, ""), stands_for.get(target, ""))
        if ends not in seen:  # between counts one arrow says it
            seen.add(ends)
            yield source, target, ""


def _node(key: str, spot: Spot, answer: Trace, names: Names, states: Mapping[str, str]) -> Node:
    if spot.kind == "step":
        return Node(key, "step", (_("Made"),), level=spot.level)
    container = "/00/" in key or "/8003/" in key or "/8004/" in key
    thing = names.thing(key, "container" if container else "")
    state = states.get(key, "")
    lines = [thing.name or _(thing.word), " ".join(code_groups(thing.code))]
    if state:
        shown = state_of(state)
        lines.append(f"{shown.mark} {_(shown.word)}")
    kind = "container" if container else "goods"
    return Node(key, kind, tuple(lines), state, thing.url, spot.kind == "subject", spot.level)


def _count(pile: Pile, count: int, names: Names) -> Node:
    said = _said(pile, count, names)
    return Node(pile.id, "more", tuple(said.splitlines()), level=pile.spot.level, opens=pile.id)


def _said(pile: Pile, count: int, names: Names) -> str:
    """What stands on the card that many cards became."""
    word = _kind_word(pile, names)
    return f"{word}\n× {count}" if count else word


def _kind_word(pile: Pile, names: Names) -> str:
    if pile.spot.kind == "step":
        return _("Made")
    if pile.spot.kind == "container":
        return _(KIND_WORDS[pile.spot.kind])
    if pile.whole:
        return _("Goods of this level")
    return names.name(pile.spot.group) or names.thing(pile.spot.group).code


# -- partners ---------------------------------------------------------------------------------------------------------

Parties = dict[str, tuple[list[Share], int, float]]  # id → what he had, how many more there are, and the level


def _parties(answer: Trace, levels: Mapping[bytes, float]) -> tuple[Parties, list[tuple[str, str, str]]]:
    """Those with the most of each role, the rest together; each beside what he had of all that is known."""
    nodes: Parties = {}
    flows: list[tuple[str, str, str]] = []
    left = dict.fromkeys(("customer", "supplier", "maker"), MOST_PARTIES)
    uris = answer.uris | {subject.key: subject.uri for subject in answer.subjects}
    for share, _unit in sorted(answer.parties, key=lambda entry: -entry[0].quantity):
        inward = share.role != "customer"
        here = [key for key in share.ids if key in uris and _faces(levels.get(key, 0), inward)]
        if not here:
            continue
        id_ = f"{share.role}:{share.party}"
        if id_ not in nodes:
            left[share.role] -= 1
        if left[share.role] < 0 and id_ not in nodes:
            id_ = f"{share.role}:"
        level = min(levels.get(key, 0) for key in here) - 1 if inward else max(levels.get(key, 0) for key in here) + 1
        shares, _more, known = nodes.get(id_, ([], 0, level))
        level = min(level, known) if inward else max(level, known)
        nodes[id_] = ([*shares, share], max(0, -left[share.role]), level)
        flows += [(id_, uris[key], "") if inward else (uris[key], id_, "") for key in here]
    return nodes, flows


def _named(parties: Parties) -> list[str]:
    return [shares[0].party for id_, (shares, _more, _level) in parties.items() if not id_.endswith(":")]


def _party(id_: str, shares: Sequence[Share], more: int, level: float, names: Names) -> Node:
    if id_.endswith(":"):
        customers = ngettext("{count} more customer", "{count} more customers", more)
        suppliers = ngettext("{count} more supplier", "{count} more suppliers", more)
        said = customers if id_ == "customer:" else suppliers
        return Node(id_, "party", (said.format(count=more),), url=TAB_OF["party"], level=level)
    thing: Thing = names.thing(shares[0].party)
    amounts = (_amount(share.quantity, share.unit) for share in shares)
    return Node(id_, "party", (thing.name or thing.code, *amounts), url=thing.url, level=level)


def _faces(level: float, inward: bool) -> bool:
    """Suppliers stand beside what came in, customers beside what went out; both beside the subject."""
    return level <= 0 if inward else level >= 0


def _amount(quantity: int | None, unit: str) -> str:
    return f"{grouped_number(unscaled(quantity))} {_(unit_name(unit or COUNT))}" if quantity else ""
