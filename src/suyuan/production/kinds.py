"""The closed lists of production. Pure data."""

from enum import StrEnum


class Role(StrEnum):
    """What a line of a bill is: it goes in, or it comes out beside the product, wanted or not."""

    COMPONENT = "component"
    CO_PRODUCT = "co_product"
    BY_PRODUCT = "by_product"


class WorkState(StrEnum):
    """A draft is not to be worked on yet; nothing more is made for a closed or cancelled one."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
