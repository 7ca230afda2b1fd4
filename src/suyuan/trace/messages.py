"""What the trace says, as sentences."""

from suyuan.gs1.problems import N_

MESSAGES = {
    "trace.unknown": N_("Nothing recorded is called “{query}”. Check the number, or scan the label."),
    "trace.ambiguous": N_("“{query}” may mean several things: choose one."),
    "trace.no_origin": N_("{goods} has no receipt and no production: where it came from is not recorded."),
    "trace.not_unpacked": N_("{goods} was put elsewhere without having been taken out of {container}."),
    "trace.used_before_made": N_("{goods} was used before it was there; one of the two times must be wrong."),
    "trace.unknown_content": N_("Nothing is recorded of what was in {goods} when it was used or sent."),
    "trace.two_origins": N_(
        "{goods} has two origins under one number: {origins}. Which of them it is, nobody can tell."
    ),
    "trace.impossible": N_("{goods} is reached only by steps that the times make impossible. Check the times."),
    "trace.not_adding_up": N_(
        "Of {goods}, {quantity} more was moved than was there by the records: a receipt, a production or a count is "
        "missing."
    ),
}
