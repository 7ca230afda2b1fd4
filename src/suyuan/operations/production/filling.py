"""What the commands on tanks have in common: which tank is meant, what is in it, when it was cleaned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from suyuan.capture.who import Who
from suyuan.genealogy.edges import CLEANED, STAYS
from suyuan.genealogy.search import each_in
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import key16, moment
from suyuan.production.models import Tank
from suyuan.production.queries import find_tank
from suyuan.stock.queries import Stock, stock_in, uris_of


@dataclass(frozen=True, slots=True)
class Level:
    """A tank with what is in it by lots, as the book has it, first in first out."""

    tank: Tank
    rows: tuple[Stock, ...]
    uris: dict[bytes, str]

    @property
    def amount(self) -> Decimal:
        return unscaled(sum(row.quantity for row in self.rows))

    def items(self, who: Who) -> set[str]:
        """What is in it: one item, if everything is as it should be."""
        known = {key16(uri): who.directory.kept(uri) for uri in who.directory.items}
        return {known[key] for row in self.rows if (key := row.item or row.subject) in known}


def level_in(warehouse: str, text: str, problems: list[Problem], field: str = "tank") -> Level | None:
    """The tank of a code, number or URI with what is in it. Three statements."""
    tank = find_tank(text)
    if tank is None:
        problems.append(Problem("production.tank_unknown", field, {"tank": text[:80]}))
        return None
    if tank.warehouse_id != warehouse:
        shown = {"tank": tank.code, "warehouse": tank.warehouse_id}
        problems.append(Problem("production.tank_elsewhere", field, shown))
        return None
    return levels_of(warehouse, [tank])[0]


def levels_of(warehouse: str, tanks: Iterable[Tank]) -> list[Level]:
    """Tanks with what is in them. Two statements."""
    wanted = list(tanks)
    rows = sorted(stock_in([key16(tank.uri) for tank in wanted], warehouse), key=lambda row: (row.since, row.subject))
    uris = uris_of(row.subject for row in rows)
    return [Level(tank, tuple(row for row in rows if row.holder == key16(tank.uri)), uris) for tank in wanted]


def cleaned_at(uris: Iterable[str]) -> dict[str, datetime]:
    """Tank → when it was last cleaned. One statement."""
    return _latest(uris, (CLEANED,))


def filled_since(uris: Iterable[str]) -> dict[str, datetime]:
    """Tank → when something was last filled in. One statement."""
    return _latest(uris, STAYS)


def _latest(uris: Iterable[str], kinds: Iterable[str]) -> dict[str, datetime]:
    names = {key16(uri): uri for uri in uris}
    found: dict[str, datetime] = {}
    listed = ", ".join(f"'{kind}'" for kind in sorted(kinds))
    sql = f"SELECT child, since FROM genealogy_edge WHERE kind IN ({listed}) AND child {{keys}}"
    with connection.cursor() as cursor:
        for child, since in each_in(cursor, sql, names):
            uri, at = names[bytes(child)], moment(since)
            found[uri] = max(at, found.get(uri, at))
    return found
