"""What stock refuses, as sentences."""

from suyuan.gs1.problems import N_

MESSAGES = {
    "stock.short": N_(
        "Only {there} {unit} of {goods} can be taken there, {wanted} are asked for. Count the place, or take less."
    ),
    "stock.not_here": N_("{goods} is not in this warehouse. Receive it first, or check the number."),
    "stock.from_nowhere": N_("{goods} is not where this would take it from: it has left, or its container has."),
    "stock.pending": N_("{goods} has not been inspected yet. Have it inspected before it is picked, used or shipped."),
    "stock.rejected": N_("{goods} failed its inspection. Return, rework or destroy it."),
    "stock.held": N_("{goods} is on hold. Somebody who may release it has to do so first."),
    "stock.recalled": N_("{goods} has been recalled. It can't be picked, used or shipped."),
    "stock.expired": N_("{goods} has expired. Destroy it, return it or ask for a concession."),
    "stock.depends": N_(
        "{goods} was moved on by a later event ({event}) that needs what this one brought. Correct that event first."
    ),
    "stock.never_had": N_(
        "More of {goods} would come back than was ever sent there. Declare that this return did not occur, and receive "
        "it anew."
    ),
    "stock.short_then": N_("At that time there was not enough in stock for this."),
}
