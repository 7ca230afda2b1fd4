"""The sentences for what this package refuses."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "governance.account_changed": N_(
        "The account “{user}” was changed meanwhile. Look at it as it is now, and change it again."
    ),
    "governance.approval_missing": N_(
        "This needs a second person. Let somebody else who may approve it ({permission}) confirm it."
    ),
    "governance.approval_by_counter": N_(
        "Who counted these goods cannot approve what is made of the count. Let somebody else confirm it."
    ),
    "governance.approval_by_inspector": N_(
        "Who inspected these goods cannot approve their release. Let somebody else confirm it."
    ),
    "governance.approval_missing_buyer": N_(
        "This needs the approval of a buyer. Let somebody who may approve it there ({permission}) confirm it."
    ),
    "governance.approval_missing_finance": N_(
        "This needs the approval of finance. Let somebody who may approve it there ({permission}) confirm it."
    ),
    "governance.approval_missing_quality": N_(
        "This needs the approval of quality. Let somebody who may approve it there ({permission}) confirm it."
    ),
    "governance.approval_missing_seller": N_(
        "This needs the approval of sales. Let somebody who may approve it there ({permission}) confirm it."
    ),
    "governance.approval_needless": N_("This needs no second person. Do it without asking."),
    "governance.approval_not_allowed": N_(
        "The second person may not approve this here. It takes somebody with {permission}."
    ),
    "governance.approval_self": N_("Nobody can be his own second person. Let somebody else confirm it."),
    "governance.identity_unproven": N_(
        "The password or code is wrong. Type your own again to sign. Wrong ones count like failed logins: after five "
        "of them the account rests for a quarter of an hour, and then even the right one is refused."
    ),
    "governance.job_failed": N_(
        "A fault of the program stopped this; nothing was recorded. Tell your administrator the number {job}."
    ),
    "governance.job_given_up": N_(
        "This was begun {tries} times and never ended; nothing was recorded. Try again with a smaller part."
    ),
    "governance.job_too_many": N_("{count} of your jobs wait or run already. Wait for one of them, or cancel it."),
    "governance.last_administrator": N_(
        "Nobody would be left who may manage accounts everywhere. Give somebody else that right first."
    ),
    "governance.meaning_missing": N_("Say what your signature means. Choose one of the meanings."),
    "governance.not_allowed": N_(
        "You do not have the permission “{permission}” for “{scope}”. Ask your administrator, or let somebody who has "
        "it do this."
    ),
    "governance.partner_unknown": N_("There is no partner “{partner}”. Add the partner first, or correct the code."),
    "governance.reason_missing": N_("The reason is missing. Say why, in a few words."),
    "governance.request_by_machine": N_("Only a person with an account can ask for approval, or give it."),
    "governance.request_dead": N_("What this request was about has changed since. It can only be asked anew."),
    "governance.request_decided": N_("This request has been decided already. Look at it again."),
    "governance.request_expired": N_("This request has expired: it was good for 24 hours. It can only be asked anew."),
    "governance.request_reused": N_(
        "This form was already sent with other content. Open the page anew and enter what you meant."
    ),
    "governance.right_to_oneself": N_("Nobody changes his own rights. Let another administrator do it."),
    "governance.request_stale": N_(
        "What this request is about has changed since it was asked: {what}. It can only be asked anew."
    ),
    "governance.request_tampered": N_(
        "This request is not what the ledger says was asked. Tell your administrator; nothing was done."
    ),
    "governance.request_unknown": N_("There is no such request. Open the list of requests anew."),
    "governance.request_withdrawn": N_("This request has been withdrawn. Nothing is left to decide."),
    "governance.request_wrong": N_("This cannot be sent for approval. Open the page anew and try again."),
    "governance.rows_many": N_("{count} rows are too many at once. Give at most {most}."),
    "governance.setting_changed": N_("Somebody changed this setting meanwhile. Look at it again before you change it."),
    "governance.setting_unknown": N_("There is no setting “{key}”. Choose one from the list."),
    "governance.setting_percent": N_("“{value}” is no percentage. Write a number from 0 to {most}, such as 5 or 2.5."),
    "governance.setting_wrong": N_("The setting cannot be “{value}”. It is one of: {allowed}."),
    "governance.signed_already": N_(
        "You have signed this already, or your signature is there. It takes another person."
    ),
    "governance.text_long": N_("The text has {length} characters; at most {longest} are kept. Shorten it."),
    "governance.text_unprintable": N_("The text contains characters that cannot be printed. Type it again."),
    "governance.token_unknown": N_("There is no such token. Open the list anew."),
    "governance.user_unknown": N_("There is no account “{user}”. Check the spelling."),
    "governance.warehouse_unknown": N_("There is no warehouse “{warehouse}”. Choose one from the list."),
}
