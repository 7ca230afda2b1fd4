"""The sentences for what this package refuses or asks about."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "returns.customer_wrong": N_("{customer} is no customer. Choose a customer, or make the partner one."),
    "returns.customers_differ": N_(
        "The permission {number} is given to {customer}. Give another customer a number of his own."
    ),
    "returns.item_unknown": N_("There is no item “{item}”. Check the code, or add the item first."),
    "returns.lot_untracked": N_("{item} has no lots. Leave the lot number empty."),
    "returns.quantity_none": N_("Say how much comes back, more than 0."),
    "returns.warehouse_unknown": N_("There is no warehouse “{warehouse}”. Choose one from the list."),
}
