"""What goods and containers of a shipment weigh, in kilograms: as somebody weighed them, else by the catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from django.db import connection

from suyuan.capture.who import Who
from suyuan.catalog.models import Item
from suyuan.gs1.quantities import UNITS, in_kilograms, is_weight, unscaled
from suyuan.ledger.bulk import select_in
from suyuan.operations.despatched import Goods
from suyuan.orders.edifact_desadv import Weight

_PACKED = (
    "SELECT e.identifier, r.event_time, b.body FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.log = e.log AND r.id = e.record AND r.declares IS NULL AND r.event_time <= %s "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record x WHERE x.declares = r.id) "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE e.log = %s AND e.role = 'parent' AND e.identifier {keys}"
)


class _Scale(msgspec.Struct):
    gross: Decimal
    tare: Decimal


class _Said(msgspec.Struct):
    weighed: _Scale | None = msgspec.field(default=None, name="suyuan:weighed")


@dataclass(frozen=True, slots=True)
class Weights:
    """`catalog`: item → what a base unit of it weighs; `bases`: item → that unit. `packed`: container → when something
    was put in or taken out last; `scales`: what it weighed then, of those that were weighed."""

    catalog: Mapping[str, Decimal]
    bases: Mapping[str, str]
    packed: Mapping[bytes, int]
    scales: Mapping[bytes, _Scale]

    @classmethod
    def of(cls, goods: Iterable[Goods], uris: Mapping[bytes, str], who: Who, log: str, at: int) -> "Weights":
        """Of all these goods and containers as they were at a moment. Two statements."""
        every = list(goods)
        items = {uris.get(one.item or one.subject, "") for one in every if not one.container}
        rows = Item.objects.filter(uri__in=items, weight__isnull=False).values_list("uri", "weight")
        packed, scales = _weighed(log, [one.subject for one in every if one.container], at)
        bases = {uri: who.directory.items[uri].base_unit for uri in items if uri in who.directory.items}
        return cls({uri: unscaled(weight) for uri, weight in rows if weight is not None}, bases, packed, scales)

    def net(self, one: Goods, item: str) -> Weight | None:
        """Of goods; None where nobody knows. What is weighed each time has been measured."""
        if one.second and one.second_unit in UNITS and is_weight(one.second_unit):
            return Weight(in_kilograms(unscaled(one.second), one.second_unit))
        if one.unit in UNITS and is_weight(one.unit):
            return Weight(in_kilograms(unscaled(one.quantity), one.unit))
        each = self.catalog.get(item)
        if each is None or not (one.instance or one.unit == self.bases.get(item)):
            return None
        return Weight(unscaled(one.quantity) * each, measured=False)

    def gross(self, box: Goods) -> Decimal | None:
        """Of a container with all that is in it, if it was weighed after the last of that was put in or taken out."""
        scale = self.scales.get(box.subject)
        at = self.packed.get(box.subject, 0)
        boxes = [one.subject for one in box.flat() if one.container]
        return scale.gross if scale and all(self.packed.get(inner, 0) <= at for inner in boxes) else None

    def without(self, box: Goods, content: Weight | None) -> Weight | None:
        """What the `content` of a container weighs: less the empty container where that was weighed too."""
        gross, scale = self.gross(box), self.scales.get(box.subject)
        return Weight(gross - scale.tare) if gross is not None and scale and scale.tare else content


def _weighed(log: str, boxes: Iterable[bytes], at: int) -> tuple[dict[bytes, int], dict[bytes, _Scale]]:
    read = msgspec.json.Decoder(_Said)
    with connection.cursor() as cursor:
        rows = select_in(cursor, _PACKED, boxes, at, log)
    packed, scales = dict[bytes, int](), dict[bytes, _Scale]()
    for box, when, body in sorted(rows, key=lambda row: int(row[1])):
        key, said = bytes(box), read.decode(bytes(body)).weighed
        packed[key] = int(when)
        scales.pop(key, None)
        if said is not None:
            scales[key] = said
    return packed, scales


def together(weights: Iterable[Weight | None]) -> Weight | None:
    """The sum; None where one of them is not known, or there is none."""
    found = list(weights)
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return None
    return Weight(sum((one.amount for one in known), start=Decimal(0)), all(one.measured for one in known))
