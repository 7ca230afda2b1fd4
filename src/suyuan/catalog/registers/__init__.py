"""The registers there are, in the order in which they can be filled: what a row refers to comes before it."""

from suyuan.catalog.register import Register
from suyuan.catalog.registers.attributes import ATTRIBUTES
from suyuan.catalog.registers.calendar import CALENDAR
from suyuan.catalog.registers.categories import CATEGORIES
from suyuan.catalog.registers.certificates import CERTIFICATES
from suyuan.catalog.registers.items import ITEMS
from suyuan.catalog.registers.packs import PACKS
from suyuan.catalog.registers.partners import PARTNERS
from suyuan.catalog.registers.places import PLACES
from suyuan.catalog.registers.sites import SITES
from suyuan.catalog.registers.storage_classes import STORAGE_CLASSES
from suyuan.catalog.registers.supplier_items import SUPPLIER_ITEMS
from suyuan.catalog.registers.units import UNITS_OF_ITEMS
from suyuan.catalog.registers.warehouses import WAREHOUSES

REGISTERS: dict[str, Register] = {
    register.name: register
    for register in (
        SITES, WAREHOUSES, STORAGE_CLASSES, PLACES, CATEGORIES, ATTRIBUTES, ITEMS, PACKS, UNITS_OF_ITEMS, PARTNERS,
        CERTIFICATES, SUPPLIER_ITEMS, CALENDAR,
    )
}  # fmt: skip
