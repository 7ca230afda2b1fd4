"""The sentences for what this package refuses."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "accounts.code_bad": N_(
        "“{code}” cannot be a code. Use 1 to 12 lower-case letters a–z, digits and hyphens, no hyphen at either end."
    ),
    "accounts.code_taken": N_("The code “{code}” is already used. Choose another one."),
    "accounts.name_missing": N_("The name is missing. Give the name that is to be printed in the records."),
    "accounts.permission_unknown": N_(
        "There is no permission “{permission}”. Choose one from the list of permissions."
    ),
    "accounts.role_unknown": N_("There is no role “{role}”. Create it first or choose another one."),
    "accounts.scope_unknown": N_(
        "“{scope}” is no place a role can be held. Give a warehouse code, site:CODE for a site, or * for everywhere."
    ),
    "accounts.site_unknown": N_("There is no site “{site}”. Add the site first."),
    "accounts.time_zone_unknown": N_("“{zone}” is no time zone. Give a name such as Asia/Shanghai."),
    "accounts.username_bad": N_(
        "“{username}” cannot be a user name. Use up to 64 letters, digits and . @ + - _, without spaces."
    ),
    "accounts.username_taken": N_("There is already an account “{username}”. Choose another user name."),
}
