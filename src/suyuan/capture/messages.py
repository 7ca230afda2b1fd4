"""What the write door refuses, as sentences."""

from suyuan.gs1.problems import N_

MESSAGES = {
    "capture.conflict": N_(
        "Another event is already recorded under this eventID. Nothing recorded is ever changed: "
        "declare the earlier one wrong, or give this one an id of its own."
    ),
}
