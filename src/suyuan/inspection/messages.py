"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "inspection.action_checked": N_("Whether this action helped has been said already."),
    "inspection.action_done": N_("This action has been reported as done already."),
    "inspection.action_not_done": N_("This action has not been done yet. Report it as done first."),
    "inspection.action_own": N_("Whoever did it does not judge whether it helped. Ask somebody else."),
    "inspection.action_unknown": N_("This report has no action {action}. Choose one from its list."),
    "inspection.action_without_effect": N_(
        "The last action did not help. Add another one before the report is closed."
    ),
    "inspection.actions_open": N_("These actions are not finished and checked: {actions}. Finish them first."),
    "inspection.answers_many": N_("{count} answers are too many at once; at most {most} are possible."),
    "inspection.aql_missing": N_("Sampling needs an AQL. Choose one, or give a fixed sample."),
    "inspection.changed_meanwhile": N_(
        "{number} has been changed by somebody else meanwhile. Open it again, and enter what is missing."
    ),
    "inspection.check_name": N_("The check has no name. Give it one, in Chinese or English."),
    "inspection.choices_missing": N_("A check with a list needs the list, and which of it conform."),
    "inspection.decided_already": N_("{number} has its verdict. What was found wrongly is put right by a new version."),
    "inspection.files_many": N_("{count} files are too many for one inspection; at most {most} are possible."),
    "inspection.good_unknown": N_("{value} is not in the list. Write it as it stands there."),
    "inspection.goods_left": N_(
        "{quantity} of it still lie here as rejected. Return, rework, scrap or accept them before the report is closed."
    ),
    "inspection.goods_under_way": N_(
        "What goes back to the supplier is still under way: {notes}. Confirm that he has it, or void the return."
    ),
    "inspection.goods_unknown": N_("Nothing is known of {goods}. Check the number."),
    "inspection.item_and_category": N_("A plan is for an item or for a category. Leave one of them empty."),
    "inspection.item_unknown": N_("There is no item {item}. Choose one from the list."),
    "inspection.limits_missing": N_("A measured check needs a limit. Give the lower or the upper one, or both."),
    "inspection.limits_order": N_("The upper limit is below the lower one. Check both."),
    "inspection.needed": N_(
        "{goods} has the inspection plan {plan}. Open its inspection and enter the results before it is passed."
    ),
    "inspection.no_choice": N_("“{text}” is not possible here. Choose one of: {allowed}."),
    "inspection.no_number": N_("“{text}” is no number. Type what was measured, such as 12.5."),
    "inspection.no_such_cell": N_("Nothing is asked of piece {sample} by check {check}. Check both numbers."),
    "inspection.no_yes_or_no": N_("“{text}” is neither yes nor no. Answer with yes or no."),
    "inspection.not_decided": N_("Nobody has said yet what becomes of the goods. Decide that first."),
    "inspection.nothing_waits": N_("Nothing of {goods} waits for its inspection here. Check the lot and the delivery."),
    "inspection.other_goods": N_("{goods} is not what {number} was opened for. Open the inspection of these goods."),
    "inspection.outside_plan": N_(
        "By the plan this lot is not accepted: {found} found, {accept} allowed. Fail it, or accept it all the same "
        "with a second person."
    ),
    "inspection.owner_missing": N_("Who sees to it? Give a user name."),
    "inspection.paper_missing": N_("{paper} has not been found good. Look at it, or fail the lot."),
    "inspection.person_unknown": N_("There is no account “{name}” in use. Check the user name."),
    "inspection.photo_missing": N_(
        "The plan wants photos: {count}. There are {there}. Bring them in before the lot is passed."
    ),
    "inspection.plan_twice": N_("The plan {plan} is for the very same goods. Change that one, or switch it off."),
    "inspection.plan_unknown": N_("There is no inspection plan {plan}. Check its code, or add the plan first."),
    "inspection.reason_missing": N_("Give the reason."),
    "inspection.report_closed": N_("{number} is closed. Report anew what has come to light since."),
    "inspection.report_unknown": N_("This warehouse has no report {number}. Check the number."),
    "inspection.results_missing": N_("Results missing: {count}. Enter all of them before the lot is passed."),
    "inspection.revised_already": N_("{number} has been put right already. Open its latest version."),
    "inspection.same_results": N_("Nothing differs from what stands there. Enter what was found wrongly."),
    "inspection.stopped": N_(
        "Inspection of this supplier's lots is stopped after five that were not accepted. Fail the lot, accept it all "
        "the same with a second person, or let inspection begin again once the cause is mended."
    ),
    "inspection.supplier_unknown": N_("There is no supplier {supplier}. Choose one from the list."),
    "inspection.text_long": N_("The text has {length} signs; at most {longest} are possible. Shorten it."),
    "inspection.unknown": N_("This warehouse has no inspection {inspection}. Open it from the list."),
    "inspection.which_delivery": N_("{goods} came with several deliveries. Choose which one is inspected."),
}
