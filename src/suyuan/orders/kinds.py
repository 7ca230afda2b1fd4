"""The closed lists of orders and notices. Pure data."""

from enum import StrEnum


class OrderKind(StrEnum):
    """An issue is what a work order, or a department at once, needs of our own stock."""

    PURCHASE = "purchase"
    SALES = "sales"
    ISSUE = "issue"


OUTGOING = (OrderKind.SALES, OrderKind.ISSUE)  # goods are allocated and picked for them


class Priority(StrEnum):
    """Urgent orders come first in every list; what is kept for others they get by a command of somebody's only."""

    NORMAL = "normal"
    URGENT = "urgent"


class Strategy(StrEnum):
    """Which goods go first: what expires first, or what was received or made first."""

    FEFO = "fefo"
    FIFO = "fifo"


class OrderState(StrEnum):
    """A draft is not to be worked on yet; nothing more comes or goes for a closed or cancelled one."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ENDED = (OrderState.CLOSED, OrderState.CANCELLED)


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
    """Broken: its goods were put on hold, or taken over by an urgent order, so that the line needs others."""

    OPEN = "open"
    BROKEN = "broken"
