"""Which balances the effects of some events can read or change.

Goods leave a lot's history behind: a balance for each customer, one for each pallet that was delivered. What an event
costs must not grow with those, so only what lies in the house is read, beside what the event names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import AGGREGATING, ARRIVAL_NOTED, INBOUND, OUTBOUND
from suyuan.stock.facts import OWN, Fact, Goods

EVERYWHERE = INBOUND | ARRIVAL_NOTED | {"void_shipping"}
Logs = frozenset[str] | None  # None: all of them


@dataclass(slots=True)
class Scope:
    """Which subjects concern the events, and how far one has to look for each.

    `whole`: all that there is of it (there is one, or the event may concern any part). `coming`: what lies in the
    house, is in a container, or is under way to or with one of `owners`. `home`: what lies in the house. Of all of
    them, what lies in one of `holders`. `since` is the moment of the first event.
    """

    logs: Logs = None
    since: int = 0
    whole: set[bytes] = field(default_factory=set)
    coming: set[bytes] = field(default_factory=set)
    home: set[bytes] = field(default_factory=set)
    containers: set[bytes] = field(default_factory=set)
    wholes: set[bytes] = field(default_factory=set)  # serials that may be built of parts, which go where they go
    holders: set[bytes] = field(default_factory=set)
    owners: set[bytes] = field(default_factory=lambda: {OWN})
    emptied: bool = False  # whether it matters where a container was before


def scope_of(facts: Sequence[Fact]) -> Scope:
    scope = Scope(logs_of(facts), min((fact.order[0] for fact in facts), default=0))
    for fact in facts:
        scope.holders.update(h for h in _holders(fact) if h is not None)
        scope.owners.update(party for party in (fact.sender, fact.recipient) if party is not None)
        scope.emptied |= fact.disposition == "returned"
        reach = _reach(scope, fact)
        for goods in fact.goods:
            (scope.whole if _single(goods) else reach).add(goods.subject)
            if goods.container or goods.role == "parent":
                scope.containers.add(goods.subject)
            elif goods.instance and goes(fact, goods):
                scope.wholes.add(goods.subject)
    scope.holders |= scope.containers
    scope.coming -= scope.whole
    scope.home -= scope.whole | scope.coming
    return scope


def _single(goods: Goods) -> bool:
    return goods.instance or goods.container


def goes(fact: Fact, goods: Goods) -> bool:
    """Whether what one of the goods is built of goes where it goes, comes with it, or ends with it."""
    if fact.type == "TransformationEvent":
        return goods.role == "input"
    return fact.step in INBOUND | OUTBOUND or (fact.action == "DELETE" and fact.type not in AGGREGATING)


def _holders(fact: Fact) -> Iterable[bytes | None]:
    return (fact.place, fact.read, fact.origin, fact.transit, fact.sender, fact.recipient, *fact.ways)


def _reach(scope: Scope, fact: Fact) -> set[bytes]:
    """How far the effect of an event looks for goods that there is more than one of."""
    signs = fact.step in INBOUND | ARRIVAL_NOTED
    if fact.step == "void_shipping" or (not fact.ours and fact.type in AGGREGATING):
        return scope.whole
    if signs and fact.sender is None and fact.recipient is None:
        return scope.whole  # nobody is named: whatever is under way
    return scope.coming if signs else scope.home


def logs_of(facts: Sequence[Fact]) -> Logs:
    """Which logs have a say: the event's own, that of the warehouse it sends to; all where goods come in or a block
    is laid.
    """
    logs: set[str] = set()
    for fact in facts:
        if not fact.ours or fact.step in EVERYWHERE or fact.blocks or fact.unblocks:
            return None
        if any(goods.instance for goods in fact.goods):
            return None  # there is one of it, wherever it is
        logs.add(fact.log)
        if fact.step in OUTBOUND:
            logs.add(PARTNERS)  # the recipient may have said what he got before we say what we sent
        if fact.recipient_log:
            logs.add(fact.recipient_log)
    return frozenset(logs)
