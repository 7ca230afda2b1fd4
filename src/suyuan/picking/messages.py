"""What is refused on this floor, code → English sentence."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "picking.aisle_at": N_("{aisle} is an aisle: only a cross aisle says where it crosses. Leave that empty."),
    "picking.back_too_much": N_("Only {picked} was picked for this task; no more can be put back."),
    "picking.bin_missing": N_("Scan the bin {bin} first."),
    "picking.bin_other": N_("This is {scanned}. Go to {bin}, and scan that."),
    "picking.broken": N_("{goods} was put on hold since this was planned ({why}). Other goods are looked for."),
    "picking.category_unknown": N_("There is no category {category}. Choose one of the list, or none for all."),
    "picking.cross_nowhere": N_("Say where the cross aisle {aisle} is: its coordinate along the aisles, in metres."),
    "picking.cross_one_way": N_("{aisle} is a cross aisle; those are walked both ways. Choose both ways."),
    "picking.dead_end": N_(
        "These aisles can be entered but not left, or the other way round: {aisles}. Let one be walked both ways."
    ),
    "picking.goods_other": N_("This is {scanned}, but {goods} is wanted. Look again."),
    "picking.goods_unread": N_("“{scanned}” names no goods. Scan the label of the goods again."),
    "picking.kind_unknown": N_("There is no such way of picking: {kind}. Choose single, batch, cluster or zone."),
    "picking.lot_missing": N_("The lot must be scanned here: scan the label of {goods}."),
    "picking.most_orders": N_("A tour takes between 1 and {most} orders. Enter such a number."),
    "picking.most_stops": N_("A tour visits between 1 and {most} places. Enter such a number."),
    "picking.not_kept": N_(
        "{goods} is not kept for {number} any longer. Say that it is short, so that others are found."
    ),
    "picking.nothing_in_bins": N_(
        "What is kept for these orders lies in no bin from which orders are picked. Put it away first."
    ),
    "picking.nothing_picked": N_("Nothing was picked for this task, so nothing can be put back."),
    "picking.nothing_to_pick": N_("Nothing is kept for these orders that is not being picked already. Reserve first."),
    "picking.orders_many": N_("A wave has at most {most} orders. Leave some for the next one."),
    "picking.position_unknown": N_("The trolley has no position {position} on this tour."),
    "picking.short_reason": N_("Say why so much lacks: choose one of the reasons."),
    "picking.task_ended": N_("This was picked already, or is to be picked no longer. Go on with the next one."),
    "picking.task_unknown": N_("There is no such task in this warehouse."),
    "picking.too_much": N_("Only {left} {unit} is wanted from here. Enter no more than that."),
    "picking.tote_twice": N_("The tote {tote} is used for another order of this tour. Take another one."),
    "picking.tour_ended": N_("The tour {tour} is at its end. Choose another one."),
    "picking.tour_not_taken": N_("Nobody has taken the tour {tour}. Take it first."),
    "picking.tour_of_other": N_("Somebody else picks the tour {tour}. Choose another one."),
    "picking.tour_unknown": N_("There is no such tour in this warehouse."),
    "picking.wave_ended": N_("The wave {wave} is at its end already."),
    "picking.wave_unknown": N_("There is no such wave in this warehouse."),
    "picking.zone_missing": N_("Say which zone is picked."),
}
