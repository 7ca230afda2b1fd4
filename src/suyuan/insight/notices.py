"""Notices of recalls to webhooks: signed with the secret that the customer has for his despatch advices."""

from datetime import datetime

from django.conf import settings

from suyuan.delivery.models import AdviceChannel
from suyuan.insight.hooks import NotSent, call, headers_of, hook_of, secret_of


def post(address: str, id: str, body: bytes, now: datetime) -> None:
    """`recall.sending.Post`: OSError where it does not arrive, Refused where the address may not be called."""
    key = AdviceChannel.objects.filter(url=address).values_list("key", flat=True).first()
    secret = secret_of(settings.SUYUAN.secret_key, f"advice:{key}" if key else f"recall:{address}")
    try:
        call(hook_of(address, settings.SUYUAN.webhook_hosts), body, headers_of(secret, id, int(now.timestamp()), body))
    except NotSent as failed:
        raise OSError(str(failed)) from failed
