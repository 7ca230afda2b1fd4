"""The sentences for what this package refuses."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "accounts.code_bad": N_(
        "“{code}” cannot be a code. Use 1 to 12 lower-case letters a–z, digits and hyphens, no hyphen at either end."
    ),
    "accounts.code_taken": N_("The code “{code}” is already used. Choose another one."),
    "accounts.email_bad": N_("“{email}” is no e-mail address. Correct it, or leave the field empty."),
    "accounts.kind_unknown": N_("“{kind}” is no kind of account. Choose person, device, carrier or system."),
    "accounts.name_missing": N_("The name is missing. Give the name that is to be printed in the records."),
    "accounts.partner_missing": N_("A carrier's account needs the partner it works for. Choose the partner."),
    "accounts.partner_needless": N_("Only a carrier's account works for a partner. Leave the partner empty."),
    "accounts.permission_unknown": N_(
        "There is no permission “{permission}”. Choose one from the list of permissions."
    ),
    "accounts.role_shipped": N_(
        "The role “{role}” stays as it was shipped. Copy it under another code and change that."
    ),
    "accounts.role_unknown": N_("There is no role “{role}”. Create it first or choose another one."),
    "accounts.scope_unknown": N_(
        "“{scope}” is no place a role can be held. Give a warehouse code, site:CODE for a site, or * for everywhere."
    ),
    "accounts.site_unknown": N_("There is no site “{site}”. Add the site first."),
    "accounts.text_long": N_("The text is too long: at most {longest} characters are kept. Shorten it."),
    "accounts.time_zone_unknown": N_("“{zone}” is no time zone. Give a name such as Asia/Shanghai."),
    "accounts.times_turned": N_("The end of the right is before its beginning. Correct one of the two days."),
    "accounts.token_nameless": N_("The token has no name. Say which machine or program will use it."),
    "accounts.token_times": N_("A token has to end, within {days} days from now. Choose a day in that time."),
    "accounts.user_off": N_("The account “{user}” is switched off. Switch it on first."),
    "accounts.user_unknown": N_("There is no account “{user}”. Check the spelling."),
    "accounts.username_bad": N_(
        "“{username}” cannot be a user name. Use up to 64 letters, digits and . @ + - _, without spaces."
    ),
    "accounts.username_taken": N_("There is already an account “{username}”. Choose another user name."),
}
