"""The despatch advice at the desk: as a file in either format, and the page of a customer's channel."""

import json

from django.test import Client

from suyuan.catalog.register import Row
from suyuan.delivery.models import Advice, AdviceChannel
from suyuan.delivery.registers import PutAdviceChannels
from suyuan.orders.edifact_syntax import decoded, segments_of
from tests.desk.conftest import Sit
from tests.desk.test_papers import Later, dispatched


def test_it_works(sit: Sit) -> None:
    """The page of the shipment leads to both files."""
    client, (request, _box, pallet) = sit("keeper"), dispatched(Later())
    note = client.get(f"/shipping/done?request={request}").content.decode()
    assert f"/shipping/advice?request={request}&amp;format=edifact" in note
    events = client.get(f"/shipping/advice?request={request}")
    assert events.headers["Content-Disposition"] == 'attachment; filename="desadv-DHH-88.jsonld"'
    assert pallet in json.loads(events.content)["epcisBody"]["eventList"][-1]["epcList"]
    message = client.get(f"/shipping/advice?request={request}&format=edifact")
    assert message.headers["Content-Disposition"] == 'attachment; filename="desadv-DHH-88.edi"'
    assert message.headers["Content-Type"] == "application/EDIFACT"
    found, problems, _mark = segments_of(decoded(message.content))
    assert problems == []
    assert next(one.get(1) for one in found if one.tag == "BGM") == "DHH-88"
    assert pallet[-18:] in [one.get(1) for one in found if one.tag == "GIN"]
    assert Client().get(f"/shipping/advice?request={request}").status_code == 302
    assert client.get("/shipping/advice?request=00000000-0000-0000-0000-000000000000").status_code == 404


def test_the_page_of_a_channel(sit: Sit) -> None:
    """Where to, in which format, with which secret; what each message was. A mail is not signed."""
    work = Later()
    work.run(PutAdviceChannels(rows=(Row({"partner": "C003", "url": "https://shop.example/in", "format": "edifact"}),)))
    channel = AdviceChannel.objects.get()
    for n, (function, state) in enumerate((("9", "sent"), ("5", "sent"), ("9", "waiting"))):
        Advice.objects.create(
            log="plant", document="https://x.example/doc/desadv/D-1", number="D-1", channel=channel, sequence=n,
            function=function, state=state, made=n,
        )  # fmt: skip
    admin = sit("admin")
    page = admin.get("/shipping/advices/C003").content.decode()
    for text in ("https://shop.example/in", "EDIFACT DESADV", "whsec_", "first", "corrected", "to be sent"):
        assert text in page, text
    work.run(PutAdviceChannels(rows=(Row({"partner": "C003", "url": "mailto:edi@shop.example"}),)))
    assert "whsec_" not in admin.get("/shipping/advices/C003").content.decode()
    assert admin.get("/shipping/advices/NOBODY").status_code == 404
