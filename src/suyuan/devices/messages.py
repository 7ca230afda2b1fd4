"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "devices.broken": N_(
        "The connection to {address} broke while the labels were being sent. Look at what the printer has put out, "
        "then say how to go on."
    ),
    "devices.failed": N_(
        "Something went wrong while the labels were being sent; the log has it. Look at what the printer has put out, "
        "then say how to go on."
    ),
    "devices.first_label": N_("There is no label {first}; the last is {count}."),
    "devices.head_open": N_("The printer is open. Close its head."),
    "devices.host_bad": N_("“{host}” is neither an IP address nor a name in the network."),
    "devices.host_outside": N_(
        "{host} is outside the networks where printers may be. Whoever runs the server can name other networks "
        "(SUYUAN_PRINTER_NETWORKS)."
    ),
    "devices.host_unknown": N_("The network knows no {host}. Check the address of the printer."),
    "devices.labels_many": N_("{count} labels cannot be printed at once. Ask for 1 to {most}."),
    "devices.paper_out": N_("The printer has no labels left. Put in a roll."),
    "devices.paused": N_("The printer is paused. Press its pause key."),
    "devices.place_elsewhere": N_(
        "There is no place “{place}” in the warehouse {warehouse}. Choose one of its places."
    ),
    "devices.port_closed": N_(
        "Printers are reached on port {ports}, not on {port}. Whoever runs the server can name others "
        "(SUYUAN_PRINTER_PORTS)."
    ),
    "devices.printer_closed": N_("The printer {printer} is no longer in use. Choose another one."),
    "devices.printer_unknown": N_("There is no printer “{printer}” in this warehouse. Choose one of the list."),
    "devices.ribbon_out": N_("The printer has no ribbon left. Put in a new one."),
    "devices.silent": N_("The printer at {address} does not answer. Is it on, and on the network?"),
    "devices.worker_died": N_(
        "The server stopped while the labels were being sent. Look at what the printer has put out, then say how to go "
        "on."
    ),
}
