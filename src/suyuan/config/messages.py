"""What is said about settings."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "config.setting_unknown": N_(
        "{name} is not a setting of Suyuan; did you mean {near}? Settings are listed in docs/settings.md."
    ),
    "config.setting_wrong": N_("{name}={value} is not usable: {expected}."),
    "config.setting_empty": N_("{name} is set, but empty: give it a value, or unset it to use the default."),
    "config.home_unwritable": N_("SUYUAN_HOME={value} cannot be written: {reason}. Choose another folder."),
    "config.origin_fixed": N_(
        "SUYUAN_ORIGIN={value} differs from {fixed}, which was fixed at installation: "
        "identifiers already issued begin with it. "
        "Put the old value back, or start a new installation with another SUYUAN_HOME."
    ),
}
