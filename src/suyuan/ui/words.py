"""Business steps and dispositions of the Core Business Vocabulary in the words of a warehouse. Pure data."""

from suyuan.gs1.problems import N_

STEPS = {
    "accepting": N_("Accepted"),
    "arriving": N_("Arrived"),
    "assembling": N_("Assembled"),
    "collecting": N_("Collected"),
    "commissioning": N_("Created"),
    "consigning": N_("Consigned"),
    "creating_class_instance": N_("Created"),
    "cycle_counting": N_("Counted"),
    "decommissioning": N_("Retired"),
    "delivering": N_("Delivered"),
    "departing": N_("Departed"),
    "destroying": N_("Destroyed"),
    "disassembling": N_("Taken apart"),
    "dispensing": N_("Dispensed"),
    "holding": N_("Put on hold"),
    "inspecting": N_("Inspected"),
    "installing": N_("Installed"),
    "killing": N_("Retired"),
    "loading": N_("Loaded"),
    "other": N_("Observed"),
    "packing": N_("Packed"),
    "picking": N_("Picked"),
    "receiving": N_("Received"),
    "removing": N_("Removed"),
    "repackaging": N_("Repacked"),
    "repairing": N_("Repaired"),
    "replacing": N_("Replaced"),
    "reserving": N_("Reserved"),
    "retail_selling": N_("Sold"),
    "returning": N_("Returned"),
    "sampling": N_("Sampled"),
    "sensor_reporting": N_("Measured"),
    "shipping": N_("Dispatched"),
    "staging_outbound": N_("Staged"),
    "stock_taking": N_("Found as opening stock"),
    "stocking": N_("Stocked"),
    "storing": N_("Put away"),
    "transporting": N_("Transported"),
    "unloading": N_("Unloaded"),
    "unpacking": N_("Unpacked"),
    "void_shipping": N_("Dispatch voided"),
}
MADE, DECLARED, EVENT = N_("Made"), N_("Declared wrong"), N_("Event")

# What an inspection or a receipt found, where it says more than the step does.
FINDINGS = {
    ("inspecting", "conformant"): N_("Inspected: passed"),
    ("inspecting", "non_conformant"): N_("Inspected: failed"),
    ("receiving", "returned"): N_("Came back"),
    ("accepting", "returned"): N_("Refused at delivery"),
    ("holding", "recalled"): N_("Recalled"),
}
# The colour of a step in a timeline.
STATES = {
    "shipping": "shipped",
    "destroying": "destroyed",
    "holding": "held",
    "sampling": "sample",
    "void_shipping": "returned",
    "receiving": "in_stock",
    "storing": "in_stock",
    "inspecting": "released",
}

PARTY_ROLES = {
    "supplier": N_("Supplier"),
    "customer": N_("Customer"),
    "carrier": N_("Carrier"),
    "maker": N_("Maker"),
}


def step_word(step: str, disposition: str, type_: str, declared: bool = False) -> str:
    """The English word for what happened, to be translated."""
    if declared:
        return DECLARED
    if type_ == "TransformationEvent" and step in ("commissioning", "", "creating_class_instance"):
        return MADE
    return FINDINGS.get((step, disposition)) or STEPS.get(step) or step or EVENT


def step_state(step: str, disposition: str) -> str:
    """The state whose colour a step has, empty for none."""
    if disposition == "non_conformant":
        return "rejected"
    return "returned" if disposition == "returned" else STATES.get(step, "")
