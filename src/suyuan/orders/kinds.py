"""The closed lists of orders and notices. Pure data."""

from enum import StrEnum


class OrderKind(StrEnum):
    PURCHASE = "purchase"
    SALES = "sales"


class OrderState(StrEnum):
    """A draft is not to be worked on yet; nothing more comes or goes for a closed or cancelled one."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LineState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class NoticeState(StrEnum):
    """Whether its goods are here is asked of the ledger; closed: nobody waits for the rest."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ReservationState(StrEnum):
    """Broken: its goods were put on hold, so that the line needs others."""

    OPEN = "open"
    BROKEN = "broken"
