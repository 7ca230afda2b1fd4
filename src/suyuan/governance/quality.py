"""What events say and master data do not explain: asked of the ledger, which the catalog cannot see."""

from dataclasses import dataclass

from django.db import connection

MOST = 500
_UNKNOWN = (
    "SELECT i.uri, MIN(i.log), COUNT(*) FROM ledger_identifier i "
    "WHERE i.kind = 'item' AND NOT EXISTS (SELECT 1 FROM catalog_item c WHERE c.uri = i.uri) "
    "AND NOT EXISTS (SELECT 1 FROM catalog_item g WHERE g.gtin = i.code) "
    "AND NOT EXISTS (SELECT 1 FROM catalog_itempack p WHERE p.gtin = i.code) "
    "GROUP BY i.uri ORDER BY i.uri LIMIT %s"
)
_UNITS = (
    "SELECT DISTINCT c.code, c.base_unit, s.unit FROM stock_subject s JOIN ledger_identifier i ON i.id = s.item "
    "AND i.log = s.log JOIN catalog_item c ON c.uri = i.uri "
    "WHERE s.unit <> '' AND s.unit <> c.base_unit ORDER BY c.code LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """An item that events name and the catalog does not know; `logs`: in how many logs."""

    uri: str
    log: str
    logs: int


@dataclass(frozen=True, slots=True)
class Unconverted:
    """An item of which events gave amounts in a unit that nothing converts into its base unit."""

    code: str
    base: str
    unit: str


def unknown_items(most: int = MOST) -> list[Unknown]:
    """Items whose lots or serials stand in the ledger and that no item or pack is. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [most])
        return [Unknown(*row) for row in cursor.fetchall()]


def unconverted(most: int = MOST) -> list[Unconverted]:
    """Goods that are kept in another unit than their item's, since it has no conversion. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, [most])
        return [Unconverted(*row) for row in cursor.fetchall()]
