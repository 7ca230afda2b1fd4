"""What the write door refuses, as sentences."""

from suyuan.gs1.problems import N_

MESSAGES = {
    "capture.conflict": N_(
        "Another event is already recorded under this eventID. Nothing recorded is ever changed: "
        "declare the earlier one wrong, or give this one an id of its own."
    ),
    # What an audit finds.
    "capture.body_missing": N_("The body of {event} (log {log}) is missing."),
    "capture.body_changed": N_(
        "The body of {event} (log {log}) is not the one that was recorded: its hash is another than its record states."
    ),
    "capture.body_month": N_("The body of {event} (log {log}) is kept under another month than it was recorded in."),
    "capture.body_unreadable": N_("The body of {event} (log {log}) has the right hash but cannot be read as an event."),
    "capture.field_differs": N_(
        "{event} (log {log}): {field} is “{table}” in the table and “{body}” in the event's body. The body is what was "
        "signed."
    ),
    "capture.not_replayed": N_("Stock and genealogy were not compared with the events, since bodies are damaged."),
    "capture.balance_differs": N_(
        "The balance {place} is {table} in the table; the events make it {replay} (amounts in millionths)."
    ),
    "capture.posting_differs": N_(
        "The movement {place} is {table} in the table of postings; by the events it is {replay}."
    ),
    "capture.subject_differs": N_(
        "Dates or blocks of {place} are {table} in the table; the events make them {replay}."
    ),
    "capture.edge_differs": N_(
        "The genealogy from {place} is {table} in the table; the events make it {replay} (amounts in millionths)."
    ),
    "capture.order_matters": N_(
        "The projection depends on the order in which events came ({what}, seed {seed}) at {place}: {table} in order, "
        "{replay} shuffled. This is a fault of the program: please report it."
    ),
    "capture.containment_differs": N_(
        "{goods} (log {log}) is in {stock} by the stock and in {genealogy} by the genealogy, and no event explains it."
    ),
}
