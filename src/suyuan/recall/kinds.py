"""What a case, a scope and a notice can be. Pure data; the words are translated where they are shown."""

from collections.abc import Mapping
from enum import StrEnum

from suyuan.gs1.problems import N_


class Kind(StrEnum):
    """A recall takes back what may do harm, a withdrawal what is only not as it should be; a drill does nothing."""

    RECALL = "recall"
    WITHDRAWAL = "withdrawal"
    DRILL = "drill"


class Regime(StrEnum):
    """Whose clocks run."""

    FOOD = "food"
    DRUG = "drug"
    DEVICE = "device"


class State(StrEnum):
    """Of a case. `NOTIFYING`: notices have been approved."""

    OPEN = "open"
    NOTIFYING = "notifying"
    CLOSED = "closed"
    CANCELLED = "cancelled"


RUNNING = (State.OPEN.value, State.NOTIFYING.value)


class Cause(StrEnum):
    """Why there is a version of the scope."""

    OPENED = "opened"
    RERUN = "rerun"
    WIDENED = "widened"
    NARROWED = "narrowed"


class Direction(StrEnum):
    """How goods are in the scope: named, reached from those, or only where those came from (never held for that)."""

    SUBJECT = "subject"
    FORWARD = "forward"
    BACKWARD = "backward"


class News(StrEnum):
    """What a version says of goods that the one before did not. `GONE`: the trace no longer finds them; they stay until
    two people take them out."""

    SAME = ""
    NEW = "new"
    GONE = "gone"


class Step(StrEnum):
    """By which step goods were reached from `via`."""

    NONE = ""
    MADE = "made"
    PACKED = "packed"
    MEMBER = "member"


class Role(StrEnum):
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    MAKER = "maker"
    AUTHORITY = "authority"


class Way(StrEnum):
    """How a notice goes. The worker sends the first two; of the others a person says that it was done."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    LETTER = "letter"
    PHONE = "phone"


SENT_BY_WORKER = (Way.MAIL.value, Way.WEBHOOK.value)


class NoticeState(StrEnum):
    """`DROPPED`: it will not be sent, since the case was cancelled or somebody said why."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class Purpose(StrEnum):
    """What a notice says: that goods are recalled, that more or less is, or that it was a mistake."""

    START = "start"
    CHANGE = "change"
    CANCEL = "cancel"


KINDS: Mapping[str, str] = {
    Kind.RECALL: N_("Recall"),
    Kind.WITHDRAWAL: N_("Withdrawal"),
    Kind.DRILL: N_("Drill"),
}
REGIMES: Mapping[str, str] = {
    Regime.FOOD: N_("Food"),
    Regime.DRUG: N_("Drugs"),
    Regime.DEVICE: N_("Medical devices"),
}
STATES: Mapping[str, str] = {
    State.OPEN: N_("goods on hold"),
    State.NOTIFYING: N_("parties are told"),
    State.CLOSED: N_("closed"),
    State.CANCELLED: N_("cancelled"),
}
CAUSES: Mapping[str, str] = {
    Cause.OPENED: N_("opened"),
    Cause.RERUN: N_("looked again"),
    Cause.WIDENED: N_("widened"),
    Cause.NARROWED: N_("narrowed"),
}
STEPS: Mapping[str, str] = {
    Step.MADE: N_("made of"),
    Step.PACKED: N_("packed with"),
    Step.MEMBER: N_("of the lot"),
}
ROLES: Mapping[str, str] = {
    Role.SUPPLIER: N_("Supplier"),
    Role.CUSTOMER: N_("Customer"),
    Role.MAKER: N_("Maker"),
    Role.AUTHORITY: N_("Authority"),
}
WAYS: Mapping[str, str] = {
    Way.MAIL: N_("mail"),
    Way.WEBHOOK: N_("webhook"),
    Way.LETTER: N_("letter"),
    Way.PHONE: N_("telephone"),
}
NOTICE_STATES: Mapping[str, str] = {
    NoticeState.DRAFTED: N_("to be approved"),
    NoticeState.APPROVED: N_("to be sent"),
    NoticeState.SENT: N_("sent"),
    NoticeState.FAILED: N_("could not be sent"),
    NoticeState.CONFIRMED: N_("confirmed"),
    NoticeState.DROPPED: N_("not sent"),
}
