"""What is said about settings."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "config.setting_unknown": N_(
        "{name} is not a setting of Suyuan; did you mean {near}? Settings are listed in docs/settings.md."
    ),
    "config.flag_wrong": N_("{name}={value} is not usable: write on or off."),
    "config.count_wrong": N_("{name}={value} is not usable: write a whole number above 0, digits only."),
    "config.hosts_wrong": N_(
        "{name}={value} is not usable: write host names or addresses separated by commas, without scheme or port."
    ),
    "config.origin_wrong": N_(
        "{name}={value} is not usable: write the company's web origin alone, such as https://id.example.com."
    ),
    "config.issuer_wrong": N_(
        "{name}={value} is not usable: write the address of the provider, such as https://login.example.com/realm."
    ),
    "config.networks_wrong": N_(
        "{name}={value} is not usable: write networks separated by commas, such as 192.168.0.0/16,10.1.2.0/24."
    ),
    "config.ports_wrong": N_("{name}={value} is not usable: write ports separated by commas, such as 9100,6101-6105."),
    "config.mail_wrong": N_(
        "{name}={value} is not usable: write smtp+tls://user:password@host:587, smtp://host, or console://."
    ),
    "config.declared_wrong": N_("{name}={value} is not usable: write host names or addresses separated by commas."),
    "config.language_wrong": N_("{name}={value} is not usable: write zh-hans or en."),
    "config.time_zone_wrong": N_(
        "{name}={value} is not usable: write a time zone of the IANA list, such as Asia/Shanghai."
    ),
    "config.database_wrong": N_(
        "{name}={value} is not usable: write sqlite:////absolute/path.sqlite3 or postgresql://user:password@host:5432/name."
    ),
    "config.database_name_wrong": N_("{name}={value} is not usable: the address names no database."),
    "config.secret_key_wrong": N_("{name}={value} is not usable: a secret key has at least 32 characters."),
    "config.setting_empty": N_("{name} is set, but empty: give it a value, or unset it to use the default."),
    "config.home_unwritable": N_("SUYUAN_HOME={value} cannot be written: {reason}. Choose another folder."),
    "config.origin_fixed": N_(
        "SUYUAN_ORIGIN={value} differs from {fixed}, which was fixed at installation: "
        "identifiers already issued begin with it. "
        "Put the old value back, or start a new installation with another SUYUAN_HOME."
    ),
}
