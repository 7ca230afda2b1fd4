"""Goods that may be said to keep longer than their last day, by who inspects and a second person."""

from collections.abc import Iterable

from suyuan.desk.access import Desk
from suyuan.stock.book import PLACE
from suyuan.stock.facts import RELEASED
from suyuan.stock.queries import Placed


def lives_on(rows: Iterable[Placed], desk: Desk) -> bool:
    """May he ask that these goods keep longer: do they lie here with a last day, and is all of them released? Of goods
    that are not it would be a concession at once."""
    here = [row for row in rows if row.log == desk.warehouse and row.kind == PLACE and row.expiry]
    return desk.actor.may("inspect", desk.warehouse) and bool(here) and all(row.status == RELEASED for row in here)
