"""The closed lists of inspection, each value with the word that people call it by."""

from collections.abc import Mapping
from enum import StrEnum

from suyuan.gs1.problems import N_


class Mode(StrEnum):
    """How a lot under a plan is looked at."""

    SAMPLING = "sampling"
    ALL = "all"
    CERTIFICATE = "certificate"
    SKIP = "skip"


class CheckKind(StrEnum):
    """What a check answers with."""

    MEASURED = "measured"
    YES_NO = "yes_no"
    CHOICE = "choice"
    PHOTO = "photo"


class Scope(StrEnum):
    """Is a check made on every piece of the sample, or once for the lot?"""

    PIECE = "piece"
    LOT = "lot"


class Weight(StrEnum):
    """How much it matters that a check is not met (ISO 2859-1, 3.1.5: classes of nonconformities)."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class State(StrEnum):
    """Where an inspection stands. What comes after `OPEN` is its verdict, and is final."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    CONCEDED = "conceded"
    DROPPED = "dropped"


class Found(StrEnum):
    """Where it came to light that something does not conform."""

    INSPECTION = "inspection"
    RECEIVING = "receiving"
    STOCK = "stock"
    PRODUCTION = "production"
    COMPLAINT = "complaint"
    AUDIT = "audit"


class Fault(StrEnum):
    """What is wrong with it."""

    APPEARANCE = "appearance"
    MEASURE = "measure"
    FUNCTION = "function"
    PACKAGING = "packaging"
    LABEL = "label"
    PAPERS = "papers"
    TEMPERATURE = "temperature"
    FOREIGN = "foreign"
    MICROBES = "microbes"
    SHELF_LIFE = "shelf_life"
    QUANTITY = "quantity"
    OTHER = "other"


class Disposition(StrEnum):
    """What becomes of goods that do not conform."""

    RETURN = "return"
    REWORK = "rework"
    SCRAP = "scrap"
    USE_AS_IS = "use_as_is"
    SORT = "sort"


class Stage(StrEnum):
    """Where a nonconformance stands."""

    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"


MODES: Mapping[str, str] = {
    Mode.SAMPLING: N_("Sampling (ISO 2859-1)"),
    Mode.ALL: N_("Every piece"),
    Mode.CERTIFICATE: N_("Certificates only"),
    Mode.SKIP: N_("No inspection"),
}
CHECK_KINDS: Mapping[str, str] = {
    CheckKind.MEASURED: N_("Measured"),
    CheckKind.YES_NO: N_("Yes or no"),
    CheckKind.CHOICE: N_("One of a list"),
    CheckKind.PHOTO: N_("With photo"),
}
SCOPES: Mapping[str, str] = {Scope.PIECE: N_("each piece"), Scope.LOT: N_("the lot")}
WEIGHTS: Mapping[str, str] = {Weight.CRITICAL: N_("Critical"), Weight.MAJOR: N_("Major"), Weight.MINOR: N_("Minor")}
STATES: Mapping[str, str] = {
    State.OPEN: N_("being inspected"),
    State.PASSED: N_("passed"),
    State.FAILED: N_("not passed"),
    State.CONCEDED: N_("accepted all the same"),
    State.DROPPED: N_("dropped"),
}
FOUND: Mapping[str, str] = {
    Found.INSPECTION: N_("At inspection"),
    Found.RECEIVING: N_("At receiving"),
    Found.STOCK: N_("In stock"),
    Found.PRODUCTION: N_("In production"),
    Found.COMPLAINT: N_("Complaint"),
    Found.AUDIT: N_("Audit"),
}
FAULTS: Mapping[str, str] = {
    Fault.APPEARANCE: N_("Appearance"),
    Fault.MEASURE: N_("Measure out of limits"),
    Fault.FUNCTION: N_("Function"),
    Fault.PACKAGING: N_("Packaging"),
    Fault.LABEL: N_("Label"),
    Fault.PAPERS: N_("Papers"),
    Fault.TEMPERATURE: N_("Temperature"),
    Fault.FOREIGN: N_("Foreign matter"),
    Fault.MICROBES: N_("Microbiology"),
    Fault.SHELF_LIFE: N_("Shelf life"),
    Fault.QUANTITY: N_("Quantity"),
    Fault.OTHER: N_("Other"),
}
DISPOSITIONS: Mapping[str, str] = {
    Disposition.RETURN: N_("Return to the supplier"),
    Disposition.REWORK: N_("Rework"),
    Disposition.SCRAP: N_("Scrap"),
    Disposition.USE_AS_IS: N_("Use as is"),
    Disposition.SORT: N_("Sort"),
}
STAGES: Mapping[str, str] = {Stage.OPEN: N_("to be decided"), Stage.DECIDED: N_("decided"), Stage.CLOSED: N_("closed")}
SEVERITIES: Mapping[str, str] = {"normal": N_("Normal"), "tightened": N_("Tightened"), "reduced": N_("Reduced")}
YES, NO = "yes", "no"
