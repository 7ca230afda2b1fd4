"""The sentences for what this package refuses or asks about."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "production.bom_unknown": N_("{item} has no bill of material “{bom}”. Add it first, or choose another version."),
    "production.bom_used": N_(
        "Work orders were made by version {bom} of the bill of {item}, so it stays as it is. Add a new version."
    ),
    "production.cancel_begun": N_("Something was made or used for {number} already. Close it instead."),
    "production.close_short": N_("Only {percent} % of {number} was made. Say why it is closed all the same."),
    "production.component_missing": N_(
        "The bill of {number} wants {item}, but none of it is named. Scan it, or confirm that there is none in it."
    ),
    "production.gauge_empty": N_(
        "The book has nothing in {tank}, so nobody can say of which lot this is. Record what was filled in first."
    ),
    "production.item_closed": N_("{item} is no longer in use. Choose another item, or open it again."),
    "production.line_missing": N_("{number} has no line in this warehouse. Say where the material goes."),
    "production.made_missing": N_("How much came out? Type it first."),
    "production.no_parts": N_("There are no parts in {goods}. Check its number."),
    "production.not_at_line": N_(
        "{lacking} of {item} is lacking at the line, which the bill wants. Bring it there, or scan what was used."
    ),
    "production.not_in_bom_in": N_(
        "{item} is not in the bill of {number}. Check the label, or confirm that it is used all the same."
    ),
    "production.not_in_bom_out": N_(
        "{item} is not what {number} makes. Check the item, or confirm that it came out all the same."
    ),
    "production.not_one_serial": N_("Name one serial number: the product that the parts belong to."),
    "production.nothing_to_plan": N_("All the material of {number} is ordered already."),
    "production.of_itself": N_("{item} cannot be made of itself."),
    "production.over_consumed": N_(
        "{number} takes {need} {unit} of {item}; with this it would be {used}. Check the quantity, or confirm it."
    ),
    "production.over_issued": N_(
        "{number} takes {need} {unit} of {item}; with this {used} would have come to the line. Check the quantity, or "
        "confirm it."
    ),
    "production.over_planned": N_(
        "{number} wants at most {most} {unit} of {item}; {before} were made, and {now} come now. Check the quantity, "
        "or confirm that more is made."
    ),
    "production.not_drained": N_("There is nothing in {tank}, so nothing can be drained."),
    "production.part_of": N_("{goods} is a part of {whole}. Take it out first."),
    "production.place_elsewhere": N_("There is no place “{place}” in the warehouse {warehouse}."),
    "production.reason_missing": N_("Give the reason."),
    "production.state_by_command": N_("Close, cancel or reopen the work order {number} on its page, with a reason."),
    "production.tank_twice": N_("Another tank has the asset number {giai} already."),
    "production.scrap_blocked": N_(
        "{goods} is {state}. What is blocked is destroyed by two people, not scrapped at the line."
    ),
    "production.scrap_elsewhere": N_(
        "{goods} lies in {place}, which is no line. Have it destroyed there by two people, or bring it to the line."
    ),
    "production.tank_elsewhere": N_("{tank} stands in the warehouse {warehouse}. Choose that warehouse first."),
    "production.tank_full": N_("{tank} holds {most} {unit}; with this it would be {would}. Fill in less."),
    "production.tank_other_item": N_("{tank} is for {wanted}, not for {item}."),
    "production.tank_mixed": N_("There is {there} in {tank}. Empty and clean it before {item} is filled in."),
    "production.tank_unclean": N_(
        "{tank} was cleaned last {time}; it is to be clean every {hours} hours. Clean it first, or confirm."
    ),
    "production.tank_waits": N_(
        "{goods} is not free ({state}). What is in {tank} runs together: nothing of it could be drawn until all of it "
        "is free. Confirm, or take another lot."
    ),
    "production.tank_short": N_("There is only {there} {unit} of it in {tank}. Check the quantity, or gauge the tank."),
    "production.tank_unknown": N_("There is no tank “{tank}”. Add it to the list of tanks, or check its number."),
    "production.work_begun": N_(
        "Something was made or used for {number} already: its product, bill and warehouse stay as they are."
    ),
    "production.work_cancelled": N_("The work order {number} is cancelled. Reopen it first."),
    "production.work_closed": N_("The work order {number} is closed. Reopen it first."),
    "production.work_draft": N_("The work order {number} is a draft. Open it first."),
    "production.work_elsewhere": N_(
        "The work order {number} is for the warehouse {warehouse}. Choose that warehouse first."
    ),
    "production.work_ended": N_("The work order {number} is at its end. Reopen it to change this."),
    "production.work_first": N_("Scan the work order first, or choose it from the list."),
    "production.work_open": N_("The work order {number} is open already."),
    "production.work_unknown": N_("There is no work order “{number}”. Check its number."),
    "production.yield_limits": N_("The greatest yield is less than the least. Correct one of them."),
    "production.yield_outside": N_(
        "With so much {item} the yield of {number} is {yield} %; {least} to {most} % are usual. Check the quantities, "
        "or give the reason."
    ),
}
