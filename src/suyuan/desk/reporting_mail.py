"""Reports by mail: what a kept view answers each of its readers, with the rights that he has when it is sent."""

from datetime import date, datetime
from urllib.parse import parse_qsl

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.catalog.directory import directory
from suyuan.desk.reporting import address
from suyuan.desk.reporting_files import file_name, made
from suyuan.insight.models import ReportView
from suyuan.insight.reports.asking import read
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.insight.reports.views import due_views
from suyuan.insight.sending import MAIL, NOTHING, Message, ask

LARGEST = 15_000_000  # bytes of a sheet; a third more in the mail, where servers take 20 to 25 MB


def make_due(now: datetime) -> int:
    """Make the mails of the views whose time has come; how many. Each once for a view, day and reader."""
    count = 0
    for view, day, people in due_views(now):
        for user in people:
            with translation.override(view.language):
                message = message_of(view, user, now)
            targets = {MAIL: user.email} if message else {NOTHING: ""}
            ask(user.pk, day, targets, message or Message("", "", {}), now, f"view:{view.pk}")
            count += 1
    return count


def message_of(view: ReportView, user: User, now: datetime) -> Message | None:
    """The mail with the report as a sheet; None where he may not see it any more."""
    report, known = REPORTS.get(view.report), directory()
    actor = actor_of(user, known.sites)
    if report is None or not actor.scopes(report.permission):
        return None
    given = dict(parse_qsl(view.query))
    reading = read(report, given, actor, known, "", now, view.language)
    file, facts = made(report, reading, "xlsx", view.owner.name)
    with file:
        content = file.read(LARGEST + 1)
    lines = [f"{word}: {value}" for word, value in facts]
    if len(content) > LARGEST:
        lines.append(_("The sheet is too large for a mail. Its address below has it as Excel and CSV."))
        content = b""
    url = f"{settings.SUYUAN.web_url}{address(view.report, reading.given, {})}"
    text = "\n".join(
        [*lines, "", url, "", _("You are sent this because {name} asked for it.").format(name=view.owner.name)]
    )
    subject = f"{_('Suyuan')}: {view.name} · {day_words(reading.asked.since, reading.asked.until)}"
    return Message(subject, text + "\n", {}, file_name(report, reading.asked, "xlsx"), content or None)


def day_words(since: date, until: date) -> str:
    return str(until) if since == until else f"{since} – {until}"
