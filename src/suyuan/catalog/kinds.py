"""The closed lists of the catalog: what a place is and is for, how an item is tracked. Pure data."""

from enum import StrEnum


class PlaceKind(StrEnum):
    WAREHOUSE = "warehouse"
    ZONE = "zone"
    RACK = "rack"
    BIN = "bin"
    DOCK = "dock"
    LINE = "line"


class Purpose(StrEnum):
    RECEIVING = "receiving"
    QUARANTINE = "quarantine"
    STORAGE = "storage"
    PICKING = "picking"
    STAGING = "staging"
    RETURNS = "returns"
    SCRAP = "scrap"
    SAMPLE = "sample"
    PRODUCTION = "production"


class TemperatureClass(StrEnum):
    AMBIENT = "ambient"
    COOL = "cool"
    CHILLED = "chilled"
    FROZEN = "frozen"


class Tracking(StrEnum):
    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"
    LOT_SERIAL = "lot+serial"


class PartnerStatus(StrEnum):
    APPROVED = "approved"
    SUSPENDED = "suspended"
