"""The kinds of alerts: what each is called, what it says, who looks after it, and who may act on it; the parts of a
supplier's score. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from suyuan.gs1.problems import N_

COMPANY = "company"  # the log of what concerns the firm as a whole


class Severity(IntEnum):
    """How much it presses."""

    NOTE = 1
    WARN = 2
    URGENT = 3


class State(StrEnum):
    """`OPEN` waits for somebody; `DONE`: somebody has looked after it, though its cause is still there; `GONE`: its
    cause is no longer found, for good."""

    OPEN = "open"
    DONE = "done"
    GONE = "gone"


SEVERITIES: Mapping[int, str] = {
    Severity.URGENT: N_("Urgent"),
    Severity.WARN: N_("Soon"),
    Severity.NOTE: N_("To note"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of alert. `says`: with the facts of the alert in braces. `acts`: permissions of which one lets somebody
    act on it. `days`: the default of its rule, `days_word` what they mean; None where the rule has none. `due_days`:
    so long after it was found it is to be done. `role`: who looks after it where nobody else is named.
    """

    code: str
    word: str
    says: str
    icon: str
    edge: str
    acts: tuple[str, ...]
    role: str
    due_days: int
    days: int | None = None
    days_word: str = ""


_ALL = (
    Kind(
        code="expired", word=N_("Expired, and still here"),
        says=N_("{quantity} expired on {day}"), icon="calendar-x",
        edge="expired", acts=("lot.hold", "destroy", "move"), role="quality", due_days=1,
    ),
    Kind(
        code="near_expiry", word=N_("Expires soon"),
        says=N_("{quantity} expires on {day}"), icon="clock",
        edge="pending", acts=("move", "pick", "lot.hold"), role="keeper", due_days=7, days=30,
        days_word=N_("Days before the last day, where neither category nor shelf life says"),
    ),
    Kind(
        code="low", word=N_("Too little"),
        says=N_("{quantity} free, {ordered} ordered; wanted: {limit}"), icon="alert-triangle",
        edge="held", acts=("po.create", "item.edit"), role="buyer", due_days=2,
    ),
    Kind(
        code="high", word=N_("Too much"),
        says=N_("{quantity} here; at most: {limit}"), icon="packages",
        edge="in_stock", acts=("po.create", "item.edit", "move"), role="buyer", due_days=14,
    ),
    Kind(
        code="dead", word=N_("Does not move"),
        says=N_("{quantity} without a movement for {days} d and more"), icon="box",
        edge="in_stock", acts=("move", "adjust", "po.create"), role="keeper", due_days=14, days=90,
        days_word=N_("Days without a movement"),
    ),
    Kind(
        code="ageing", word=N_("Has lain for long"),
        says=N_("{quantity} here since {day}"), icon="history",
        edge="in_stock", acts=("move", "pick", "lot.hold"), role="keeper", due_days=14, days=180,
        days_word=N_("Days since it came"),
    ),
    Kind(
        code="pending_long", word=N_("Waits too long for inspection"),
        says=N_("{quantity} waits since {day}"), icon="hourglass",
        edge="pending", acts=("inspect",), role="inspector", due_days=1, days=2, days_word=N_("Days until the verdict"),
    ),
    Kind(
        code="held_long", word=N_("Held for too long"),
        says=N_("{quantity} on hold since {day}"), icon="player-pause",
        edge="held", acts=("lot.release", "lot.hold"), role="quality", due_days=3, days=14,
        days_word=N_("Days on hold"),
    ),
    Kind(
        code="count_overdue", word=N_("Count overdue"),
        says=N_("bins that should have been counted: {count}"), icon="clipboard-check",
        edge="pending", acts=("count",), role="keeper", due_days=3, days=7, days_word=N_("Days after a bin is due"),
    ),
    Kind(
        code="licence", word=N_("Licence expires"),
        says=N_("{paper} is valid until {day}"), icon="certificate",
        edge="pending", acts=("supplier.approve",), role="buyer", due_days=14, days=30,
        days_word=N_("Days before the last day"),
    ),
    Kind(
        code="licence_missing", word=N_("Licence missing"),
        says=N_("There is no {paper}"), icon="certificate",
        edge="rejected", acts=("supplier.approve",), role="buyer", due_days=14,
    ),
    Kind(
        code="order_late", word=N_("Delivery late"),
        says=N_("expected on {day}, open lines: {count}"), icon="truck",
        edge="held", acts=("po.create", "order.create", "receive"), role="buyer", due_days=2, days=0,
        days_word=N_("Days after the expected day"),
    ),
    Kind(
        code="order_unkept", word=N_("Order has lost goods"),
        says=N_("lines that lack goods that were reserved for them: {count}"), icon="lock-open",
        edge="held", acts=("ship", "order.create", "issue.create"), role="keeper", due_days=1,
    ),
    Kind(
        code="receipt_difference", word=N_("Came otherwise than announced"),
        says=N_("lines that differ from what was announced or ordered: {count}"), icon="package-import", edge="held",
        acts=("receive", "po.create"), role="buyer", due_days=5, days=30, days_word=N_("Days that it is looked back"),
    ),
    Kind(
        code="booking_failed", word=N_("Carrier not booked"),
        says=N_("{number} could not be booked with the carrier"), icon="truck",
        edge="rejected", acts=("ship",), role="keeper", due_days=0,
    ),
    Kind(
        code="delivery_late", word=N_("Arrives late"),
        says=N_("{waybill} was wanted on {day}"), icon="truck-delivery",
        edge="held", acts=("ship", "order.create"), role="keeper", due_days=1, days=0,
        days_word=N_("Days after the day on which it is wanted"),
    ),
    Kind(
        code="delivery_stuck", word=N_("Carrier reports nothing"),
        says=N_("{waybill}: nothing reported since {day}"), icon="hourglass",
        edge="pending", acts=("ship", "order.create"), role="keeper", due_days=1, days=3,
        days_word=N_("Days without a report"),
    ),
    Kind(
        code="delivery_trouble", word=N_("Trouble on the way"),
        says=N_("{waybill} cannot be delivered: {step}"), icon="alert-triangle",
        edge="rejected", acts=("ship", "order.create"), role="keeper", due_days=1,
    ),
    Kind(
        code="report_overdue", word=N_("Nonconformance overdue"),
        says=N_("was due on {day}"), icon="alert-octagon",
        edge="rejected", acts=("inspect", "lot.release"), role="quality", due_days=1, days=0,
        days_word=N_("Days after it was due"),
    ),
    Kind(
        code="recall_silent", word=N_("Recall: no answer"),
        says=N_("{name} was told on {day} and has not answered"), icon="alert-triangle",
        edge="recalled", acts=("recall.notify",), role="keeper", due_days=0,
    ),
    Kind(
        code="recall_unsent", word=N_("Recall: notice not sent"),
        says=N_("the notice to {name} could not be sent: {trouble}"), icon="alert-triangle",
        edge="recalled", acts=("recall.notify",), role="keeper", due_days=0,
    ),
    Kind(
        code="recall_overdue", word=N_("Recall overdue"),
        says=N_("was due on {day}"), icon="alert-triangle",
        edge="recalled", acts=("recall.notify", "recall.close"), role="quality", due_days=0,
    ),
    Kind(
        code="recall_undecided", word=N_("Recall: look at the scope"),
        says=N_("goods that the trace no longer finds: {count}; or there are new records"),
        icon="alert-triangle", edge="recalled", acts=("recall.start", "recall.start:approve"), role="quality",
        due_days=0,
    ),
    Kind(
        code="unexplained", word=N_("Unexplained"),
        says=N_("{quantity} that no event accounts for"), icon="help-circle",
        edge="unexplained", acts=("adjust", "move", "count"), role="keeper", due_days=1, days=30,
        days_word=N_("Days that it is looked back"),
    ),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


# Those whose limit a warehouse may have for itself; a licence is the firm's.
LIMITED: Mapping[str, Kind] = {
    code: kind for code, kind in KINDS.items() if kind.days is not None and code != "licence"
}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A part of a supplier's score: what it is called, and what it weighs where nobody says otherwise."""

    word: str
    weight: int


SCORE: Mapping[str, ScorePart] = {
    "quality": ScorePart(N_("Quality"), 40),
    "time": ScorePart(N_("Punctuality"), 30),
    "papers": ScorePart(N_("Certificates"), 15),
    "data": ScorePart(N_("Key data"), 15),
}

# What a supplier is marked by when it is less than so many points: his score, or a part of it in percent.
WHOLE = "whole"
MARKED: Mapping[str, str] = {WHOLE: N_("The whole score")} | {name: part.word for name, part in SCORE.items()}
LEAST: Mapping[str, int] = {WHOLE: 60}
