"""What a step of a process is, the processes there are, and what starts a step besides commands and alerts."""

from collections.abc import Mapping
from dataclasses import dataclass

from suyuan.gs1.problems import N_

PROCESSES: Mapping[str, str] = {
    "inbound": N_("Receiving"),
    "quality": N_("Quality"),
    "storage": N_("Storage"),
    "counting": N_("Counting"),
    "outbound": N_("Shipping"),
    "production": N_("Production"),
    "returns": N_("Returns"),
    "recall": N_("Recall"),
}
PLANS: Mapping[str, str] = {
    "order": N_("an order"),
    "notice": N_("an advance notice"),
    "count": N_("a counting plan"),
    "shift": N_("the begin of a shift"),
    "inspection": N_("an inspection plan"),
    "drill": N_("the plan of drills"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """As `models.ProcessStep`."""

    process: str
    number: int
    name_zh: str
    name_en: str
    role: str
    trigger_zh: str
    trigger_en: str
    started_by: str
    minutes: int
    page: str
    command: str
