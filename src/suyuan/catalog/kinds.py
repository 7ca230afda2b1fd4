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


class Mixing(StrEnum):
    """How far lots of one item are kept apart: not at all, one on each pallet, or one in each place besides."""

    NONE = "none"
    CONTAINER = "container"
    BIN = "bin"


class PartnerStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    SUSPENDED = "suspended"


class AttributeType(StrEnum):
    """How a category's own field is read; the names are those of `fields.Type`."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"


class CertificateKind(StrEnum):
    BUSINESS = "business-licence"
    FOOD = "food-licence"
    PRODUCTION = "production-licence"
    DRUG = "drug-licence"
    DEVICE = "device-licence"
    TRANSPORT = "transport-licence"
    ORGANIC = "organic"
    HACCP = "haccp"
    ISO9001 = "iso9001"
    ISO22000 = "iso22000"
    TEST = "test-report"
    OTHER = "other"


class HazardClass(StrEnum):
    """The classes of dangerous goods (UN Recommendations, chapter 2.0).

    What infects (division 6.2) is kept further away than what poisons (6.1), so it has a value of its own.
    """

    EXPLOSIVE = "1"
    GAS = "2"
    FLAMMABLE_LIQUID = "3"
    FLAMMABLE_SOLID = "4"
    OXIDISER = "5"
    TOXIC = "6"
    INFECTIOUS = "6.2"
    RADIOACTIVE = "7"
    CORROSIVE = "8"
    OTHER = "9"
