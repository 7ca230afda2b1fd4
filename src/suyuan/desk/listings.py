"""The tables and the timeline of the page of a thing."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from suyuan.desk.cards import Moment
from suyuan.desk.directions import amount_of
from suyuan.desk.events import Goods, Happened
from suyuan.desk.naming import Names
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.stock.queries import Placed
from suyuan.trace.answer import Found, Lying, Trace
from suyuan.trace.parties import Share
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Code, Column, Row, States, Table
from suyuan.ui.things import Thing, thing_url
from suyuan.ui.words import PARTY_ROLES, step_state, step_word

WAY = 12  # steps of the timeline


def _export(uri: str, tab: str) -> str:
    return f"{thing_url(uri)}&csv={tab}"


def events_table(
    happened: Sequence[Happened], uris: Mapping[bytes, str], names: Names, here: str, *, total: int
) -> Table:
    columns = (
        Column(_("Time"), "time"),
        Column(_("What")),
        Column(_("Quantity"), "quantity"),
        Column(_("Place"), "thing", needed=False),
        Column(_("Partner"), "thing"),
        Column(_("By"), needed=False),
        Column(_("Log"), needed=False),
        Column(_("Record"), needed=False),
    )
    rows = [
        Row(
            (
                event.time,
                _(step_word(event.step, event.disposition, event.type, event.declared)),
                event.quantity,
                _place(event, uris, names),
                names.thing(event.partner) if event.partner else None,
                event.actor,
                event.log,
                Code(event.key),
            ),
            step_state(event.step, event.disposition),
        )
        for event in happened
    ]
    return Table("events", columns, rows, _("No event names this yet."), total, _export(here, "events"))


def _place(event: Happened, uris: Mapping[bytes, str], names: Names) -> Thing | None:
    uri = uris.get(event.place) if event.place else None
    return names.thing(uri) if uri else None


def parties_table(shares: Sequence[tuple[Share, str]], answer: Trace, names: Names, here: str, *, total: int) -> Table:
    columns = (Column(_("Partner"), "thing"), Column(_("Role")), Column(_("Quantity"), "quantity"), Column(_("Goods")))
    rows = [
        Row(
            (
                names.thing(share.party),
                _(PARTY_ROLES.get(share.role, share.role)),
                Quantity(unscaled(share.quantity), unit or COUNT),
                _goods_text([answer.uris[key] for key in share.ids if key in answer.uris], names),
            )
        )
        for share, unit in shares
    ]
    return Table("partners", columns, rows, total=total, export=_export(here, "parties"))


def _goods_text(uris: Sequence[str], names: Names) -> str:
    shown = ", ".join(str(names.thing(uri)) for uri in uris[:3])
    return f"{shown} … ({len(uris)})" if len(uris) > 3 else shown


def found_table(found: Sequence[Found], names: Names, here: str, name: str, *, total: int) -> Table:
    columns = (
        Column(_("Steps away"), "number"),
        Column(_("Kind")),
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"),
    )
    rows = [
        Row((goods.depth, _(thing.word), thing, amount_of(goods)))
        for goods in found
        for thing in [names.thing(goods.uri, goods.kind)]
    ]
    return Table(name, columns, rows, total=total, export=_export(here, name))


def lying_table(stock: Sequence[Lying], names: Names, here: str, *, total: int) -> Table:
    columns = (
        Column(_("Goods"), "thing"),
        Column(_("Place"), "thing", needed=False),
        Column(_("Container"), "thing", needed=False),
        Column(_("Quantity"), "quantity"),
        Column(_("State"), "state"),
    )
    rows = [
        Row(
            (
                names.thing(lying.uri),
                names.thing(lying.place) if lying.place else None,
                names.thing(lying.container, "container") if lying.container else None,
                Quantity(unscaled(lying.quantity), lying.unit),
                States(("transit",) if lying.under_way else (lying.status,)),
            ),
            lying.status,
        )
        for lying in stock
    ]
    return Table("stock", columns, rows, total=total, export=_export(here, "stock"))


def stock_table(rows: Sequence[Placed], names: Names, here: str, name: str = "stock", *, total: int) -> Table:
    """Balances: what, where, how much, until when, in which state."""
    columns = (
        Column(_("Goods"), "thing"),
        Column(_("Place"), "thing", needed=False),
        Column(_("Container"), "thing", needed=False),
        Column(_("Quantity"), "quantity"),
        Column(_("Expires")),
        Column(_("State"), "state"),
    )
    shown = [
        Row(
            (
                names.thing(row.uri),
                names.thing(row.place),
                names.thing(row.container, "container") if row.container else None,
                Quantity(row.quantity, row.unit or COUNT),
                date.fromordinal(row.expiry) if row.expiry else None,
                States(strictest_first(tuple(state.value for state in row.states))),
            ),
            row.state.value,
        )
        for row in rows
    ]
    return Table(name, columns, shown, _("Nothing lies here."), total, _export(here, name))


def timeline(happened: Sequence[Happened], uris: Mapping[bytes, str], names: Names) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            event.time,
            _(step_word(event.step, event.disposition, event.type, event.declared)),
            _place(event, uris, names),
            event.quantity,
            event.actor,
            step_state(event.step, event.disposition),
            event.key,
            names.thing(event.partner) if event.partner else None,
            event.outward,
        )
        for event in happened[:WAY]
    )


def goods_table(goods: Sequence[Goods], names: Names, here: str, *, total: int) -> Table:
    columns = (
        Column(_("Time"), "time"),
        Column(_("What")),
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"),
    )
    rows = [Row((at, _(word), names.thing(uri, kind), quantity)) for uri, kind, quantity, word, at in goods]
    return Table("goods", columns, rows, total=total, export=_export(here, "goods"))
