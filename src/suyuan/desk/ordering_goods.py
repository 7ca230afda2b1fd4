"""The goods of an order that goes out, as a page draws them: what is kept for each line, what it would get, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.capture.who import Who
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import Quantity, decimal_text, unscaled
from suyuan.operations.allocating import PASSED, Lot
from suyuan.operations.fefo import REASONS
from suyuan.operations.kept import key_of
from suyuan.operations.outbound.allocation import Here
from suyuan.operations.outbound.reserve import Chosen, choose
from suyuan.operations.outbound.take_over import Overtaking, overtake
from suyuan.orders.kinds import OUTGOING, OrderState, Priority, ReservationState
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import OpenOrder
from suyuan.orders.reservations import of_order
from suyuan.orders.rules import Line
from suyuan.tlog.jcs import Json
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name

AMOUNTS = ("free",)  # params of PASSED in millionths


@dataclass(frozen=True, slots=True)
class PassedView:
    """A better lot that was not taken, and why not."""

    goods: Thing
    why: str


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot for a line: kept, broken, or what it would get. `before`: the lot it goes before; `broken`: by what."""

    id: int
    goods: Thing
    quantity: Quantity
    expiry: date | None
    place: Thing | None
    why: str
    before: Thing | None
    passed: tuple[PassedView, ...]
    state: str
    broken: str = ""


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """A line with its lots. `lacking`: what it does not have and could not get now."""

    number: int
    item: Thing
    open: Quantity
    kept: Quantity
    lacking: Quantity | None
    kept_lots: tuple[LotView, ...]
    broken_lots: tuple[LotView, ...]
    would_get: tuple[LotView, ...]
    cannot: tuple[PassedView, ...]


@dataclass(frozen=True, slots=True)
class LoserView:
    """Who would give way to an urgent order, and how much."""

    order: str
    line: int
    goods: Thing
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of an order. `problems`: what has to be said before anything can be kept, the day of delivery."""

    lines: tuple[GoodsLine, ...]
    problems: tuple[Problem, ...]
    losers: tuple[LoserView, ...]

    @property
    def can_keep(self) -> bool:
        return bool(self.problems) or any(line.would_get for line in self.lines)

    @property
    def is_kept(self) -> bool:
        return any(line.kept_lots or line.broken_lots for line in self.lines)

    @property
    def lacks(self) -> bool:
        return any(line.lacking for line in self.lines)


def goods_of(order: Order, told: OpenOrder, today: date, language: str, *, may: bool) -> Goods | None:
    """None for what does not go out, or has come to its end. About fifteen statements whatever the number of lines; an
    urgent order asks some more.
    """
    if order.kind not in OUTGOING or order.state not in (OrderState.OPEN, OrderState.DRAFT):
        return None
    who = who_is_who()
    lines = [line for line in told.lines if line.open]
    rows = of_order(order.pk)
    chosen = choose(who, order.warehouse_id, order, lines, today) if lines else Chosen(Here((), ()), (), (), (), ())
    overtaking = _overtaking(who, order, lines, chosen, today) if may else None
    names = Names(_uris(lines, rows, chosen, overtaking), language)
    lots = {(lot.uri, key_of(lot.owner)): lot for lot in chosen.here.lots}
    return Goods(
        tuple(_line(line, rows, chosen, lots, names) for line in lines),
        chosen.problems,
        tuple(_losers(overtaking, lines, names)),
    )


def _overtaking(who: Who, order: Order, lines: Sequence[Line], chosen: Chosen, today: date) -> Overtaking | None:
    lacking = any(answer.missing for answer in chosen.answers) and not chosen.problems
    if order.priority != Priority.URGENT or not lacking or order.state != OrderState.OPEN:
        return None
    return overtake(who, order.warehouse_id, order, lines, today)


def _uris(
    lines: Iterable[Line], rows: Iterable[Reservation], chosen: Chosen, overtaking: Overtaking | None
) -> list[str]:
    found = [line.item for line in lines]
    for row in rows:
        found += [row.uri, row.before, *(str(one["uri"]) for one in row.passed)]
    for answer in chosen.answers:
        for take in answer.takes:
            found += [take.uri, take.before, *(one.uri for one in take.passed)]
        found += [uri for one in answer.passed for uri in (one.uri, str(one.params.get("owner", "")))]
    found += [lot.place for lot in chosen.here.lots]
    found += [kept.uri for kept, _part in overtaking.losers] if overtaking else []
    return [uri for uri in found if uri]


def _line(
    line: Line,
    rows: Sequence[Reservation],
    chosen: Chosen,
    lots: Mapping[tuple[str, bytes], Lot],
    names: Names,
) -> GoodsLine:
    mine = [row for row in rows if row.line_id == line.id]
    kept = [row for row in mine if row.state == ReservationState.OPEN]
    wishes = {wish.line: answer for wish, answer in zip(chosen.wishes, chosen.answers, strict=True)}
    answer = wishes.get(line.id)
    missing = unscaled(answer.missing) if answer else Decimal(0)
    takes = answer.takes if answer else ()
    would = tuple(
        LotView(
            0, names.thing(take.uri), Quantity(unscaled(take.quantity), line.unit),
            *_where(take.uri, take.owner, lots, names),
            reason_words(take.reason), names.thing(take.before) if take.before else None,
            tuple(_passed([one.told for one in take.passed], line.unit, names)), "proposed",
        )
        for take in takes
    )  # fmt: skip
    return GoodsLine(
        number=line.number,
        item=names.thing(line.item),
        open=Quantity(line.open, line.unit),
        kept=Quantity(unscaled(sum(row.quantity for row in kept)), line.unit),
        lacking=Quantity(missing, line.unit) if missing else None,
        kept_lots=tuple(_row(row, line.unit, lots, names) for row in kept),
        broken_lots=tuple(_row(row, line.unit, lots, names) for row in mine if row not in kept),
        would_get=would,
        cannot=tuple(_passed([one.told for one in answer.passed], line.unit, names)) if answer and missing else (),
    )


def _row(row: Reservation, unit: str, lots: Mapping[tuple[str, bytes], Lot], names: Names) -> LotView:
    owner = next((lot.owner for (uri, key), lot in lots.items() if uri == row.uri and key == bytes(row.owner)), "")
    return LotView(
        row.pk, names.thing(row.uri), Quantity(unscaled(row.quantity), unit), *_where(row.uri, owner, lots, names),
        reason_words(row.reason), names.thing(row.before) if row.before else None,
        tuple(_passed(row.passed, unit, names)), row.state,
        broken_words(row.why) if row.state == ReservationState.BROKEN else "",
    )  # fmt: skip


def _where(
    uri: str, owner: str, lots: Mapping[tuple[str, bytes], Lot], names: Names
) -> tuple[date | None, Thing | None]:
    """The last day of a lot, and where it lies first."""
    lot = lots.get((uri, key_of(owner)))
    if lot is None:
        return None, None
    return date.fromordinal(lot.expiry) if lot.expiry else None, names.thing(lot.place) if lot.place else None


def reason_words(code: str) -> str:
    return _(REASONS[code]) if code in REASONS else ""


def broken_words(why: str) -> str:
    """A state of the goods as its word; else as somebody wrote it."""
    return _(PASSED[why]) if why in PASSED else why


def _passed(told: Iterable[Mapping[str, Json]], unit: str, names: Names) -> list[PassedView]:
    found = []
    for one in told:
        params = {name: str(value) for name, value in one.items() if name not in ("uri", "why")}
        for name in AMOUNTS:
            if name in params:
                params[name] = amount_words(params[name], unit)
        word = PASSED.get(str(one["why"]), "")
        found.append(PassedView(names.thing(str(one["uri"])), _(word).format(**params) if word else ""))
    return found


def amount_words(millionths: str, unit: str) -> str:
    return f"{decimal_text(unscaled(int(millionths)))} {unit_name(unit)}"


def _losers(found: Overtaking | None, lines: Sequence[Line], names: Names) -> list[LoserView]:
    if found is None:
        return []
    units = {item: line.unit for line in lines for item in (line.item,)}
    unit = next(iter(units.values()), "")
    return [
        LoserView(
            kept.order, kept.line, names.thing(kept.uri),
            Quantity(unscaled(part), next((units[item] for item in units if kept.uri.startswith(item)), unit)),
        )
        for kept, part in found.losers
    ]  # fmt: skip
