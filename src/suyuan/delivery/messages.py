"""What is refused on this floor, code → English sentence."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "delivery.channel_unknown": N_("No despatch advices go to {code}. Add a channel first."),
    "delivery.customer_wrong": N_("{partner} is no customer. Choose a customer."),
    "delivery.url_wrong": N_("“{url}” leads nowhere. A webhook begins with https://, an address of mail with mailto:."),
    "delivery.account_closed": N_("The carrier account {account} is not in use. Choose another, or put it to use."),
    "delivery.account_unknown": N_("There is no carrier account {account}. Choose one of the list."),
    "delivery.adapter_unknown": N_("There is no connection called “{adapter}”. Choose one of: {known}."),
    "delivery.address_host": N_(
        "The address leads to {host}, which is not a public host. Give a public one, or let the administrator declare "
        "the host (SUYUAN_WEBHOOK_HOSTS)."
    ),
    "delivery.address_wrong": N_(
        "“{text}” is no address of the internet. It begins with https://, as carriers give it."
    ),
    "delivery.arrived": N_("The consignment {number} has arrived. It cannot be cancelled any more."),
    "delivery.booked_already": N_(
        "The shipment {number} is booked with {account} already. Cancel that booking first, or take another account."
    ),
    "delivery.carrier_answer": N_(
        "{carrier} answered what nobody can read: {text}. It is tried again; if it stays so, ask the carrier."
    ),
    "delivery.carrier_cannot": N_("{carrier} offers no way to do this. Do it by telephone."),
    "delivery.carrier_lost": N_(
        "The worker stopped while {carrier} was asked. The carrier is asked what became of it."
    ),
    "delivery.carrier_refused": N_("{carrier} refused: {text}. Put right what he names, then try again."),
    "delivery.carrier_signature": N_("{carrier} does not accept our key ({text}). Enter the keys of the account anew."),
    "delivery.carrier_silent": N_("{carrier} does not answer ({text}). It is tried again by itself."),
    "delivery.carrier_wrong": N_("The account's partner {partner} is no carrier. Choose one, or tick “Carrier” there."),
    "delivery.code_wrong": N_("The code {code} becomes part of an address: use letters, digits, - and _ alone."),
    "delivery.consignment_unknown": N_("There is no such consignment in this warehouse. Look it up in the list."),
    "delivery.cutoff_wrong": N_(
        "“{text}” is no time of leaving. Write weekdays and a time, such as “1-5 16:30; 6 12:00”."
    ),
    "delivery.field_needed": N_("This connection needs “{field}”. Enter it as the carrier gave it."),
    "delivery.mapping_wrong": N_("The mapping cannot be used: {text}. Compare it with the example in the handbook."),
    "delivery.not_cancellable": N_(
        "The consignment {number} is {state}. Only what is booked or waits can be cancelled."
    ),
    "delivery.not_failed": N_("The consignment {number} was not given up. It is tried by itself."),
    "delivery.parcels_wrong": N_("A consignment has 1 to {most} parcels. Put the number right."),
    "delivery.reason_missing": N_("Say why. Whoever looks at the consignment later reads it."),
    "delivery.recipient_unknown": N_(
        "The recipient of {number} is no partner with an address. Enter the address at the partner, then book again."
    ),
    "delivery.recipient_without_address": N_(
        "{partner} has no address, and a carrier needs one. Enter it at the partner, then book again."
    ),
    "delivery.secret_lost": N_(
        "The key “{name}” of the account {account} can no longer be read. Enter it anew at the account."
    ),
    "delivery.secret_missing": N_("The account {account} lacks “{name}”. Enter it at the account."),
    "delivery.secret_unknown": N_("The account {account} keeps nothing called “{name}”. It keeps: {known}."),
    "delivery.service_unknown": N_("The account {account} has no service “{service}”. Choose one of the list."),
    "delivery.services_many": N_("An account has at most {most} services. Leave some out."),
    "delivery.services_wrong": N_(
        "“{text}” is no service, or stands there twice. Write a code and its name on each line."
    ),
    "delivery.waybill_long": N_("A waybill number has at most 60 characters. Check it."),
    "delivery.waybill_missing": N_(
        "The account {account} only follows waybills. Enter the number that the carrier gave."
    ),
    "delivery.weight_wrong": N_("“{text}” is no weight in kilograms. Write a number such as 12.5."),
}
