"""What a packed carton or pallet should weigh, and whether what the scale says is near enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.catalog.models import Item
from suyuan.governance.settings import PACK_TOLERANCE, value_of
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import UNITS, decimal_text, in_kilograms, is_weight, parse_amount, scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved
from suyuan.orders.amounts import item_keys
from suyuan.stock.queries import content
from suyuan.tlog.jcs import Json

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Weighed:
    """In kilograms. `expected`: goods and tare together; None where the catalog does not know what one of them weighs
    (`unknown`: the codes of those items)."""

    gross: Decimal
    tare: Decimal
    expected: Decimal | None
    unknown: tuple[str, ...] = ()

    def told(self) -> dict[str, Json]:
        """As the event says it."""
        said: dict[str, Json] = {"gross": decimal_text(self.gross), "tare": decimal_text(self.tare)}
        if self.expected is not None:
            said["expected"] = decimal_text(self.expected)
        return said


def is_off(weighed: Weighed, percent: Decimal) -> bool:
    """Is it further from what is expected than so many percent? Pure; what nobody expects is never off."""
    if weighed.expected is None:
        return False
    return abs(weighed.gross - weighed.expected) * HUNDRED > percent * weighed.expected


def weight_problems(weighed: Weighed, reason: str) -> list[Problem]:
    """Both figures, where they differ by more than the firm's tolerance and nobody says why. One statement."""
    percent = Decimal(str(value_of(PACK_TOLERANCE)))
    if reason.strip() or weighed.expected is None or not is_off(weighed, percent):
        return []
    shown = {
        "measured": decimal_text(weighed.gross),
        "expected": decimal_text(weighed.expected),
        "percent": decimal_text(percent),
    }
    return [Problem("operations.weight_off", "gross", shown)]


def weighed_of(
    who: Who, gross: str, tare: str, goods: Resolved, container: str, problems: list[Problem]
) -> Weighed | None:
    """What was measured beside what is expected of these goods and what `container` (URI, or "") holds already. None
    where nothing was measured. Two statements, and one a level of containers."""
    measured = _kilograms(gross, "gross", problems)
    empty = _kilograms(tare, "tare", problems) or Decimal(0)
    if measured is None:
        return None
    known: dict[str, Decimal] = {}
    weights: dict[str, Decimal] = {}
    for thing in goods.things:
        if thing.info is not None and thing.quantity is not None:
            caught = next((one.quantity for one in thing.classes[1:] if one.quantity is not None), None)
            if thing.info.catch_weight and caught is not None:
                weights[thing.info.uri] = weights.get(thing.info.uri, Decimal(0)) + in_kilograms(
                    caught, thing.classes[1].uom
                )
            else:
                known[thing.info.uri] = known.get(thing.info.uri, Decimal(0)) + thing.quantity
    boxes = {key16(thing.uri) for thing in goods.things if thing.container}
    _with_content(who, boxes | ({key16(container)} if container else set()), known, weights)
    net, unknown = _net(who, known)
    total = net + sum(weights.values(), start=Decimal(0)) + empty
    return Weighed(measured, empty, None if unknown or not total else total, tuple(unknown))


def _with_content(who: Who, boxes: Iterable[bytes], known: dict[str, Decimal], weights: dict[str, Decimal]) -> None:
    """Add what lies in these containers; of goods that are weighed besides, what they weigh."""
    names = item_keys(who.directory)
    for row in content(boxes):
        item = names.get(row.item or row.subject)
        if item is None or row.container:
            continue
        if row.second and row.second_unit in UNITS and is_weight(row.second_unit):
            weights[item] = weights.get(item, Decimal(0)) + in_kilograms(unscaled(row.second), row.second_unit)
        else:
            known[item] = known.get(item, Decimal(0)) + row.amount


def _net(who: Who, amounts: Mapping[str, Decimal]) -> tuple[Decimal, list[str]]:
    """What so much of these items weighs, by the catalog; and the codes of those of which it does not say."""
    rows = dict(Item.objects.filter(uri__in=list(amounts)).values_list("uri", "weight"))
    net, unknown = Decimal(0), []
    for item, amount in amounts.items():
        info, each = who.directory.items[item], rows.get(item)
        if info.base_unit in UNITS and is_weight(info.base_unit):
            net += in_kilograms(amount, info.base_unit)
        elif each is None:
            unknown.append(info.code)
        else:
            net += amount * unscaled(each)
    return net, unknown


def _kilograms(text: str, field: str, problems: list[Problem]) -> Decimal | None:
    if not text.strip():
        return None
    try:
        found = parse_amount(text)
    except Refused as refused:
        problems += [Problem(one.code, field, one.params) for one in refused.problems]
        return None
    if (found <= 0 and field == "gross") or scaled(found) > 10**13:
        problems.append(Problem("operations.weight_strange", field, {"value": text.strip()[:20]}))
        return None
    return found
