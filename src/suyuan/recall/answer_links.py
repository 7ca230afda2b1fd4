"""The link in a notice by which a party answers without an account: whoever holds it speaks for the party, of one
recall."""

from django.conf import settings
from django.core import signing

from suyuan.recall.kinds import RUNNING, Kind
from suyuan.recall.models import Case, ScopeParty

SALT = "suyuan.recall.answer"


def answer_link(case: Case, party: str) -> str:
    """The address; none for whoever is told and had nothing."""
    if not party:
        return ""
    return f"{settings.SUYUAN.web_url}/recalls/answer/{signing.dumps([case.number, party], salt=SALT)}"


def asked_by(token: str) -> tuple[Case, str] | None:
    """The recall and the party (URI) of a link; None where it is none of ours, or nothing is asked any more."""
    try:
        number, party = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    case = Case.objects.filter(number=number, state__in=RUNNING).exclude(kind=Kind.DRILL.value).first()
    had = case and ScopeParty.objects.filter(scope__case=case, scope__version=case.version, party=party).exists()
    return (case, party) if case and had else None
