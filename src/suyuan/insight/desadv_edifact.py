"""What left under a despatch advice, as the values of an EDIFACT message: GTINs, lots and SSCCs instead of URIs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from suyuan.capture.who import Who
from suyuan.catalog.models import Partner, SupplierItem
from suyuan.gs1.identifiers import ID_ORIGIN, identify
from suyuan.gs1.quantities import UNITS, is_weight, unscaled
from suyuan.insight.desadv_weights import Weights, together
from suyuan.ledger.keys import moment
from suyuan.operations.despatched import Goods, Under
from suyuan.operations.events import zone_of
from suyuan.orders.edifact_desadv import Function, Line, Message, Party, Unit, Weight
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.stock.queries import About, about, uris_of


def customer_of(under: Under) -> str:
    """To whom it went (URI), as its last shipping event says."""
    return _last(under, "destinationList", "destination", "owning_party")


def _last(under: Under, field: str, name: str, kind: str) -> str:
    found = [value for one in under.shipped or under.told for value in _listed(one.event.body, field, name, kind)]
    return found[-1] if found else ""


def _listed(body: Mapping[str, object], field: str, name: str, kind: str) -> list[str]:
    rows = body.get(field)
    pairs = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list | tuple) else []
    return [str(one.get(name, "")) for one in pairs if str(one.get("type", "")).endswith(kind)]


def customers_codes(customer: str) -> dict[str, str]:
    """Item (URI) → what the customer calls it, where we know. One statement."""
    rows = SupplierItem.objects.filter(partner__uri=customer, is_active=True)
    return dict(rows.values_list("item__uri", "code"))


def message_of(
    under: Under, goods: Sequence[Goods], function: Function, reference: str, now: datetime, who: Who
) -> Message:
    """The message; nine statements."""
    zone, customer = zone_of(who, under.log), customer_of(under)
    last = (under.shipped or under.told)[-1].event
    carrier = str(last.body.get("suyuan:carrier") or "")
    parties = _parties({customer, carrier} - {""})
    names = _Names.of(under, goods, who, customers_codes(customer))
    return Message(
        reference=reference[:14], number=under.document.rsplit("/", 1)[-1], function=function,
        made=now.astimezone(zone), despatched=moment(under.at).astimezone(zone),
        sender=Party(gln=who.directory.warehouses[under.log].gln),
        customer=parties.get(customer, Party(code=customer.rsplit("/", 1)[-1])), carrier=parties.get(carrier),
        orders=_orders(under), lines=names.lines(goods), units=names.units(goods),
    )  # fmt: skip


def _parties(uris: Iterable[str]) -> dict[str, Party]:
    rows = Partner.objects.filter(uri__in=uris).values_list("uri", "gln", "code")
    return {uri: Party(gln or "", code) for uri, gln, code in rows}


def _orders(under: Under) -> tuple[tuple[str, str], ...]:
    """The customer's number of each order and, where that is another, ours."""
    events = [one.event.body for one in under.shipped or under.told]
    uris = dict.fromkeys(
        uri for body in events for uri in _listed(body, "bizTransactionList", "bizTransaction", "po") if uri
    )
    rows = Order.objects.filter(uri__in=list(uris), kind=OrderKind.SALES).values_list("uri", "reference", "number")
    known = {uri: (reference or number, number if reference else "") for uri, reference, number in rows}
    return tuple(known.get(uri, (uri.rsplit("/", 1)[-1], "")) for uri in uris)


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known of the goods of a message by other names than their URIs."""

    uris: Mapping[bytes, str]
    known: Mapping[bytes, About]
    own: Mapping[str, str]
    theirs: Mapping[str, str]
    weights: Weights

    @classmethod
    def of(cls, under: Under, left: Sequence[Goods], who: Who, theirs: Mapping[str, str]) -> "_Names":
        goods = [one for each in left for one in each.flat()]
        uris = uris_of({key for one in goods for key in (one.subject, one.item, one.lot) if key})
        own = {uri: one.code for uri, one in who.directory.items.items()}
        known = about({key for one in goods for key in (one.subject, one.lot) if key})
        return cls(uris, known, own, theirs, Weights.of(goods, uris, who, under.log, under.at))

    def units(self, goods: Iterable[Goods]) -> tuple[Unit, ...]:
        return tuple(self._unit(one) for one in goods if one.container)

    def _unit(self, one: Goods) -> Unit:
        uri = self.uris.get(one.subject, "")
        sscc = uri.removeprefix(f"{ID_ORIGIN}/00/") if uri.startswith(f"{ID_ORIGIN}/00/") else ""
        lines, units, gross = self.lines(one.inside), self.units(one.inside), self.weights.gross(one)
        content = together([*(line.net for line in lines), *(unit.net for unit in units)])
        return Unit(
            sscc=sscc, number=uri.rsplit("/", 1)[-1], lines=lines, units=units,
            gross=None if gross is None else Weight(gross), net=self.weights.without(one, content),
        )  # fmt: skip

    def lines(self, goods: Iterable[Goods]) -> tuple[Line, ...]:
        """A line for each lot; the serials of one lot are one line."""
        together: dict[tuple[bytes, bytes | None, bool], list[Goods]] = {}
        for one in goods:
            if not one.container:
                lot = one.lot if one.instance else one.subject
                together.setdefault((one.item or one.subject, lot, one.instance), []).append(one)
        lines = [self._line(item, lot, rows) for (item, lot, _serial), rows in together.items()]
        return tuple(sorted(lines, key=lambda line: (line.gtin, line.own, line.lot)))

    def _line(self, item: bytes, lot: bytes | None, rows: Sequence[Goods]) -> Line:
        uri = self.uris.get(item, "")
        serials = tuple(sorted(identify(self.uris[one.subject]).code for one in rows if one.instance))
        first, seconds = rows[0], sum(one.second for one in rows)
        amounts = [(unscaled(sum(one.quantity for one in rows)), first.unit)]
        weighed = first.second_unit in UNITS and is_weight(first.second_unit)
        amounts += [(unscaled(seconds), first.second_unit)] if seconds and not weighed else []
        return Line(
            gtin=uri.removeprefix(f"{ID_ORIGIN}/01/") if uri.startswith(f"{ID_ORIGIN}/01/") else "",
            own=self.own.get(uri, ""),
            theirs=self.theirs.get(uri, ""),
            lot=identify(self.uris[lot]).code if lot and lot != item and lot in self.uris else "",
            serials=serials,
            amounts=tuple(amounts),
            net=together(self.weights.net(one, uri) for one in rows),
            best_before=self._day("expiry", lot, first.subject),
            made=self._day("produced", lot, first.subject),
        )

    def _day(self, name: str, *keys: bytes | None) -> date | None:
        days = [getattr(self.known[key], name) for key in keys if key is not None and key in self.known]
        return min((date.fromordinal(day) for day in days if day is not None), default=None)
