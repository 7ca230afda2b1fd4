"""The names of units of measure, by common code (UN/ECE Recommendations 20 and 21). Pure data."""

from suyuan.gs1.problems import N_

UNIT_NAMES = {
    "C62": N_("pcs"),
    "EA": N_("pcs"),
    "H87": N_("pcs"),
    "PR": N_("pairs"),
    "DZN": N_("dozen"),
    "SET": N_("sets"),
    "KGM": N_("kg"),
    "GRM": N_("g"),
    "MGM": N_("mg"),
    "TNE": N_("t"),
    "LTR": N_("L"),
    "MLT": N_("mL"),
    "HLT": N_("hL"),
    "MTQ": N_("m³"),
    "MTR": N_("m"),
    "CMT": N_("cm"),
    "MMT": N_("mm"),
    "MTK": N_("m²"),
    "CEL": N_("°C"),
    "BA": N_("barrels"),
    "BG": N_("bags"),
    "BO": N_("bottles"),
    "BX": N_("boxes"),
    "CR": N_("crates"),
    "CS": N_("cases"),
    "CT": N_("cartons"),
    "DR": N_("drums"),
    "PF": N_("pallets"),
    "PK": N_("packs"),
    "PX": N_("pallets"),
    "RO": N_("rolls"),
    "TU": N_("tubes"),
}


def unit_name(code: str) -> str:
    """The English name of a unit, to be translated; its code where it has none here. XBX and BX are one."""
    return UNIT_NAMES.get(code) or UNIT_NAMES.get(code.removeprefix("X")) or code
