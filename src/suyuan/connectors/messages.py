"""What files of others are refused for, and rows of them."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "connectors.columns": N_("The file has no column {columns}. The first row must name the columns."),
    "connectors.csv": N_("The file is not readable as CSV from row {row} on: a quotation mark may be missing."),
    "connectors.encoding": N_(
        "The text is not valid {encoding}. Say with --encoding how the file is written, such as latin-1."
    ),
    "connectors.other_file": N_(
        "Invoices of the same numbers but with other contents were imported before; what is recorded stays."
    ),
    "connectors.warehouse_unknown": N_("There is no warehouse {warehouse}: `suyuan warehouse list` lists them."),
    "connectors.warehouse_none": N_(
        "There is no warehouse that could have shipped: `suyuan warehouse add NAME --gln GLN` adds one."
    ),
    "connectors.warehouse_which": N_("There are several warehouses: say with --warehouse which one shipped."),
    # Rows
    "connectors.width": N_("The row has more or fewer columns than the heading."),
    "connectors.duplicate": N_("The row repeats an earlier one word for word."),
    "connectors.code": N_(
        "The invoice, item code or customer is missing, too long or holds characters no code can have."
    ),
    "connectors.quantity": N_("The quantity is not a whole number, is 0, or is too large."),
    "connectors.time": N_("The invoice date is not a date and time that exists."),
    "connectors.no_goods": N_("Postage, a fee, a discount, a voucher or a manual entry: no goods moved."),
    "connectors.adjustment": N_("An adjustment of stock among the invoices: nobody bought or returned anything."),
    "connectors.credit": N_("A credit note with a positive quantity: it cannot be told which way the goods went."),
}
