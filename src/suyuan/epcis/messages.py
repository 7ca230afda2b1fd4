"""What is wrong with an event or document, in words for whoever has to put it right."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    # The file
    "epcis.too_large": N_(
        "The document has {size} bytes; at most {limit} are taken at once. Send it in several parts."
    ),
    "epcis.json": N_("This is not JSON: reading fails in line {line}, column {column}."),
    "epcis.utf8": N_("The text is not valid UTF-8. Save or send it in UTF-8."),
    "epcis.surrogate": N_(
        "A text holds half of a surrogate pair (\\ud800 to \\udfff). Write the character itself, or both halves."
    ),
    "epcis.nul": N_("A text holds the character NUL (\\u0000). Leave it out."),
    "epcis.not_finite": N_("{value} is no number in JSON. Leave the field out if the value is unknown."),
    "epcis.number_size": N_("The number {value} is too long or has too large an exponent."),
    "epcis.too_deep": N_("The values are nested too deeply. At most 32 levels are kept."),
    "epcis.name_twice": N_("The field {name} is given twice in one object. Keep one of them."),
    "epcis.too_many_problems": N_("There are more problems than shown. Correct these and send the document again."),
    # The document
    "epcis.root_type": N_(
        "The type “{value}” is not known. Send an EPCISDocument, an EPCISQueryDocument, one event or a list of events."
    ),
    "epcis.schema_version": N_(
        'schemaVersion is “{value}”; only version 2.0 is read. Convert the document, or write "2.0".'
    ),
    "epcis.context": N_(
        "An entry of @context must be the address of a context or an object that maps prefixes to namespaces."
    ),
    "epcis.context_namespace": N_(
        "The prefix {prefix} must stand for a namespace, a URI such as “https://example.com/ns/”."
    ),
    "epcis.attribute": N_("An attribute of master data must be a text, a number or an object."),
    "epcis.contradiction": N_(
        "The event {id} is told twice in this document, differently; {first} tells it first. "
        "Send one of the two, or declare the first an error."
    ),
    # Fields
    "epcis.field_missing": N_("The field {name} is missing."),
    "epcis.field_unknown": N_(
        "The field {name} is not part of EPCIS 2.0. Correct its name, or write a field of your own with the prefix "
        "of its namespace."
    ),
    "epcis.field_misplaced": N_(
        "The field {name} does not belong in an event of type {type}. Leave it out, or correct the type."
    ),
    "epcis.extension_name": N_(
        "{name} cannot be the name of an extension: after the prefix and the colon only letters, digits and "
        "- . _ ~ / # % may stand."
    ),
    "epcis.object": N_("An object in braces { } is expected here."),
    "epcis.list": N_("A list in brackets [ ] is expected here."),
    "epcis.list_empty": N_("The list is empty. Fill it, or leave the field out."),
    "epcis.text": N_("A text in quotes is expected here, and it must not be empty."),
    "epcis.number": N_("A number without quotes is expected here."),
    "epcis.boolean": N_("true or false is expected here, without quotes."),
    "epcis.hex": N_("Hexadecimal digits (0 to 9, a to f) are expected here."),
    "epcis.uri": N_("“{value}” is not a URI. Write it with its scheme, such as https:// or urn:, and escape blanks."),
    "epcis.repeated": N_("{value} stands in this list twice. Name each thing once."),
    # Time
    "epcis.time": N_("“{value}” is not a date and time that exists. Write it as 2026-11-30T08:15:00+08:00."),
    "epcis.time_without_offset": N_(
        "“{value}” does not say in which time zone. Add the offset, as in 2026-11-30T08:15:00+08:00."
    ),
    "epcis.offset": N_("“{value}” is not a time zone offset. Write it with sign, hours and minutes, as in +08:00."),
    # Names
    "epcis.action": N_("The action “{value}” does not exist. It is ADD, OBSERVE or DELETE."),
    "epcis.event_type": N_("“{value}” is not one of the five event types of EPCIS 2.0, such as ObjectEvent."),
    "epcis.name": N_(
        "“{value}” is not in the vocabulary (CBV 2.0). Choose a name of it, or write the full URI of your own."
    ),
    "epcis.name_meant": N_("“{value}” is not in the vocabulary (CBV 2.0). Was “{meant}” meant?"),
    "epcis.name_form": N_("“{value}” is a spelling for XML. Write “{meant}” in JSON."),
    "epcis.persistent_empty": N_("A persistent disposition needs set, unset or both."),
    "epcis.persistent_both": N_("{value} is set and unset in the same event."),
    # Things
    "epcis.nothing_named": N_("The event names nothing that it happened to. Give at least one identifier or quantity."),
    "epcis.no_children": N_(
        "The event names no children. Give childEPCs or childQuantityList; only a DELETE may leave both out."
    ),
    "epcis.no_inputs": N_(
        "The transformation has no inputs. Give them, or a transformationID that connects it with the event that has."
    ),
    "epcis.no_outputs": N_(
        "The transformation has no outputs. Give them, or a transformationID that connects it with the event that has."
    ),
    "epcis.parent_missing": N_("parentID is missing: an {action} must say what is packed or unpacked."),
    "epcis.parent_is_child": N_("{value} is named as its own parent."),
    "epcis.ilmd_action": N_(
        "Master data of a lot (ilmd) may be given only when it comes into being, not with the action {action}."
    ),
    "epcis.uom": N_(
        "“{value}” is not a unit code. Write the two or three capitals or digits of UN/ECE Rec. 20, such as KGM."
    ),
}
