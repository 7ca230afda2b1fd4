"""The sentences for what this package refuses."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "governance.approval_missing": N_(
        "This needs a second person. Let somebody else who may approve it ({permission}) confirm it."
    ),
    "governance.approval_not_allowed": N_(
        "The second person may not approve this here. It takes somebody with {permission}."
    ),
    "governance.approval_self": N_("Nobody can be his own second person. Let somebody else confirm it."),
    "governance.job_failed": N_(
        "A fault of the program stopped this; nothing was recorded. Tell your administrator the number {job}."
    ),
    "governance.job_given_up": N_(
        "This was begun {tries} times and never ended; nothing was recorded. Try again with a smaller part."
    ),
    "governance.job_too_many": N_("{count} of your jobs wait or run already. Wait for one of them, or cancel it."),
    "governance.not_allowed": N_(
        "You do not have the permission “{permission}” for “{scope}”. Ask your administrator, or let somebody who has "
        "it do this."
    ),
    "governance.request_reused": N_(
        "This form was already sent with other content. Open the page anew and enter what you meant."
    ),
    "governance.text_long": N_("The text has {length} characters; at most {longest} are kept. Shorten it."),
    "governance.text_unprintable": N_("The text contains characters that cannot be printed. Type it again."),
    "governance.user_unknown": N_("There is no account “{user}”. Check the spelling."),
    "governance.warehouse_unknown": N_("There is no warehouse “{warehouse}”. Choose one from the list."),
}
