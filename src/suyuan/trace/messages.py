"""What the trace says, as sentences."""

from suyuan.gs1.problems import N_

MESSAGES = {
    "trace.unknown": N_("Nothing recorded is called “{query}”. Check the number, or scan the label."),
    "trace.ambiguous": N_("“{query}” may mean several things: choose one."),
    "trace.no_origin": N_("{goods} has no receipt and no production: where it came from is not recorded."),
    "trace.not_unpacked": N_("{goods} was put elsewhere without having been taken out of {container}."),
    "trace.used_before_made": N_("{goods} was used before it was made; one of the two times must be wrong."),
}
