"""The sentences of this package's refusals."""

from suyuan.gs1.problems import N_

MESSAGES: dict[str, str] = {
    "insight.advice_where": N_("Goods left under {document} in several warehouses: {logs}. Say which one."),
    "insight.advice_unknown": N_("Nothing was ever said to have left under {document}. Check the number."),
    "insight.digest_host": N_("{host} is not a public address. Ask your administrator to declare it in the settings."),
    "insight.digest_kind": N_("There are no alerts of the kind {kind}."),
    "insight.digest_mail": N_("Your account has no e-mail address. Ask your administrator to enter it."),
    "insight.digest_minute": N_("Give the time of day as 07:30."),
    "insight.digest_nowhere": N_("Say where it is to be sent: by mail, to a webhook, or both."),
    "insight.digest_person": N_("Only accounts of people are sent a digest."),
    "insight.digest_url": N_("Give the whole address of the webhook, beginning with https://."),
    "insight.digest_zone": N_("Choose a language and a warehouse first."),
    "insight.gone_meanwhile": N_("One of these alerts is gone meanwhile. Look at the list again."),
    "insight.erase_early": N_("What is younger than half a year is not erased. Choose a day until {day}."),
    "insight.hold_goods": N_("“{goods}” is no one lot, serial or item. Give its number, or the address of its page."),
    "insight.hold_own": N_("Whoever placed a legal hold does not end it. Ask somebody else."),
    "insight.hold_there": N_("{goods} is under a legal hold already."),
    "insight.hold_unknown": N_("There is no such legal hold, or it has ended."),
    "insight.kind_unknown": N_("There are no alerts of the kind {kind}."),
    "insight.none_chosen": N_("Choose the alerts first."),
    "insight.not_yours": N_("One of these alerts is not yours to act on. Ask whoever is responsible for it."),
    "insight.nothing_said": N_("Say who looks after them, or until when."),
    "insight.one_owner": N_("Give them to a person or to a team, not to both."),
    "insight.page_wrong": N_("Give the address of a page of ours, such as /receiving."),
    "insight.person_unknown": N_("There is no account {person} in use."),
    "insight.reason_missing": N_("Say why."),
    "insight.report_category": N_("There is no category {category}. Choose one of the list."),
    "insight.chart_left_out": N_(
        "{check}: inspections with fewer than {size} measurements, in the table and not on the chart: {count}."
    ),
    "insight.chart_most": N_("Charts of the first {most} of {count} checks are drawn; the table has all."),
    "insight.flows_stale": N_("Figures from {day} on are being made again; look once more in a while."),
    "insight.no_readings": N_(
        "No sensor or logger told a temperature in these days, so that nothing can be said of them."
    ),
    "insight.own_errors": N_("You see what you did yourself; what others did is for those who look after quality."),
    "insight.report_cut": N_("These are the first {most} rows; there are more. Ask for fewer days, or for one item."),
    "insight.report_day": N_("“{text}” is no day. Write it as 2026-11-30."),
    "insight.report_files": N_("The files of this page as Excel and CSV have all of it."),
    "insight.report_item": N_("There is no item {item}. Give its code or GTIN."),
    "insight.report_many": N_(
        "More than {most} events happened in these days; only the first of them are in here. Ask for fewer days."
    ),
    "insight.report_paper": N_("Paper has the first {most} of {count} rows. Excel and CSV have all."),
    "insight.report_partner": N_("There is no partner {partner}. Give its code or GLN."),
    "insight.report_sheet": N_("A sheet has room for the first {most} rows. CSV has all."),
    "insight.report_span": N_("The first day must not be after the last, and at most {days} days can be asked for."),
    "insight.report_where": N_("There is no warehouse {warehouse} that you may see; yours is shown instead."),
    "insight.role_unknown": N_("There is no role {role}."),
    "insight.snooze_long": N_("Choose a day from today until {last}."),
    "insight.started_wrong": N_(
        "{text} names no command, alert or plan. Write command:Receive, alert:expired or plan:count."
    ),
    "insight.team_unknown": N_("There is no team {team}."),
    "insight.too_many": N_("{count} alerts at once are too many; at most {most}."),
    "insight.until_missing": N_("Say until which day it is to be silent."),
    "insight.view_address": N_("{person} has no e-mail address. Ask your administrator to enter it."),
    "insight.view_crowd": N_("A report is sent to at most {most} people."),
    "insight.view_every": N_("Say how often and on which day it is to be sent."),
    "insight.view_long": N_("So much cannot be kept. Ask for less."),
    "insight.view_many": N_("You keep {most} views already. Drop one first."),
    "insight.view_name": N_("Give the view a name of at most 100 characters."),
    "insight.view_nobody": N_("Say to whom it is to be sent."),
    "insight.view_person": N_("Only accounts of people keep views."),
    "insight.view_report": N_("There is no report {report} that you may see."),
    "insight.view_taken": N_("You keep a view called {name} already. Choose another name."),
    "insight.weights_none": N_("At least one part must weigh something, or there is no score."),
    "insight.view_unknown": N_("This view is not yours, or it is kept no longer."),
}
