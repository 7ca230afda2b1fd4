"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "orders.order_unknown": N_("There is no order {number}; look for it in the list of orders."),
    "orders.order_draft": N_("Order {number} is still a draft; whoever wrote it opens it first."),
    "orders.order_closed": N_("Order {number} is closed; if more is to come, reopen it with a reason first."),
    "orders.order_cancelled": N_("Order {number} is cancelled; nothing can come or go for it any more."),
    "orders.serials_many": N_("More than {most} serial numbers; split them over several lines."),
    "orders.serial_range": N_("{text} is no range of serial numbers: it counts upward, at most {most} of them."),
}
