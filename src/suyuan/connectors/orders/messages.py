"""Why rows of a file of order lines are refused."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "orders.columns": N_("The file has no column {columns}. The first row must name the columns."),
    "orders.csv": N_("The file is not readable as CSV from row {row} on: a quotation mark may be missing."),
    "orders.encoding": N_(
        "The text is not valid {encoding}. Say with --encoding how the file is written, such as latin-1."
    ),
    "orders.other_file": N_(
        "Lines of other contents were imported before for the same weeks or invoices: a file that has grown or changed "
        "cannot be imported over the old one."
    ),
    "orders.warehouse_unknown": N_("There is no warehouse {warehouse}: `suyuan warehouse list` lists them."),
    "orders.warehouse_none": N_(
        "There is no warehouse that could have shipped: `suyuan warehouse add NAME --gln GLN` adds one."
    ),
    "orders.warehouse_which": N_("There are several warehouses: say with --warehouse which one shipped."),
    # Rows
    "orders.width": N_("The row has more or fewer columns than the heading."),
    "orders.duplicate": N_("The row repeats an earlier one word for word."),
    "orders.code": N_("The invoice, item code or customer is missing, too long or holds characters no code can have."),
    "orders.quantity": N_("The quantity is not a whole number, is 0, or is too large."),
    "orders.time": N_("The invoice date is not a date and time that exists."),
    "orders.no_goods": N_("Postage, a fee, a discount, a voucher or a manual entry: no goods moved."),
    "orders.adjustment": N_("An adjustment of stock among the invoices: nobody bought or returned anything."),
    "orders.credit": N_("A credit note with a positive quantity: it cannot be told which way the goods went."),
}
