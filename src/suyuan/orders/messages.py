"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "orders.advice_known": N_(
        "The despatch advice {number} is announced already, with other content. A new one replaces it with function 5 "
        "(replacement), not 9."
    ),
    "orders.advice_received": N_(
        "Goods of the despatch advice {number} are here already, so it is neither replaced nor cancelled any more. If "
        "they were received wrongly, correct the receipt."
    ),
    "orders.advice_unknown": N_("There is no despatch advice {number} of this supplier that could be cancelled."),
    "orders.below_done": N_(
        "For order {number}, {done} have come or gone already. Keep at least as much, or correct those events first."
    ),
    "orders.cancel_begun": N_(
        "Goods have come or gone for order {number}, so it cannot be cancelled. Close it, if nothing more is to follow."
    ),
    "orders.delivery_before": N_(
        "{day} lies before the day on which the goods are to go, {earliest}. Correct one of the two days."
    ),
    "orders.edi_advice_function": N_(
        "Segment {segment} ({tag}): function {function} is none of a despatch advice that is taken: 9 original, "
        "5 replacement, 1 cancellation."
    ),
    "orders.edi_before_lin": N_(
        "Segment {segment} ({tag}) stands before the first line (LIN). Put it behind its line."
    ),
    "orders.edi_count": N_("Segment {segment} ({tag}) counts {said}, but there are {found}. The message is not whole."),
    "orders.edi_date": N_(
        "Segment {segment} ({tag}): “{text}” is no date of its format. Write 20261130 with format 102."
    ),
    "orders.edi_despatched_missing": N_(
        "Segment {segment} ({tag}): the line says no quantity (QTY+12) and no serials."
    ),
    "orders.edi_function": N_(
        "Segment {segment} ({tag}): “{function}” is not done by a message; a cancellation is said on the order's page."
    ),
    "orders.edi_item": N_("Segment {segment} ({tag}): there is no item {code}. Add its GTIN or code, or correct it."),
    "orders.edi_item_missing": N_("Segment {segment} ({tag}): the line names no item, neither here nor in a PIA."),
    "orders.edi_large": N_("The file has more than {most} characters. Send it in parts."),
    "orders.edi_line_number": N_("Segment {segment} ({tag}): “{text}” is no line number."),
    "orders.edi_missing": N_("Segment {segment} ({tag}): {missing} is missing from this message."),
    "orders.edi_no_tag": N_("Segment {segment}: “{text}” begins with no tag of three letters."),
    "orders.edi_not_ended": N_("Segment {segment} ({tag}) has no end. The file was cut off: send it again."),
    "orders.edi_nothing": N_("There is no message in this file. It begins with UNB or UNH."),
    "orders.edi_number_missing": N_("Segment {segment} ({tag}): the number of the order is missing."),
    "orders.edi_other_message": N_("Segment {segment} ({tag}): {kind} is no message of this page; only ORDERS is."),
    "orders.edi_outside": N_("Segment {segment} ({tag}) stands outside of a message."),
    "orders.edi_partner": N_("Segment {segment} ({tag}): no partner has the GLN or code {code}."),
    "orders.edi_quantity": N_("Segment {segment} ({tag}): “{text}” is no amount."),
    "orders.edi_quantity_missing": N_("Segment {segment} ({tag}): the line has no quantity (QTY+21)."),
    "orders.edi_reference": N_("Segment {segment} ({tag}) ends message {said}, but {found} is the one that began."),
    "orders.edi_type": N_("Segment {segment} ({tag}): “{type}” is no kind of order that is taken: 220, 105 or 224."),
    "orders.edi_unit": N_("Segment {segment} ({tag}): there is no unit {unit}."),
    "orders.edi_uns_missing": N_("Segment {segment} ({tag}): the message has no UNS before its end."),
    "orders.edi_unt_missing": N_("Segment {segment} ({tag}): the message has no end (UNT). Send it again."),
    "orders.edi_version": N_("Segment {segment} ({tag}): version {version} is not read; D.96A to D.01B are."),
    "orders.edi_warehouse": N_("Segment {segment} ({tag}): {code} is the GLN of no warehouse of ours."),
    "orders.expected_before": N_("{day} lies before the day of the order, {earliest}. Correct one of the two days."),
    "orders.face_elsewhere": N_("There is no place “{place}” in warehouse {warehouse}. Add it first or correct it."),
    "orders.face_limits": N_(
        "Filling up to {most} is less than the {least} below which it is filled. Correct one of them."
    ),
    "orders.face_not_picking": N_("“{place}” is not a place for picking. Set its purpose first, or choose another."),
    "orders.head_differs": N_(
        "Row {row} says “{value}” of the same order. An order has one of it: correct one of the rows."
    ),
    "orders.item_closed": N_("The item “{item}” is no longer in use. Choose another one, or switch it on again."),
    "orders.not_customer": N_("“{partner}” is not marked as a customer. Mark it first or choose another partner."),
    "orders.not_supplier": N_("“{partner}” is not marked as a supplier. Mark it first or choose another partner."),
    "orders.notice_unknown": N_("There is no notice {number}. Write it down first or correct the number."),
    "orders.order_begun": N_(
        "Goods have come or gone for order {number} already, so this stays as it is. Write another order for the rest."
    ),
    "orders.order_cancelled": N_("Order {number} is cancelled; nothing can come or go for it any more."),
    "orders.order_closed": N_("Order {number} is closed. If more is to come or go, reopen it with a reason first."),
    "orders.order_differs": N_(
        "Order {number} is there already and says something else of: {fields}. Change it, or use another number."
    ),
    "orders.order_elsewhere": N_(
        "Order {number} is one of the warehouse {warehouse}. Use another number, or write it there."
    ),
    "orders.order_draft": N_("Order {number} is still a draft. Whoever wrote it opens it first."),
    "orders.order_ended": N_("Order {number} is closed or cancelled. Reopen it with a reason before you change this."),
    "orders.order_of_another": N_("Order {number} is not one of “{partner}”. Correct the order or the supplier."),
    "orders.order_open": N_("Order {number} is open already."),
    "orders.order_unknown": N_("There is no order {number}. Look for it in the list of orders, or write it first."),
    "orders.partner_closed": N_("“{partner}” is no longer in use. Choose another partner, or switch it on again."),
    "orders.reason_missing": N_("Say why; the reason stays with the order."),
    "orders.serial_range": N_(
        "{text} is no range of serial numbers. A range counts upward and has at most {most} of them."
    ),
    "orders.serials_count": N_(
        "These are {count} serial numbers for a quantity of {quantity}. Correct one of the two."
    ),
    "orders.serials_many": N_("These are more than {most} serial numbers. Split them over several lines."),
    "orders.state_by_command": N_(
        "Order {number} is closed, cancelled or reopened on its own page, with a reason; here it is a draft or open."
    ),
}
