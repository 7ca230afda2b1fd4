"""The sentences for what this package refuses."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "catalog.category_unknown": N_("There is no category “{category}”. Add it first or leave the field empty."),
    "catalog.choice": N_("“{value}” is not possible here. Choose one of: {allowed}."),
    "catalog.code_bad": N_("“{code}” cannot be a code. Use at most {longest} visible characters."),
    "catalog.code_missing": N_("The code is missing. Give a code by which people will find this."),
    "catalog.code_taken": N_(
        "The code “{code}” is used twice: upper and lower case, width and extra blanks make no difference. Choose "
        "another one."
    ),
    "catalog.days": N_("{days} days are not possible. Give a whole number from 0 to 36500."),
    "catalog.extension_bad": N_(
        "“{extension}” cannot extend a GLN. Give an extension of 1 to 20 Latin letters, digits and signs, other than 0."
    ),
    "catalog.extension_taken": N_(
        "Another place of this warehouse already has the GLN extension “{value}”. Give “{code}” one of its own."
    ),
    "catalog.gln_bad": N_("“{gln}” is no GLN. A GLN has 13 digits, the last of which is a check digit."),
    "catalog.gln_taken": N_(
        "The GLN {value} already belongs to a warehouse or a partner. Check which of them is right."
    ),
    "catalog.gtin_taken": N_(
        "The GTIN {gtin} already belongs to an item or a pack. One GTIN has one meaning: check both, and correct "
        "the wrong one."
    ),
    "catalog.lot_characters": N_(
        "The lot number “{lot}” has characters that a GS1 barcode cannot carry. Use Latin letters, digits and "
        "simple signs in the line and shift codes."
    ),
    "catalog.lot_token_bad": N_("“{token}” cannot begin lot numbers. Use 1 to 6 capital letters A–Z and digits."),
    "catalog.lot_token_overlaps": N_(
        "Lot numbers that begin with “{token}” could be mistaken for those of another warehouse, which begin with "
        "“{other}”. Choose a token that is not the beginning of the other."
    ),
    "catalog.lot_too_long": N_(
        "The lot number “{lot}” has {length} characters; a GS1 barcode carries 20. Shorten the lot number template."
    ),
    "catalog.no_conversion": N_(
        "{amount} {unit} cannot be turned into {base}, the base unit of the item. Enter the quantity in {base}, or"
        " add the unit {unit} to the item."
    ),
    "catalog.parent_unknown": N_("There is no place “{parent}” in this warehouse. Add it first or in the same list."),
    "catalog.place_inside_itself": N_("The place “{code}” would lie inside itself. Correct its parent."),
    "catalog.ratio": N_("{ratio} is no ratio between units. Give two whole numbers above 0."),
    "catalog.residue": N_(
        "{amount} {unit} is not an exact quantity of {base}: it lies just above {below} {base}. Enter the quantity"
        " in {base}."
    ),
    "catalog.site_unknown": N_("There is no site “{site}”. Add the site first."),
    "catalog.sscc_exhausted": N_(
        "All {count} SSCCs that begin with {prefix} are used. Give the warehouse a shorter SSCC prefix of your company."
    ),
    "catalog.sscc_prefix_bad": N_(
        "“{prefix}” cannot begin SSCCs. Give 7 to 14 digits that begin with your GS1 company prefix."
    ),
    "catalog.sscc_prefix_overlaps": N_(
        "SSCCs that begin with {prefix} could meet those of another warehouse, which begin with {other}. Choose a "
        "prefix that is not the beginning of the other."
    ),
    "catalog.template_characters": N_(
        "“{text}” in the lot number template cannot stand in a GS1 barcode. Use Latin letters, digits and simple signs."
    ),
    "catalog.template_field": N_(
        "The lot number template does not know “{field}” with the format “{format}”. It knows site, line, shift, "
        "date (date:%y%m%d) and seq (seq:03), each between braces."
    ),
    "catalog.template_once": N_("The lot number template must contain “{field}” between braces, exactly once."),
    "catalog.template_syntax": N_("The lot number template “{template}” has a brace that is not closed. Correct it."),
    "catalog.unit_twice": N_("The unit {unit} is given twice for this item. Keep one ratio to the base unit."),
    "catalog.warehouse_code_bad": N_(
        "“{code}” cannot be the code of a warehouse. Use 1 to 12 lower-case letters a–z, digits and hyphens, no "
        "hyphen at either end, and neither “company” nor “partners”."
    ),
    "catalog.warehouse_code_taken": N_("There is already a warehouse “{code}”. Choose another code."),
    "catalog.warehouse_unknown": N_("There is no warehouse “{warehouse}”. Add it first."),
}
