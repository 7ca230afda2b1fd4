"""What is under way under a despatch advice."""

from dataclasses import dataclass

from suyuan.capture.bodies import Amount, transit_uri
from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.parties import document_uri
from suyuan.stock.queries import Stock, stock_in, uris_of


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment that left a warehouse: its paper, its transit holder, what of it is still under way, with names."""

    document: str
    transit: str
    rows: tuple[Stock, ...]
    uris: dict[bytes, str]

    @property
    def instances(self) -> list[str]:
        return [self.uris[row.subject] for row in self.rows if row.instance and row.subject in self.uris]

    def classes(self, without: dict[bytes, int] | None = None) -> list[Amount]:
        """The lots with their quantities, less what `without` takes of each (millionths)."""
        total: dict[bytes, tuple[int, str]] = {}
        for row in self.rows:
            if not row.instance:
                total[row.subject] = (total.get(row.subject, (0, ""))[0] + row.quantity, row.unit)
        less = without or {}
        return [
            Amount(uri=self.uris[key], quantity=unscaled(amount - less.get(key, 0)), uom=unit)
            for key, (amount, unit) in total.items()
            if key in self.uris and amount > less.get(key, 0)
        ]


def shipment_of(who: Who, warehouse: str, desadv: str, problems: list[Problem]) -> Shipment | None:
    """The shipment of a despatch advice number or URI; a problem where nothing of it is under way."""
    try:
        document = document_uri(who, "desadv", desadv)
    except Refused as refused:
        problems += [Problem(p.code, "desadv", p.params) for p in refused.problems]
        return None
    transit = transit_uri(who.origin, warehouse, document)
    rows = stock_in([key16(transit)], warehouse)
    if not rows:
        problems.append(Problem("operations.shipment_unknown", "desadv", {"desadv": desadv}))
        return None
    return Shipment(document, transit, tuple(rows), uris_of(row.subject for row in rows))
