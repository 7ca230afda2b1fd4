"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "stocktake.days_missing": N_(
        "This plan makes nothing due. Say for at least one class after how many days it is counted again."
    ),
    "stocktake.zone_elsewhere": N_(
        "There is no place “{zone}” in the warehouse {warehouse}. Choose one of its places."
    ),
    "stocktake.category_unknown": N_("There is no category “{category}”. Check the code, or add the category first."),
    "stocktake.team_unknown": N_("There is no team “{team}”. Choose one of the teams."),
    "stocktake.person_unknown": N_("Nobody has the user name “{person}”. Check it."),
    "stocktake.one_counter": N_("Name either a team or a person who counts, not both."),
    "stocktake.plan_unknown": N_("There is no counting plan “{plan}” for this warehouse. Check the code."),
    "stocktake.scope_missing": N_("Which bins? Choose a plan, or name bins or a zone."),
    "stocktake.nothing_due": N_("No bin of this plan is due today."),
    "stocktake.bins_missing": N_("There is no bin to count in what you named. Choose a zone with bins, or a bin."),
    "stocktake.bins_many": N_("{count} bins are too many for one sheet; at most {most} are possible. Divide them."),
    "stocktake.bin_taken": N_("{bin} is on the open sheet {sheet} already. Finish or cancel that one first."),
    "stocktake.sheet_unknown": N_("There is no such count sheet in this warehouse."),
    "stocktake.sheet_closed": N_("The sheet {sheet} is closed. Count on a new sheet."),
    "stocktake.sheet_not_counted": N_("Nothing has been counted on {sheet} yet. Count first, or cancel the sheet."),
    "stocktake.sheet_not_ready": N_("The sheet {sheet} is still being counted. Finish the count before you post it."),
    "stocktake.still_blind": N_("{sheet} is counted blind. What differs is shown as soon as the count is finished."),
    "stocktake.bin_not_on_sheet": N_("{bin} is not on this sheet. Check the label of the bin."),
    "stocktake.bin_first": N_("Which bin is it in? Scan the bin first."),
    "stocktake.goods_unread": N_("“{text}” does not say which goods it is. Scan the label with the item on it."),
    "stocktake.bins_open": N_(
        "Bins that are not done yet: {count}, the first is {bin}. Count them, or leave them out this time."
    ),
    "stocktake.lines_many": N_("{count} lines are too many at once; at most {most} are possible. Divide them."),
    "stocktake.line_reused": N_("This line was sent before with other contents. Count it as a new line."),
    "stocktake.counted_already": N_(
        "You have counted {goods} in {bin} already, as {counted} {unit}. Strike that line first, or leave this one out."
    ),
    "stocktake.line_unknown": N_("There is no such line of yours on this sheet."),
    "stocktake.container_quantity": N_(
        "A pallet or box is counted as one. Leave the quantity empty, or enter 0 if it is not there."
    ),
    "stocktake.recount_other": N_("You counted {bin} before. Another person has to count it again."),
    "stocktake.not_to_recount": N_("Nothing in {bin} has to be counted again."),
    "stocktake.bin_has_goods": N_("You have counted goods in {bin}. Strike those lines first, if it is empty."),
    "stocktake.decision": N_("“{value}” is not possible here. Accept what was counted, or let it be counted again."),
    "stocktake.reason_unknown": N_("“{value}” is no reason. Choose one of: {allowed}."),
    "stocktake.finding_unknown": N_("This sheet has no such goods in {bin}."),
    "stocktake.reason_needed": N_(
        "{goods} in {bin}: the book has {book} {unit}, counted were {counted}. Say why they differ."
    ),
    "stocktake.disputed": N_(
        "{goods} in {bin}: two people counted differently. Let it be counted again, or accept the later count."
    ),
    "stocktake.changed_meanwhile": N_(
        "Something was counted or decided since you looked. Look at the differences again before you post."
    ),
    "stocktake.posted_meanwhile": N_("Somebody else has posted or changed this sheet just now. Look at it again."),
    "stocktake.signer_counted": N_(
        "Somebody who counted on this sheet cannot sign its differences. Another person has to."
    ),
}
