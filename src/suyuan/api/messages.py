"""Sentences for what is refused to machines."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "api.events_too_many": N_("The document has {count} events; at most {most} are taken at once. Send it in parts."),
    "api.job_unknown": N_("There is no such capture. Use the address that the capture answered."),
    "api.json": N_("The body is no JSON: {error}. Send a JSON object."),
    "api.json_lines": N_("“lines” is a list of objects, one for each line of the order."),
    "api.json_object": N_("The body is a JSON object: the fields of the order, and its “lines”."),
    "api.number_differs": N_("The number in the body is another one than in the address. Send one of them only."),
    "api.state_unknown": N_("“{state}” is no state of an order. Ask for draft, open, closed or cancelled."),
    "api.media_type": N_("The content type “{type}” is not taken. Send application/json or application/ld+json."),
    "api.needs_people": N_(
        "What is held, destroyed or taken back is decided by people, not by a machine. Do this at the desk."
    ),
    "api.not_allowed": N_("The token may not capture in “{scope}”. Ask an administrator for a token that may."),
    "api.token_missing": N_("A valid bearer token is needed. Send it as “Authorization: Bearer …”."),
    "api.too_large": N_("The document is larger than {most} bytes. Send it in parts."),
}
