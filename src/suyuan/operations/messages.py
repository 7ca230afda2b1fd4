"""The sentences for what this package refuses or asks about."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "operations.attachments_many": N_("At most {most} files go with one paper. Join some of them into one PDF."),
    "operations.bin_full": N_("{place} would hold {would}, but bears {most}. Choose another place, or say why."),
    "operations.bin_pallets": N_("{place} would hold {would} pallets; there is room for {most}. Choose another place."),
    "operations.class_reserved": N_("{place} is kept for goods of the class {has}. Choose another place, or say why."),
    "operations.wrong_class": N_(
        "These goods are kept as {wanted}, but {place} is for {has}. Choose another place, or say why."
    ),
    "operations.hazards_together": N_(
        "Dangerous goods of the classes {one} and {other} may not lie in one place. Choose another place than {place}."
    ),
    "operations.hazards_beside": N_(
        "Goods of the hazard class {one} may not lie in {place}: beside it, in {beside}, is class {other}. "
        "Choose a place further away."
    ),
    "operations.block_unknown": N_(
        "{goods} is not under the block {block}. Choose one of the blocks shown with these goods."
    ),
    "operations.choice": N_("“{value}” is not possible here. Choose one of: {allowed}."),
    "operations.container_elsewhere": N_(
        "{container} stands in the warehouse {warehouse}. Transfer it first, or check its number."
    ),
    "operations.container_empty": N_("There is nothing in {container}. Check the number of the container."),
    "operations.container_full": N_("{container} is not empty. Unpack it first."),
    "operations.delivery_date_missing": N_(
        "When will the customer have it? {item} needs a minimum remaining life on delivery. Give the delivery date."
    ),
    "operations.delivery_past": N_("{day} is past. Say when the customer will have the goods."),
    "operations.event_declared": N_("The event {event} has been declared wrong already."),
    "operations.event_foreign": N_("The event {event} was recorded by another system. Correct it there."),
    "operations.event_unknown": N_("This warehouse has no event {event}. Check its id."),
    "operations.expired_on_arrival": N_(
        "{item} lot {lot} expired on {expiry}. Refuse the delivery, or confirm that you take it in all the same."
    ),
    "operations.expiry_conflict": N_(
        "{item} lot {lot} is to expire on {expiry}, but {known} was recorded on {time} by {who}. A lot has one expiry: "
        "correct this line, or the earlier record, or take the goods in under another lot number."
    ),
    "operations.expiry_announced": N_(
        "{item} lot {lot} is to expire on {expiry}, but the supplier announced {known}. Check the label and confirm."
    ),
    "operations.expiry_missing": N_(
        "{item} has a shelf life, but no expiry date is given. Give the expiry or production date from the label."
    ),
    "operations.goods_unknown": N_("Nothing is known of {goods}. Check the lot or serial number."),
    "operations.here_already": N_(
        "{goods} is here already: {who} took it in on {time}. Check the number; if it left, record how it left first."
    ),
    "operations.in_the_future": N_("{time} is still to come. Give the time at which it happened."),
    "operations.into_itself": N_("{container} cannot be put into itself."),
    "operations.item_closed": N_(
        "{item} is no longer in use: no more of it can come in or be made. Choose another item, or open it again."
    ),
    "operations.item_unknown": N_("There is no item “{item}”. Check the code, or add the item first."),
    "operations.items_differ": N_("These are lots of different items. Split and merge lots of one item only."),
    "operations.kept_for_others": N_(
        "{goods} is reserved for {orders}; what is left here would not be enough. Take another lot, or release that "
        "first."
    ),
    "operations.nothing_free": N_("Nothing that order {number} wants is free here. See what is on hold or reserved."),
    "operations.nothing_open": N_("Nothing of order {number} is open any more; nothing needs to be reserved."),
    "operations.nothing_reserved": N_("Nothing is reserved for order {number}."),
    "operations.order_of_other": N_("Order {number} is for the warehouse {warehouse}. Choose that warehouse first."),
    "operations.lacking": N_(
        "Line {line}: of {wanted} {unit} {item} only {free} can be had, {missing} are lacking. Order them, or "
        "take less."
    ),
    "operations.no_single_lot": N_(
        "Line {line}: no one lot has {wanted} {unit} {item}; the largest has {best}, all together {free}. Allow "
        "several lots, or take less."
    ),
    "operations.line_unknown": N_("Order {number} has no line {line}."),
    "operations.not_urgent": N_(
        "Order {number} is not urgent. Only an urgent order takes over what is kept for others: mark it first."
    ),
    "operations.nothing_to_take": N_(
        "Nothing that order {number} lacks is kept for orders that are less urgent. Reserve what is free."
    ),
    "operations.swap_amount": N_("{kept} are kept of it. Swap that much, or less, but something."),
    "operations.swap_little": N_(
        "Of {goods} only {free} {unit} are free, {wanted} are needed. Swap so much, or scan another lot."
    ),
    "operations.swap_not_free": N_("{goods} is not free. Scan another lot."),
    "operations.swap_not_here": N_("{goods} is not in this warehouse. Scan the label again, or another lot."),
    "operations.swap_nothing": N_(
        "Nothing of that is kept for line {line} of order {number}. Reserve goods for it first."
    ),
    "operations.swap_owner": N_("{goods} belongs to another owner than the order asks for. Scan another lot."),
    "operations.swap_reason": N_("{better} should go before {goods}. Take that one, or say why not."),
    "operations.swap_same": N_("{goods} is the lot that is kept already. Scan the other one."),
    "operations.swap_single": N_("Order {number} wants each line from one lot: swap the whole line."),
    "operations.swap_unknown": N_(
        "“{scan}” names no lot of {item}. Scan the label of the goods, or type their lot number."
    ),
    "operations.swap_wanted": N_("The line asks for lot {lot} and no other; {goods} is another one."),
    "operations.swap_which": N_("{count} lots are kept for this line. Say which one is given up."),
    "operations.lines_many": N_("{count} lines are too many at once; at most {most} are possible. Divide them."),
    "operations.lines_missing": N_("Nothing is entered. Scan or type at least one line."),
    "operations.load_cancelled": N_("The load {number} was cancelled. Begin another one."),
    "operations.load_differs": N_("What is to go is not what was loaded as {number}. Scan again what is on the truck."),
    "operations.load_empty": N_("Nothing is on the truck yet. Scan what is loaded as {number}."),
    "operations.load_inside": N_("{goods} stands on {container}, which goes as a whole. Scan that one."),
    "operations.load_known": N_("Order {number} is being loaded as {load} already. Go on there."),
    "operations.load_missing": N_(
        "Not on the truck, or not wholly: {goods}. Load them, or confirm that they stay, and say why. Rows: {count}."
    ),
    "operations.load_much": N_("Only {left} {unit} of {goods} is still to be loaded. Leave the rest here."),
    "operations.load_not_on": N_("{goods} is not on this truck."),
    "operations.load_nothing": N_("Nothing stands ready for order {number}. Pick and pack it first."),
    "operations.load_open": N_("The load {number} is not closed yet. Scan what is missing, and close it."),
    "operations.load_other": N_("Wrong: {goods} does not belong to order {order}. Do not load it."),
    "operations.load_shipped": N_("The load {number} has left."),
    "operations.load_twice": N_("{goods} is on the truck already, scanned at {time}."),
    "operations.load_unknown": N_("There is no such load in this warehouse."),
    "operations.lot_missing": N_("The lot number of {item} is missing. Scan or type it from the label."),
    "operations.lot_not_tracked": N_("{item} has no lots. Leave the lot number empty."),
    "operations.lot_received": N_(
        "{item} lot {lot} of this notice is here already: {who} took it in on {time}. Confirm only if there is more."
    ),
    "operations.lots_exhausted": N_(
        "Lot numbers like {lot} are taken already. Give the lots numbers of your own, or change the "
        "category's template."
    ),
    "operations.made_of_itself": N_("{goods} cannot be made of itself. Give what comes out another lot number."),
    "operations.more_than_under_way": N_(
        "Only {there} of {goods} is under way there. Check the quantity and the paper."
    ),
    "operations.moved_nowhere": N_("It is in {place} already. Choose another place."),
    "operations.never_sent": N_(
        "The customer had only {there} of {goods} from us, and {wanted} come back. Check the number, or confirm that "
        "you take it back all the same."
    ),
    "operations.more_than_announced": N_(
        "Under the permission {number} {most} {unit} of {item} may come back; {before} came before, and {now} come "
        "now. Take less, or confirm that all of it is taken back."
    ),
    "operations.rma_closed": N_(
        "The permission {number} is closed. Check the number, or confirm that the goods are taken back all the same."
    ),
    "operations.rma_of_another": N_("The permission {number} was given to another customer. Check both."),
    "operations.condition_unknown": N_(
        "{goods} came back and nobody has said how it looks. Look at it and choose its condition, then pass it."
    ),
    "operations.not_in_shipment": N_(
        "The customer did not get {goods} with the shipment {desadv}. Choose one of the shipments that the page offers."
    ),
    "operations.cold_chain_broken": N_(
        "The cold chain of {goods} was broken before it came back. Rework it, send it back or destroy it."
    ),
    "operations.stranger_what": N_("Say what it is: what is written on it, or how it looks."),
    "operations.good_destroyed": N_(
        "{goods} is released and still good. Say in words why it is destroyed, or take what is not."
    ),
    "operations.witness_missing": N_("This firm wants somebody from outside to see it. Give the name of the witness."),
    "operations.not_carrier": N_("{partner} is no carrier. Choose a carrier."),
    "operations.not_container": N_("{value} is no container. Scan the label of the container."),
    "operations.not_customer": N_("{partner} is no customer. Choose a customer, or make the partner one."),
    "operations.not_in_event": N_("{goods} does not occur in this event."),
    "operations.not_from_him": N_(
        "No delivery of {supplier} brought {goods}. Check the supplier, or confirm that it goes to him all the same."
    ),
    "operations.not_rejected": N_("Only {there} of {goods} lies here as rejected. Check the lot and the quantity."),
    "operations.not_sent_back": N_(
        "Nothing went back to a supplier under “{desadv}”. Check the number of the return note."
    ),
    "operations.not_to_return": N_("In {number} nobody has decided that the goods go back. Decide that first."),
    "operations.not_to_rework": N_("In {number} nobody has decided that the goods are reworked. Decide that first."),
    "operations.lots_in_container": N_(
        "{container} takes one lot of these goods: lot {lot} may not lie in it with lot {other}. "
        "Take another container."
    ),
    "operations.lots_in_place": N_(
        "{place} takes one lot of these goods: lot {lot} may not lie there with lot {other}. Choose another place."
    ),
    "operations.not_inside": N_("There is not so much of {goods} in {container}. Check what is inside."),
    "operations.not_supplier": N_("{partner} is no supplier. Choose a supplier, or make the partner one."),
    "operations.no_receipt": N_("The event {event} is no receipt. Correct it where it is shown."),
    "operations.not_ordered": N_(
        "Order {number} has no {item}. Check the item, or have the order changed, or take it in without the order."
    ),
    "operations.notice_received": N_(
        "All of the notice {number} is here already: {who} took it in on {time}. Confirm only if there is more."
    ),
    "operations.nothing_left": N_("Nothing would be left of this event. Declare that it did not occur instead."),
    "operations.nothing_to_judge": N_(
        "Only {there} of {goods} waits for this verdict here. Check the lot, the quantity and the delivery."
    ),
    "operations.order_elsewhere": N_(
        "Order {number} is for the warehouse {warehouse}. Check the order, or confirm that the goods stay here."
    ),
    "operations.order_of_another": N_(
        "Order {number} is with the supplier {partner}. Check the order and the supplier."
    ),
    "operations.over_order": N_(
        "Order {number} takes at most {most} {unit} of {item}; {before} were here, and {now} come now. Take less, or "
        "confirm that all of it is taken in."
    ),
    "operations.issue_not_shipped": N_(
        "{number} is an issue order: its goods go to a place of ours when they are picked, not to a customer."
    ),
    "operations.order_of_customer": N_(
        "Order {number} is of the customer {partner}. Check the order and the customer."
    ),
    "operations.not_in_order": N_("Order {number} has no {item}. Take it off, or have the order changed."),
    "operations.above_order": N_(
        "Order {number} still takes {most} {unit} of {item}; {now} would go. Take less, or confirm that all of it goes."
    ),
    "operations.owners_differ": N_("The goods belong to different owners. Keep them apart."),
    "operations.partner_closed": N_(
        "{partner} is no longer in use. Choose another partner, or have this one opened again."
    ),
    "operations.partner_suspended": N_("{partner} is suspended. Ask quality or purchasing before going on."),
    "operations.partner_unknown": N_("There is no partner “{partner}”. Check the code, or add the partner first."),
    "operations.opening_known": N_(
        "{goods} has moved in this warehouse already, so this is no opening stock. Count it instead."
    ),
    "operations.place_missing": N_("Where was this counted? Give the place."),
    "operations.place_closed": N_(
        "{place} is closed: nothing can be brought there. Choose another place, or open it again."
    ),
    "operations.place_unknown": N_("There is no place “{place}” in this warehouse. Check the code on the bin."),
    "operations.places_differ": N_(
        "The goods lie in different places. Say which place you mean, or bring them together."
    ),
    "operations.produced_conflict": N_(
        "{item} lot {lot} is said to be made on {produced}; until now {known} was known. Check the label and confirm."
    ),
    "operations.produced_later": N_("{item} lot {lot} cannot have been made on {produced}, which is still to come."),
    "operations.quantity_missing": N_("How much of {item}? Give the quantity."),
    "operations.quantity_zero": N_("The quantity of {item} is 0. Give a quantity above 0, or remove the line."),
    "operations.defect_unknown": N_("“{value}” is no defect of a label. Choose one of: {allowed}."),
    "operations.label_has_no_tag": N_("A printed label has no tag number. Leave it empty, or say that it is a tag."),
    "operations.medium_unknown": N_("“{value}” is neither a label nor a tag."),
    "operations.tag_hex": N_("“{value}” is no number of a tag. Write it in hexadecimal, in groups of four digits."),
    "operations.tag_missing": N_("{goods} has no EPC of GS1. Read the number of the tag (TID)."),
    "operations.tag_of_other": N_("The tag {epc} is that of {goods}. Take a tag for these goods."),
    "operations.tag_on_one": N_("A tag is on one serial or one container. Name it."),
    "operations.tag_twice": N_("The tag {tag} is on two lines. Read both again."),
    "operations.reason_missing": N_("Give the reason."),
    "operations.recall_not_released_here": N_(
        "This block is a recall. Two people free goods of it on the page of the recall."
    ),
    "operations.repack_unequal": N_("{before} {unit} goes in, {after} {unit} comes out. Both must be equal."),
    "operations.serial_not_tracked": N_("{item} has no serial numbers. Give a quantity instead."),
    "operations.serial_twice": N_("A serial number of {item} is entered twice."),
    "operations.serials_count": N_("Serial numbers given: {count}; quantity: {quantity}. Make them agree."),
    "operations.serials_many": N_("{count} serial numbers are too many for one line; at most {most} are possible."),
    "operations.serials_missing": N_("The serial numbers of {item} are missing. Scan them."),
    "operations.shipment_of_another": N_("The shipment {desadv} is driven by another carrier. Only he has it signed."),
    "operations.shipment_signed": N_(
        "Something of the shipment {desadv} was signed for already. Take it back as a return, or correct the signature "
        "first."
    ),
    "operations.shipment_voided": N_("The shipment {desadv} was voided. Nothing of it is under way any more."),
    "operations.shipment_to_another": N_("Nothing of this shipment is under way to this customer. Check the customer."),
    "operations.shipment_unknown": N_(
        "Nothing is under way under “{desadv}”. Check the number of the despatch advice."
    ),
    "operations.short_life_on_arrival": N_(
        "{item} lot {lot} keeps for {days} d more; at least {least} are wanted on arrival. Refuse it, or confirm "
        "that you take it."
    ),
    "operations.short_remaining_life": N_(
        "{goods} will keep for {days} d when it is delivered; at least {least} are wanted. Choose another lot, or "
        "confirm."
    ),
    "operations.statuses_differ": N_("The goods are in different states ({statuses}). Keep them apart."),
    "operations.tank_not_empty": N_(
        "The book still has {left} in {tank}. Record first where that went, as drained or as a difference."
    ),
    "operations.time_zone_missing": N_("The time has no time zone. Give it with its offset, such as +08:00."),
    "operations.transfer_target": N_("“{warehouse}” is no other warehouse of ours. Choose one from the list."),
    "operations.size_strange": N_(
        "Length, width and height are three numbers in millimetres, up to {most}. Measure again, or leave all empty."
    ),
    "operations.weight_off": N_(
        "The scale says {measured} kg, but goods and container should weigh {expected} kg; {percent} % are allowed. "
        "Look what is in it, or say why."
    ),
    "operations.weight_strange": N_("{value} is no weight of a carton or pallet in kilograms. Weigh again."),
    "operations.weight_missing": N_("{item} is weighed each time. Give the weight of this quantity."),
    "operations.weight_not_kept": N_("{item} is not weighed each time. Leave the weight empty."),
    "operations.weight_unit": N_("{unit} is no unit of weight. Give the weight in kilograms or grams."),
    "operations.until_past": N_(
        "Until {day} cannot be said here. Goods are good longer by concession only, and until a day to come."
    ),
    "operations.wrong_temperature": N_(
        "{goods} wants “{wanted}”, but {place} is “{has}”. Choose another place, or confirm."
    ),
}
