"""Sentences for what is refused at the desk itself."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "desk.button_unknown": N_("This button is not known. Open the page anew and try again."),
    "desk.figures_span": N_("Figures are of at least one day and at most {days}, the first day before the last."),
    "desk.balance_kind": N_(
        "“{text}” is neither lot, serial, item nor work order. Balances are of goods: enter their number or code."
    ),
    "desk.note_not_under_way": N_(
        "Nothing is under way to this warehouse under that number. Check the dispatch note, or what is in the list."
    ),
    "desk.nothing_changed": N_("Nothing differs from what was recorded. Change what was wrong."),
    "desk.nothing_confirmed": N_("Nothing is confirmed yet. Scan what came, or say that all came as sent."),
    "desk.scan_not_in_transfer": N_("{text} is not part of this transfer. Check the label; put it aside if it is not."),
    "desk.receipt_unknown": N_("There is no such receipt in this warehouse. Look for it by one of its lots."),
    "desk.keep_missing": N_("Say which of the two goes on."),
    "desk.rule_unknown": N_("There is no rule “{name}”. Open the page of the data quality and choose there."),
    "desk.shipment_unknown": N_("No shipment of yours is found here. Choose one from your deliveries."),
    "desk.right_missing": N_(
        "Your roles do not include the right “{right}” in the warehouse {warehouse}; "
        "ask an administrator, or choose another warehouse."
    ),
    "desk.not_found": N_(
        "Nothing is known as “{text}”. Check the characters, or scan the label again; "
        "the beginning of a number is enough."
    ),
    "desk.too_long": N_("What was entered has {length} characters; at most {longest} are read."),
    "desk.not_held": N_("“{text}” is not on hold by itself. Open its page to see what stands on it."),
    "desk.dossier_goods": N_("A dossier is made of a lot or serial that was recorded. Open it from its page."),
    "desk.dossier_several": N_("That means several lots. Search for it, and open the dossier from the page of one."),
    "desk.event_unknown": N_("There is no such event that you may see."),
    "desk.report_unknown": N_("There is no report {name}. Choose one of the list."),
    "desk.record_unknown": N_("There is no such record in the audit. Search for it again."),
    "desk.uri_unknown": N_("“{text}” is not the address of a thing; scan its label or search for it above."),
    "desk.tab_unknown": N_("The page of this thing has no tab “{text}”; open the page itself and choose there."),
    "desk.date_wrong": N_("“{text}” is not a date; write it as 2026-11-30."),
    "desk.not_in_place": N_("{goods} is not in {place}. Scan where it is taken from, or leave that out."),
    "desk.no_way_back": N_("This cannot be moved back by one step. Move the goods by hand."),
    "desk.time_wrong": N_("“{text}” is not a time; write it as 2026-11-30T14:00."),
    "desk.number_wrong": N_("“{text}” is not a whole number of days."),
    "desk.known_narrow": N_(
        "What was known at a time is told of at most {most} lots and serial numbers. Narrow it to an item or a lot."
    ),
    "desk.nothing_signed": N_("Nothing is taken or refused. Enter how much of each the recipient takes."),
    "desk.sign_or_photo": N_("Let the recipient sign, or take a photo of the goods where they stand."),
    "desk.signer_missing": N_("Enter the name of whoever takes the goods."),
    "desk.lines_missing": N_("There is no line yet; scan the goods first."),
    "desk.lines_too_many": N_("There are {count} lines; at most {most} go into one document. Record these first."),
    "desk.item_unknown": N_("No item is known as “{text}”; check the code, or create the item first."),
    "desk.goods_ambiguous": N_(
        "Several lots have the number “{text}”; scan the whole label, so that the item is clear."
    ),
    "desk.item_not_free": N_(
        "Of {item} nothing is free in this warehouse; what is here is not released, held or expired."
    ),
    "desk.proof_missing": N_(
        "There is no proof for this event yet: it waits for its leaf, or the tiles of its log are elsewhere."
    ),
    "desk.register_unknown": N_("There is no list “{name}”; choose one under Master data."),
    "desk.row_unknown": N_("“{key}” is not among {register}; search for it in the list."),
    "desk.key_taken": N_("{key} exists already; open that one, or choose another code."),
    "desk.change_unknown": N_("This change cannot be put back; open the history again and choose another."),
    "desk.reason_missing": N_("Say why; the reason is kept in the history."),
    "desk.copies_wrong": N_("“{text}” is no number of labels. Enter 0 to {most}."),
    "desk.print_job_unknown": N_("There is no such print job in this warehouse; it may have been forgotten since."),
    "desk.nothing_to_fill": N_("No pick face can be filled by “{text}”: enough lies there, or reserve has none."),
    "desk.nothing_selected": N_("No row is selected; tick the rows first."),
    "desk.bulk_too_many": N_(
        "At most {most} rows are changed at once; filter for fewer, or bring the change in as a spreadsheet."
    ),
    "desk.result_unknown": N_("Nothing was recorded under this request; record it first, or search for its number."),
    "desk.scan_no_item": N_("“{text}” names no item. Scan the label of the goods, or type the item's code."),
    "desk.scan_no_goods": N_("“{text}” is neither a lot, a serial nor a container that is in stock here."),
    "desk.register_missing": N_("Choose what the rows of the file are."),
    "desk.file_missing": N_("Choose a file."),
    "desk.import_unknown": N_(
        "There is no such import of yours. It may be older than what is kept; send the file again."
    ),
    "desk.rows_missing": N_("There are no rows under the head of the sheet “{sheet}”. Fill it in and send it again."),
    "desk.column_missing": N_("No column holds “{field}”. Choose it over the column that does."),
    "desk.export_large": N_(
        "These are {count} rows; a workbook is made of at most {most}. Narrow the list, or take the CSV file."
    ),
    "desk.deed_unknown": N_("Nothing was done: the page asked for something that does not exist. Open it again."),
    "desk.results_missing": N_("Choose the spreadsheet with the results."),
    "desk.results_columns": N_("No column of the sheet is called like a check. The checks are called: {names}."),
    "desk.results_piece": N_("“{text}” in the first column is no number of a piece. Number the pieces 1, 2, 3 …"),
    "desk.nothing_to_concede": N_("Nothing of “{text}” lies here rejected or expired."),
    "desk.nothing_to_extend": N_("Nothing of “{text}” lies here released and with a last day. Inspect it first."),
    "desk.until_earlier": N_("It keeps until {last} already. Give a later day than that; {day} is none."),
    "desk.until_unsaid": N_("Say until which day it keeps."),
    "desk.until_missing": N_("It has expired. Say until which day it is good all the same."),
    "desk.no_order_chosen": N_("No order is chosen; tick those that are to be picked."),
    "desk.announcement_missing": N_("Paste the text of the announcement, or search for the lot above."),
    "desk.hour_wrong": N_("“{text}” is no time of day. Write it as 16:30."),
}
