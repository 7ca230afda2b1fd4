"""The sentences for what this package refuses."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "catalog.attribute_in_use": N_(
        "Items already say something in the field “{code}”. Keep its type, or add a field under another code."
    ),
    "catalog.attribute_type_differs": N_(
        "The field “{code}” is of the type “{type}” in another category. Use the same type, or another code."
    ),
    "catalog.attribute_unknown": N_(
        "Items of the category “{category}” have no field “{field}”. Leave it empty, or add the field to the category."
    ),
    "catalog.base_unit_counted": N_(
        "Packs and units of this item are counted in its base unit. Keep it, or add a new item."
    ),
    "catalog.base_unit_seen": N_(
        "Goods of this item were recorded before it was catalogued, not in {unit} but in the unit that all of its kind "
        "are kept in: KGM, LTR, MTR, MTK or pieces. Give that one as the base unit, and {unit} as a further unit."
    ),
    "catalog.catch_weight_mass": N_(
        "What is weighed each time is counted in pieces: its base unit is no unit of weight, and none of its units is."
    ),
    "catalog.catch_weight_serial": N_(
        "What has serial numbers is not weighed as a lot. Choose tracking by lot or none."
    ),
    "catalog.category_unknown": N_("There is no category “{category}”. Add it first or leave the field empty."),
    "catalog.changed_meanwhile": N_(
        "Somebody else has changed “{key}” since you opened it. Compare both and enter your change again."
    ),
    "catalog.choice": N_("“{value}” is not possible here. Choose one of: {allowed}."),
    "catalog.choices_missing": N_("Give at least one choice, separated by commas."),
    "catalog.code_bad": N_("“{code}” cannot be a code. Use at most {longest} visible characters."),
    "catalog.code_missing": N_("The code is missing. Give a code by which people will find this."),
    "catalog.code_taken": N_(
        "The code “{code}” is used twice: upper and lower case, width and extra blanks make no difference. Choose "
        "another one."
    ),
    "catalog.country_bad": N_("“{country}” is no country code. Give two capital letters, such as CN."),
    "catalog.dates_order": N_("It would end on {until}, before it begins on {from}. Correct one of the two days."),
    "catalog.days": N_("{days} days are not possible. Give a whole number from 0 to 36500."),
    "catalog.email_bad": N_("“{text}” is no e-mail address. Write one, such as recall@example.com."),
    "catalog.extension_bad": N_(
        "“{extension}” cannot extend a GLN. Give an extension of 1 to 20 Latin letters, digits and signs, other than 0."
    ),
    "catalog.extension_fixed": N_(
        "The place is known by its GLN extension “{value}”, which never changes. Close the place and add a new one."
    ),
    "catalog.extension_taken": N_(
        "Another place of this warehouse already has the GLN extension “{value}”. Give “{code}” one of its own."
    ),
    "catalog.ffrn_bad": N_("“{text}” is no registration of a food facility. It has 11 digits."),
    "catalog.field_bounds": N_("“{text}” is out of bounds. Give a number from {least} to {most}."),
    "catalog.field_date": N_("“{text}” is no date. Write it as 2026-11-22."),
    "catalog.field_flag": N_("“{text}” is neither yes nor no. Write 1 or 0."),
    "catalog.field_frozen": N_("“{key}” has been used: “{field}” can no longer change. Close it and add a new one."),
    "catalog.field_long": N_("This is too long: at most {longest} characters."),
    "catalog.field_needed": N_("“{field}” is missing. Fill it in."),
    "catalog.field_unknown": N_("There is no field “{field}” here. Check its name."),
    "catalog.field_unprintable": N_("There are signs in it that cannot be shown. Type it again."),
    "catalog.field_value": N_("“{text}” is not possible here. Give a value of the right kind."),
    "catalog.field_whole": N_("“{text}” is no whole number. Give digits only."),
    "catalog.file_gone": N_("There is no such file, or it is not shown to you. Ask whoever sent you here."),
    "catalog.file_kind": N_("This kind of file is not kept. Give a picture (JPEG, PNG, WebP) or a PDF."),
    "catalog.file_large": N_("The file is too large: at most {most} MB are kept. Make it smaller."),
    "catalog.file_unknown": N_("This file has not been brought in. Upload it first."),
    "catalog.ggn_bad": N_("“{text}” is no GLOBALG.A.P. number. It has 13 digits, the last of which is a check digit."),
    "catalog.gln_bad": N_("“{gln}” is no GLN. A GLN has 13 digits, the last of which is a check digit."),
    "catalog.gln_fixed": N_("The GLN {value} never changes: events name it. Close this one and add a new one."),
    "catalog.gln_taken": N_(
        "The GLN {value} already belongs to a warehouse or a partner. Check which of them is right."
    ),
    "catalog.gtin_fixed": N_(
        "The GTIN {value} never changes: labels and events carry it. Close the item and add a new one."
    ),
    "catalog.gtin_taken": N_(
        "The GTIN {gtin} already belongs to an item or a pack. One GTIN has one meaning: check both, and correct "
        "the wrong one."
    ),
    "catalog.item_unknown": N_("There is no item “{item}”. Add it first or correct the code."),
    "catalog.licence_expired": N_(
        "A paper of {partner} ({kind}) was good until {day}. Enter the new one, or receive with a reason and a second "
        "person."
    ),
    "catalog.licence_missing": N_(
        "{partner} has shown no paper of the kind {kind}, which these goods need. Enter it, or receive with a reason "
        "and a second person."
    ),
    "catalog.life_order": N_("The least remaining life is more than the shelf life. Correct one of the two."),
    "catalog.limits_order": N_(
        "Minimum, reorder point and maximum must not be less than the one before. Correct them."
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
    "catalog.merge_base_unit": N_(
        "“{merged}” is counted in {other} and “{keep}” in {one}. Items with different base units cannot become one."
    ),
    "catalog.merge_country": N_(
        "“{merged}” is in {other} and “{keep}” in {one}. Correct one of the two, or leave them apart."
    ),
    "catalog.merge_kept_closed": N_("“{keep}” is closed or was merged itself. Choose one that is in use to go on."),
    "catalog.merge_roles": N_("“{keep}” is not yet all that “{merged}” is to us: {roles}. Add that first."),
    "catalog.merge_same": N_("Both are “{keep}”. Choose two that differ."),
    "catalog.merge_tax_number": N_(
        "The tax numbers differ: {one} and {other}. Correct one of the two, or leave them apart."
    ),
    "catalog.merge_tracking": N_(
        "“{merged}” and “{keep}” are tracked in different ways ({other}, {one}). They cannot become one."
    ),
    "catalog.merge_unit": N_(
        "One {unit} is not the same number of pieces in “{merged}” and “{keep}”. They cannot become one."
    ),
    "catalog.merge_untracked": N_(
        "Goods of “{merged}” lie here, and without lot numbers they could not be found under another code. Use "
        "them up or book them over first."
    ),
    "catalog.merged_already": N_("“{merged}” was merged already. Look at its history."),
    "catalog.merged_closed": N_("“{code}” was merged into another one and stays closed. Take the merge back instead."),
    "catalog.no_conversion": N_(
        "{amount} {unit} cannot be turned into {base}, the base unit of the item. Enter the quantity in {base}, or"
        " add the unit {unit} to the item."
    ),
    "catalog.not_merged": N_("“{merged}” is not merged into anything."),
    "catalog.not_supplier": N_("“{partner}” is not marked as a supplier. Mark it first or choose another partner."),
    "catalog.parent_unknown": N_("There is no place “{parent}” in this warehouse. Add it first or in the same list."),
    "catalog.partner_unknown": N_("There is no partner “{partner}”. Add it first or correct the code."),
    "catalog.place_inside_itself": N_("The place “{code}” would lie inside itself. Correct its parent."),
    "catalog.ratio": N_("{ratio} is no ratio between units. Give two whole numbers above 0."),
    "catalog.residue": N_(
        "{amount} {unit} is not an exact quantity of {base}: it lies just above {below} {base}. Enter the quantity"
        " in {base}."
    ),
    "catalog.row_twice": N_("“{key}” stands in row {row} already. Keep one of the two rows."),
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
    "catalog.supplier_pending": N_(
        "{partner} has not been approved as a supplier. Have it approved, or receive with a reason and a second person."
    ),
    "catalog.supplier_suspended": N_(
        "{partner} is suspended. Ask quality or purchasing, or receive with a reason and a second person."
    ),
    "catalog.template_characters": N_(
        "“{text}” in the lot number template cannot stand in a GS1 barcode. Use Latin letters, digits and simple signs."
    ),
    "catalog.template_field": N_(
        "The lot number template does not know “{field}” with the format “{format}”. It knows site, line, shift, "
        "date (date:%y%m%d) and seq (seq:03), each between braces."
    ),
    "catalog.template_long": N_(
        "Lot numbers by “{template}” would have {length} characters or more; a GS1 barcode carries 20. Shorten it."
    ),
    "catalog.template_once": N_("The lot number template must contain “{field}” between braces, exactly once."),
    "catalog.template_syntax": N_("The lot number template “{template}” has a brace that is not closed. Correct it."),
    "catalog.unit_contradicts": N_(
        "The ratio of {unit} disagrees with what {other} and {base} say. Correct one of them."
    ),
    "catalog.unit_twice": N_("The unit {unit} is given twice for this item. Keep one ratio to the base unit."),
    "catalog.unit_used": N_(
        "Goods of “{item}” have been recorded, so {unit} cannot change for days that have begun. Give a day "
        "after {today}."
    ),
    "catalog.limits_crossed": N_("The coldest that goods bear must not be above the warmest."),
    "catalog.urgent_before_warn": N_(
        "The urgent warning would come before the first one. Give it fewer days, or a smaller share of the shelf life."
    ),
    "catalog.warehouse_code_bad": N_(
        "“{code}” cannot be the code of a warehouse. Use 1 to 12 lower-case letters a–z, digits and hyphens, no "
        "hyphen at either end, and neither “company” nor “partners”."
    ),
    "catalog.warehouse_code_taken": N_("There is already a warehouse “{code}”. Choose another code."),
    "catalog.warehouse_unknown": N_("There is no warehouse “{warehouse}”. Add it first."),
    "catalog.web_bad": N_("“{text}” is no web address. Write it as https://example.com/lots."),
}
