"""An order, a line and a notice as a page draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.naming import Names
from suyuan.desk.office import Office
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import Quantity, scaled
from suyuan.orders.expecting import EVENT, Expected
from suyuan.orders.kinds import LineState, OrderState, Priority
from suyuan.orders.queries import OpenOrder, party_of
from suyuan.orders.rules import Line, is_late

# state → word, classes of its badge, icon
STATES = {
    OrderState.DRAFT: (N_("Draft"), "bg-secondary-lt", "edit"),
    OrderState.OPEN: (N_("Open"), "bg-blue-lt", "circle-dashed"),
    OrderState.CLOSED: (N_("Closed"), "bg-green-lt", "check"),
    OrderState.CANCELLED: (N_("Cancelled"), "bg-red-lt", "ban"),
}


@dataclass(frozen=True, slots=True)
class StateView:
    word: str
    classes: str
    icon: str


def state_view(state: str) -> StateView:
    word, classes, icon = STATES[OrderState(state)]
    return StateView(_(word), classes, icon)


@dataclass(frozen=True, slots=True)
class OrderView:
    """A row of the list of orders."""

    number: str
    url: str
    partner: str
    reference: str
    expected: date | None
    state: StateView
    lines: int
    complete: int
    percent: int
    late: bool
    urgent: bool = False
    fill: "FillView | None" = None

    @classmethod
    def of(
        cls, one: OpenOrder, names: Names, today: date, kept: Mapping[int, tuple[int, int]] | None = None
    ) -> "OrderView":
        """`kept`: as `reservations.kept_by_line`, for orders that go out."""
        order, told = one.order, one.progress
        days = [line.expected for line in one.open if line.expected]
        url = f"{reverse('desk:order')}?{urlencode({'kind': order.kind, 'key': order.key})}"
        return cls(
            number=order.number,
            url=url,
            partner=names.name(party_of(order)) or (order.partner.code if order.partner else ""),
            reference=order.reference,
            expected=order.expected or min(days, default=None),
            state=state_view(order.state),
            lines=told.lines,
            complete=told.complete,
            percent=told.percent,
            late=is_late(order.state, min(days, default=None), today),
            urgent=order.priority == Priority.URGENT,
            fill=FillView.of(one.open, kept) if kept is not None and order.state == OrderState.OPEN else None,
        )


@dataclass(frozen=True, slots=True)
class FillView:
    """For how many open lines all of it is kept, and whether something broke."""

    lines: int
    full: int
    some: bool
    broken: bool

    @classmethod
    def of(cls, lines: Sequence[Line], kept: Mapping[int, tuple[int, int]]) -> "FillView | None":
        if not lines:
            return None
        full = sum(kept.get(line.id, (0, 0))[0] >= scaled(line.open) for line in lines)
        broken = any(kept.get(line.id, (0, 0))[1] and kept[line.id][0] < scaled(line.open) for line in lines)
        return cls(len(lines), full, any(kept.get(line.id, (0, 0))[0] for line in lines), broken)


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of an order; amounts with their unit, `entered` as it was ordered where that is another one."""

    number: int
    name: str
    code: str
    url: str
    ordered: Quantity
    entered: Quantity | None
    done: Quantity
    open: Quantity
    percent: int
    expected: date | None
    late: bool
    over: bool
    mark: str
    lot: str
    min_days: int | None

    @classmethod
    def of(cls, line: Line, names: Names, office: Office, today: date, back: str) -> "LineView":
        key = f"{line.order_key}|{line.number}"
        entered = Quantity(line.entered, line.entered_unit) if line.entered_unit != line.unit else None
        marks = {LineState.CANCELLED.value: _("cancelled"), LineState.CLOSED.value: _("closed")}
        return cls(
            number=line.number,
            name=names.name(line.item) or line.item_code,
            code=line.item_code,
            url=f"{office.row_url(key)}&{urlencode({'next': back})}",
            ordered=Quantity(line.quantity, line.unit),
            entered=entered,
            done=Quantity(line.done, line.unit),
            open=Quantity(line.open, line.unit),
            percent=line.percent,
            expected=line.expected,
            late=bool(line.open and line.expected and line.expected < today),
            over=line.is_over,
            mark=marks.get(line.state, ""),
            lot=line.lot,
            min_days=line.min_days,
        )


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A row of the list of what is announced."""

    number: str
    url: str
    supplier: str
    orders: str
    expected: date | None
    shipped: datetime | None
    sent: bool
    lines: int
    containers: int
    percent: int
    late: bool

    @property
    def words(self) -> str:
        return f"{self.number} {self.supplier} {self.orders}"

    @classmethod
    def of(cls, one: Expected, names: Names, today: date) -> "NoticeView":
        return cls(
            number=one.number or _("without number"),
            url=f"{reverse('desk:notice')}?{urlencode({'key': one.key})}",
            supplier=names.name(one.supplier) or one.supplier_code,
            orders=", ".join(one.order_numbers),
            expected=one.expected,
            shipped=one.shipped,
            sent=one.source == EVENT,
            lines=len(one.lines),
            containers=len(one.containers),
            percent=one.percent,
            late=bool(one.expected and one.expected < today and not one.is_here),
        )
