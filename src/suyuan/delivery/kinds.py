"""What a consignment can be, and the one list onto which every carrier's words are mapped. Pure data."""

from collections.abc import Mapping
from enum import StrEnum

from suyuan.gs1.problems import N_
from suyuan.orders.edifact_desadv import Function


class State(StrEnum):
    """Where the arrangement with the carrier stands. `FAILED`: it was given up, and somebody has to look."""

    WAITING = "waiting"
    BOOKED = "booked"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Step(StrEnum):
    """What a carrier reports of a consignment. The order is that of a usual way: of two reports of one moment the
    later in this list counts."""

    BOOKED = "booked"
    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    EXCEPTION = "exception"
    OUT_FOR_DELIVERY = "out_for_delivery"
    REFUSED = "refused"
    DELIVERED = "delivered"
    RETURNED = "returned"


RANK: Mapping[str, int] = {step.value: n for n, step in enumerate(Step)}
ENDS = frozenset({Step.DELIVERED.value, Step.RETURNED.value})  # after these nothing more is asked

STATES: Mapping[str, str] = {
    State.WAITING: N_("to be booked"),
    State.BOOKED: N_("booked"),
    State.CANCELLING: N_("to be cancelled"),
    State.CANCELLED: N_("cancelled"),
    State.FAILED: N_("booking failed"),
}
STEPS: Mapping[str, str] = {
    Step.BOOKED: N_("booked"),
    Step.COLLECTED: N_("collected"),
    Step.IN_TRANSIT: N_("in transit"),
    Step.EXCEPTION: N_("exception"),
    Step.OUT_FOR_DELIVERY: N_("out for delivery"),
    Step.REFUSED: N_("refused"),
    Step.DELIVERED: N_("delivered"),
    Step.RETURNED: N_("returned"),
}


class Source(StrEnum):
    """How a report came: we asked, the carrier called, or somebody signed on our own page."""

    ASKED = "asked"
    CALLED = "called"
    SIGNED = "signed"


class LoadState(StrEnum):
    """Closed: all that is to go is on the truck; it leaves by the dispatch."""

    OPEN = "open"
    CLOSED = "closed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


LOAD_STATES: Mapping[str, str] = {
    LoadState.OPEN: N_("being loaded"),
    LoadState.CLOSED: N_("loaded"),
    LoadState.SHIPPED: N_("left"),
    LoadState.CANCELLED: N_("cancelled"),
}


class AdviceState(StrEnum):
    """A despatch advice: to be sent, sent, given up after many tries, or not needed, since nothing was left to tell."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


ADVICE_STATES: Mapping[str, str] = {
    AdviceState.WAITING: N_("to be sent"),
    AdviceState.SENT: N_("sent"),
    AdviceState.FAILED: N_("given up"),
    AdviceState.DROPPED: N_("not needed"),
}
FUNCTIONS: Mapping[str, str] = {
    Function.ORIGINAL: N_("first"),
    Function.REPLACEMENT: N_("corrected"),
    Function.CANCELLATION: N_("cancelled"),
}


class AdviceFormat(StrEnum):
    """As what a customer gets despatch advices."""

    EPCIS = "epcis"
    EDIFACT = "edifact"


ADVICE_FORMATS: Mapping[str, str] = {
    AdviceFormat.EPCIS: N_("EPCIS 2.0 document"),
    AdviceFormat.EDIFACT: N_("EDIFACT DESADV (D.96A, EANCOM)"),
}
