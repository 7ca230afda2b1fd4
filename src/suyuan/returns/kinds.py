"""The closed lists of returns and disposal, with what people call each value. Pure data."""

from collections.abc import Mapping
from enum import StrEnum

from suyuan.gs1.problems import N_


class Cause(StrEnum):
    """Why a customer sends goods back."""

    DAMAGED = "damaged"
    QUALITY = "quality"
    TEMPERATURE = "temperature"
    SHORT_LIFE = "short_life"
    WRONG_GOODS = "wrong_goods"
    TOO_MANY = "too_many"
    UNSOLD = "unsold"
    RECALL = "recall"
    OTHER = "other"


class Condition(StrEnum):
    """How goods look that came back. What was warm is never sold again."""

    INTACT = "intact"
    OPENED = "opened"
    DAMAGED = "damaged"
    WARM = "warm"


class Method(StrEnum):
    """How goods cease to be."""

    INCINERATION = "incineration"
    CRUSHING = "crushing"
    LANDFILL = "landfill"
    COMPOSTING = "composting"
    RENDERING = "rendering"
    TREATMENT = "treatment"
    RECYCLING = "recycling"
    OTHER = "other"


class Ground(StrEnum):
    """Why goods are disposed of."""

    EXPIRED = "expired"
    REJECTED = "rejected"
    DAMAGED = "damaged"
    RECALLED = "recalled"
    RETURNED = "returned"
    UNSALEABLE = "unsaleable"
    OTHER = "other"


class NoticeState(StrEnum):
    """A closed or withdrawn notice waits for nothing any more."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


CAUSES: Mapping[str, str] = {
    Cause.DAMAGED.value: N_("Damaged on the way"),
    Cause.QUALITY.value: N_("Quality complaint"),
    Cause.TEMPERATURE.value: N_("Too warm or too cold on arrival"),
    Cause.SHORT_LIFE.value: N_("Too old on arrival"),
    Cause.WRONG_GOODS.value: N_("Not what was ordered"),
    Cause.TOO_MANY.value: N_("More than was ordered"),
    Cause.UNSOLD.value: N_("Not sold"),
    Cause.RECALL.value: N_("Recall"),
    Cause.OTHER.value: N_("Another reason"),
}
CONDITIONS: Mapping[str, str] = {
    Condition.INTACT.value: N_("Intact, cold chain kept"),
    Condition.OPENED.value: N_("Opened"),
    Condition.DAMAGED.value: N_("Damaged"),
    Condition.WARM.value: N_("Cold chain broken"),
}
METHODS: Mapping[str, str] = {
    Method.INCINERATION.value: N_("Incineration"),
    Method.CRUSHING.value: N_("Crushing"),
    Method.LANDFILL.value: N_("Landfill"),
    Method.COMPOSTING.value: N_("Composting"),
    Method.RENDERING.value: N_("Rendering or feed"),
    Method.TREATMENT.value: N_("Chemical or biological treatment"),
    Method.RECYCLING.value: N_("Recycling"),
    Method.OTHER.value: N_("Another method"),
}
GROUNDS: Mapping[str, str] = {
    Ground.EXPIRED.value: N_("Expired"),
    Ground.REJECTED.value: N_("Failed its inspection"),
    Ground.DAMAGED.value: N_("Damaged in the warehouse"),
    Ground.RECALLED.value: N_("Recalled"),
    Ground.RETURNED.value: N_("Returned by a customer"),
    Ground.UNSALEABLE.value: N_("Too old to be sold"),
    Ground.OTHER.value: N_("Another reason"),
}
NOTICE_STATES: Mapping[str, str] = {
    NoticeState.OPEN.value: N_("Open"),
    NoticeState.CLOSED.value: N_("Closed"),
    NoticeState.WITHDRAWN.value: N_("Withdrawn"),
}
