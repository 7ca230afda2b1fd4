"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "insight.advice_unknown": N_("Nothing left under {document}, or what left was declared wrong since."),
    "insight.digest_host": N_("{host} is not a public address. Ask your administrator to declare it in the settings."),
    "insight.digest_kind": N_("There are no alerts of the kind {kind}."),
    "insight.digest_mail": N_("Your account has no e-mail address. Ask your administrator to enter it."),
    "insight.digest_minute": N_("Give the time of day as 07:30."),
    "insight.digest_nowhere": N_("Say where it is to be sent: by mail, to a webhook, or both."),
    "insight.digest_person": N_("Only accounts of people are sent a digest."),
    "insight.digest_url": N_("Give the whole address of the webhook, beginning with https://."),
    "insight.digest_zone": N_("Choose a language and a warehouse first."),
    "insight.gone_meanwhile": N_("One of these alerts is gone meanwhile. Look at the list again."),
    "insight.kind_unknown": N_("There are no alerts of the kind {kind}."),
    "insight.none_chosen": N_("Choose the alerts first."),
    "insight.not_yours": N_("One of these alerts is not yours to act on. Ask whoever is responsible for it."),
    "insight.nothing_said": N_("Say who looks after them, or until when."),
    "insight.one_owner": N_("Give them to a person or to a team, not to both."),
    "insight.page_wrong": N_("Give the address of a page of ours, such as /receiving."),
    "insight.person_unknown": N_("There is no account {person} in use."),
    "insight.reason_missing": N_("Say why."),
    "insight.role_unknown": N_("There is no role {role}."),
    "insight.snooze_long": N_("Choose a day from today until {last}."),
    "insight.started_wrong": N_(
        "{text} names no command, alert or plan. Write command:Receive, alert:expired or plan:count."
    ),
    "insight.team_unknown": N_("There is no team {team}."),
    "insight.too_many": N_("{count} alerts at once are too many; at most {most}."),
    "insight.until_missing": N_("Say until which day it is to be silent."),
}
