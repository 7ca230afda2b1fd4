"""Each adapter against a carrier that speaks its protocol: signatures, answers, refusals, and every way to fail."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from suyuan.connectors.carriers import kuaidi100, rest, sf, talking
from suyuan.connectors.carriers.signing import check_hmac, check_standard, digest
from suyuan.delivery.kinds import Step
from suyuan.delivery.port import (
    Account,
    Call,
    Carrier,
    CarrierFailed,
    Parcel,
    Party,
    Sent,
    Trouble,
    Unsigned,
    adapter,
    names,
)
from tests.delivery.conftest import WEBHOOK_KEY
from tests.delivery.servers import MAPPING, KuaidiServer, RestServer, Server, SfServer, patience, standard_headers
from tests.insight.servers import serving

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOSTS = ("127.0.0.1",)
TO = Party(name="Shop", phone="0571-1", region="浙江", city="杭州", address="1 Market Street")
FROM = Party(name="Dairy", phone="0571-2", city="呼和浩特", address="1 Farm Road")
PARCEL = Parcel(reference="D-1", sender=FROM, recipient=TO, weight="12.5", parcels=2, service="1")
SENT = Sent(waybill="W000001", reference="D-1", service="yunda")


def rest_of(server: RestServer, **more: str) -> Carrier:
    secrets = {"key": RestServer.key, "webhook_key": WEBHOOK_KEY}
    account = Account(
        code="REST", address=server.url, mapping=json.dumps(MAPPING), secrets={**secrets, **more}, hosts=HOSTS
    )
    return rest.Rest(account)


def sf_of(server: SfServer, **more: str) -> Carrier:
    return sf.Sf(
        Account(
            code="SF",
            address=f"{server.url}/std/service",
            customer=SfServer.partner,
            pays="7551234567",
            secrets={"check_word": SfServer.check_word, **more},
            tail="t4il",
            hosts=HOSTS,
        )
    )


def kuaidi_of(server: KuaidiServer, **more: str) -> Carrier:
    return kuaidi100.Kuaidi100(
        Account(
            code="K100",
            address=server.url,
            customer=KuaidiServer.customer,
            callback="https://x.example/hook",
            secrets={"key": KuaidiServer.key, "salt": "s4lt", **more},
            hosts=HOSTS,
        )
    )


KINDS: dict[str, tuple[Callable[[], Server], Callable[..., Carrier], str]] = {
    "rest": (RestServer, rest_of, "key"),
    "sf": (SfServer, sf_of, "check_word"),
    "kuaidi100": (KuaidiServer, kuaidi_of, "key"),
}
BOOKABLE = Parcel(reference="D-1", sender=FROM, recipient=TO, waybill="YD1", service="yunda")


def test_they_are_installed() -> None:
    assert {"manual", "rest", "sf", "kuaidi100"} <= set(names())
    assert all(adapter(name) for name in names())
    assert adapter("pigeon") is None


# -- what all of them do alike -----------------------------------------------------------------------------------------


def fails(kind: str, mode: str, do: Callable[[Carrier], object], **secrets: str) -> CarrierFailed:
    make, connect, _name = KINDS[kind]
    server = make()
    server.mode = mode
    with serving(server), patch.object(talking, "LONGEST", patience(mode)), pytest.raises(CarrierFailed) as failed:
        do(connect(server, **secrets))
    return failed.value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("mode", "unsure"),
    [("500", True), ("garbage", True), ("drop", True), ("late", True), ("never", True), ("redirect", False)],
)
def test_whoever_does_not_answer_as_he_should_is_asked_again(kind: str, mode: str, unsure: bool) -> None:
    failed = fails(kind, mode, lambda carrier: carrier.book(BOOKABLE))
    assert failed.trouble is Trouble.RETRY
    assert failed.unsure is unsure
    assert failed.problem.code in ("delivery.carrier_silent", "delivery.carrier_answer")
    assert fails(kind, mode, lambda carrier: carrier.track(SENT)).trouble is Trouble.RETRY


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_there_is_no_booking(kind: str) -> None:
    make, connect, _name = KINDS[kind]
    server = make()
    carrier = connect(server)
    server.server_close()
    with pytest.raises(CarrierFailed) as failed:
        carrier.book(BOOKABLE)
    assert (failed.value.trouble, failed.value.unsure) == (Trouble.RETRY, False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_is_final_and_a_missing_one_as_well(kind: str) -> None:
    name = KINDS[kind][2]
    wrong = fails(kind, "ok", lambda carrier: carrier.book(BOOKABLE), **{name: "wrong"})
    assert (wrong.trouble, wrong.problem.code) == (Trouble.FINAL, "delivery.carrier_signature")
    missing = fails(kind, "ok", lambda carrier: carrier.book(BOOKABLE), **{name: ""})
    assert (missing.trouble, missing.problem.code) == (Trouble.FINAL, "delivery.secret_missing")


def test_an_inner_address_is_not_asked() -> None:
    for address in ("http://127.0.0.1:9/", "https://10.0.0.1/", "https://[::1]/", "http://carrier.example/", "ftp://x"):
        account = Account(code="SF", address=address, secrets={"check_word": "x"})
        with pytest.raises(CarrierFailed) as failed:
            sf.Sf(account).book(PARCEL)
        assert failed.value.problem.code == "delivery.address_wrong", address
        assert sf.ADAPTER.check(account), address


def test_an_answer_is_read_only_so_far() -> None:
    server = RestServer()
    server.events["W000001"] = [{"time": "2026-11-23 08:00:00", "status": "MOVING", "said": "x" * 500}] * 100
    with serving(server), patch.object(talking, "MOST", 2000), pytest.raises(CarrierFailed) as failed:
        rest_of(server).track(SENT)
    assert failed.value.problem.code == "delivery.carrier_answer"


# -- SF ----------------------------------------------------------------------------------------------------------------


def test_sf_books_once() -> None:
    server = SfServer()
    with serving(server):
        carrier = sf_of(server)
        assert carrier.find("D-1") is None
        assert carrier.book(PARCEL).waybill == "W000001"
        assert carrier.book(PARCEL).waybill == "W000001"  # 8016, and asked for
        found = carrier.find("D-1")
        assert found is not None
        assert found.waybill == "W000001"
    assert len(server.orders) == 1
    order = next(asked for _m, service, asked in server.asked if service == "EXP_RECE_CREATE_ORDER")
    assert (order["orderId"], order["parcelQty"], order["totalWeight"], order["monthlyCard"]) == (
        "D-1", 2, 12.5, "7551234567",
    )  # fmt: skip
    assert [one["address"] for one in order["contactInfoList"]] == ["1 Farm Road", "1 Market Street"]


def test_sf_refuses_with_its_own_words() -> None:
    server = SfServer()
    nowhere = Parcel(reference="D-2", sender=FROM, recipient=Party(name="Shop"))
    with serving(server), pytest.raises(CarrierFailed) as failed:
        sf_of(server).book(nowhere)
    assert failed.value.trouble is Trouble.REFUSED
    assert "6106" in failed.value.problem.params["text"]
    assert fails("sf", "busy", lambda carrier: carrier.book(PARCEL)).trouble is Trouble.RETRY


def test_sf_tells_routes_and_cancels() -> None:
    server = SfServer()
    server.events["W000001"] = [
        {"acceptTime": "2026-11-23 18:00:00", "acceptAddress": "杭州市", "remark": "已签收", "opCode": "80"},
        {"acceptTime": "2026-11-23 08:00:00", "acceptAddress": "呼和浩特市", "remark": "已收取快件", "opCode": "50"},
        {"acceptTime": "2026-11-23 09:00:00", "remark": "?", "opCode": "12345"},
        {"acceptTime": "soon", "opCode": "44"},
    ]
    with serving(server):
        carrier = sf_of(server)
        told = carrier.track(SENT)
        carrier.book(PARCEL)
        carrier.cancel(SENT)
    assert [(one.step, one.at.hour) for one in told] == [(Step.DELIVERED, 10), (Step.COLLECTED, 0), ("", 1)]
    assert server.orders["D-1"]["cancelled"]


def test_sf_pushes_to_an_address_that_it_alone_knows() -> None:
    route = {
        "mailno": "W1",
        "orderid": "D-1",
        "acceptTime": "2026-11-23 10:00:00",
        "opCode": "44",
        "remark": "派送",
        "id": "9",
    }
    body = json.dumps({"Body": {"WaybillRoute": [route]}}).encode()
    carrier = sf_of(SfServer())
    heard = carrier.parse_webhook(Call({}, body, NOW, "t4il"))
    assert heard.answer == {"return_code": "0000", "return_msg": "成功"}
    assert [(one.waybill, one.reference, one.step) for one in heard.told] == [("W1", "D-1", "out_for_delivery")]
    for tail, why in (("", "unsigned"), ("guess", "signature")):
        with pytest.raises(Unsigned) as unsigned:
            carrier.parse_webhook(Call({}, body, NOW, tail))
        assert unsigned.value.why == why
    with pytest.raises(CarrierFailed):
        carrier.parse_webhook(Call({}, b"{]", NOW, "t4il"))


def test_sf_signs_as_its_platform_does() -> None:
    """The example of 数字签名认证说明; and what URLEncoder does to blanks, Chinese, and the two signs that Python's
    quote_plus writes in another way."""
    message = '{"language":"zh-CN","orderId":"QIAO-20200618-004"}'
    published = sf.signed(message, "12312334453453", "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci")
    assert published == "IIKJtuLVzoFTu4kHI8M8vA=="
    assert sf.urlencoded('{"a":"货 1"}') == "%7B%22a%22%3A%22%E8%B4%A7+1%22%7D"
    assert sf.urlencoded("a*b~c-d_e.f+g") == "a*b%7Ec-d_e.f%2Bg"


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("A1001", Trouble.REFUSED), ("A1002", Trouble.RETRY), ("A1003", Trouble.FINAL), ("A1004", Trouble.FINAL),
        ("A1005", Trouble.RETRY), ("A1006", Trouble.FINAL), ("A1009", Trouble.RETRY), ("A1010", Trouble.REFUSED),
        ("A1099", Trouble.RETRY), ("8119", Trouble.REFUSED), ("20011", Trouble.REFUSED), ("8057", Trouble.REFUSED),
    ],
)  # fmt: skip
def test_sf_by_its_list_of_codes(code: str, trouble: Trouble) -> None:
    server = SfServer()
    server.says = code
    with serving(server):
        carrier = sf_of(server)
        deeds: list[Callable[[], object]] = [
            lambda: carrier.book(PARCEL), lambda: carrier.find("D-1"), lambda: carrier.cancel(SENT),
        ]  # fmt: skip
        for do in deeds:
            with pytest.raises(CarrierFailed) as failed:
                do()
            assert failed.value.trouble is trouble


def test_sf_knows_nothing_of_it_or_has_cancelled_it() -> None:
    for code in ("6150", "8018", "8024"):
        server = SfServer()
        server.says = code
        with serving(server):
            assert sf_of(server).find("D-1") is None
    server = SfServer()
    server.says = "8037"
    with serving(server):
        sf_of(server).cancel(SENT)


def test_sf_by_its_list_of_operations() -> None:
    steps = {
        "50": "collected", "30": "in_transit", "933": "out_for_delivery", "630": "out_for_delivery",
        "128": "delivered", "935": "delivered", "80": "delivered", "70": "exception", "648": "returned",
    }  # fmt: skip
    assert {code: sf.STEPS[code] for code in steps} == steps
    assert "135" not in sf.STEPS  # 信息记录: it says nothing of where it is


# -- 快递100 -----------------------------------------------------------------------------------------------------------

ROWS = [
    {"time": "2026-11-23 18:00:00", "ftime": "2026-11-23 18:00:00", "context": "已签收", "status": "签收",
     "statusCode": "3", "areaName": "浙江,杭州市"},
    {"time": "2026-11-23 08:00:00", "context": "已揽收", "status": "揽收", "statusCode": "1"},
]  # fmt: skip


def test_kuaidi100_subscribes_once_and_asks() -> None:
    server = KuaidiServer()
    with serving(server):
        carrier = kuaidi_of(server)
        assert carrier.book(BOOKABLE).waybill == carrier.book(BOOKABLE).waybill == "YD1"  # 501, already there
        assert carrier.track(Sent(waybill="YD1", reference="D-1", service="yunda")) == ()
        server.events["YD1"] = ROWS
        told = carrier.track(Sent(waybill="YD1", reference="D-1", service="yunda"))
    assert server.orders["YD1"]["callbackurl"] == "https://x.example/hook"
    assert server.orders["YD1"]["salt"] == "s4lt"
    assert server.asked[-1][2] == {"com": "yunda", "num": "YD1", "resultv2": "4"}
    assert [(one.step, one.place) for one in told] == [(Step.DELIVERED, "浙江,杭州市"), (Step.COLLECTED, "")]


def test_kuaidi100_pushes_signed() -> None:
    server = KuaidiServer()
    carrier = kuaidi_of(server)
    heard = carrier.parse_webhook(Call({}, server.push("YD1", ROWS, "s4lt"), NOW))
    assert heard.answer == {"result": True, "returnCode": "200", "message": "成功"}
    assert [one.waybill for one in heard.told] == ["YD1", "YD1"]
    for body in (server.push("YD1", ROWS, "other"), b"param=%7B%7D", b"", b"\xff\xfe"):
        with pytest.raises(Unsigned):
            carrier.parse_webhook(Call({}, body, NOW))


def test_kuaidi100_asks_with_a_telephone_number() -> None:
    server = KuaidiServer()
    server.events["SF1"] = ROWS
    with serving(server):
        kuaidi_of(server).track(Sent(waybill="SF1", reference="D-1", service="shunfeng", phone="13800138000"))
    assert server.asked[-1][2]["phone"] == "13800138000"


@pytest.mark.parametrize(
    ("code", "asking", "subscribing"),
    [
        ("400", Trouble.REFUSED, Trouble.REFUSED), ("408", Trouble.REFUSED, Trouble.REFUSED),
        ("500", None, Trouble.RETRY), ("501", Trouble.RETRY, None), ("502", Trouble.RETRY, Trouble.REFUSED),
        ("503", Trouble.FINAL, Trouble.FINAL), ("600", Trouble.FINAL, Trouble.FINAL),
        ("601", Trouble.FINAL, Trouble.FINAL), ("700", Trouble.REFUSED, Trouble.REFUSED),
        ("701", Trouble.REFUSED, Trouble.REFUSED),
    ],
)  # fmt: skip
def test_kuaidi100_by_its_lists_of_codes(code: str, asking: Trouble | None, subscribing: Trouble | None) -> None:
    """One number means different things to those who ask and to those who subscribe."""
    server = KuaidiServer()
    server.says = code
    with serving(server):
        carrier = kuaidi_of(server)
        for do, trouble in ((lambda: carrier.track(SENT), asking), (lambda: carrier.book(BOOKABLE), subscribing)):
            if trouble is None:
                do()
                continue
            with pytest.raises(CarrierFailed) as failed:
                do()
            assert failed.value.trouble is trouble


def test_kuaidi100_by_its_list_of_states() -> None:
    steps = {
        "101": "booked", "1": "collected", "1002": "in_transit", "501": "out_for_delivery", "304": "delivered",
        "203": "refused", "14": "refused", "401": "exception", "6": "exception", "4": "returned",
    }  # fmt: skip
    assert {code: kuaidi100.STEPS[code] for code in steps} == steps


# -- by configuration --------------------------------------------------------------------------------------------------


def test_rest_books_finds_follows_and_cancels() -> None:
    server = RestServer()
    server.events["W000001"] = [
        {"time": "2026-11-23T08:00:00+08:00", "status": "PICKED", "said": "got it", "city": "X"}
    ]
    with serving(server):
        carrier = rest_of(server)
        assert carrier.find("D-1") is None
        done = carrier.book(PARCEL)
        assert (done.waybill, done.estimated) == ("W000001", datetime(2026, 11, 24, 10, tzinfo=UTC))
        found = carrier.find("D-1")
        assert found is not None
        assert found.waybill == "W000001"
        (told,) = carrier.track(SENT)
        assert (told.step, told.at, told.place) == ("collected", datetime(2026, 11, 23, tzinfo=UTC), "X")
        label = carrier.label(SENT)
        assert label is not None
        assert label.media_type == "application/pdf"
        carrier.cancel(SENT)
    assert server.orders["D-1"]["cancelled"]
    assert server.asked[1][2] == {
        "ref": "D-1", "parcels": 2, "kg": 12.5, "service": "1",
        "to": {"name": "Shop", "street": "1 Market Street", "city": "杭州"},
    }  # fmt: skip


def test_rest_refuses_with_the_carriers_words() -> None:
    server = RestServer()
    nowhere = Parcel(reference="D-2", sender=FROM, recipient=Party(name="Shop"))
    with serving(server), pytest.raises(CarrierFailed) as failed:
        rest_of(server).book(nowhere)
    assert (failed.value.trouble, failed.value.problem.params["text"]) == (Trouble.REFUSED, "street missing")
    busy = fails("rest", "busy", lambda carrier: carrier.book(PARCEL))
    assert (busy.trouble, busy.unsure) == (Trouble.RETRY, False)


def mapping(**more: object) -> str:
    return json.dumps({**MAPPING, **more})


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", mapping(extra=1), mapping(statuses={"X": "vanished"}), mapping(zone="Nowhere/Land"),
        mapping(book={"path": "/o"}), mapping(book={"path": "o", "waybill": "n"}),
        mapping(book={"path": "/o", "body": {"a": "{password}"}, "waybill": "n"}), mapping(reports=None),
        mapping(auth={"kind": "magic"}),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_says_why(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rest.read_mapping(text)


def test_a_mapping_fills_in_values_of_their_kind() -> None:
    values = {"parcels": 2, "reference": "D-1", "weight": None}
    asked = {"n": "{parcels}", "t": "No. {parcels}: {reference}", "w": "{weight}", "l": ["{reference}", 1, None]}
    assert rest.filled(asked, values) == {"n": 2, "t": "No. 2: D-1", "w": None, "l": ["D-1", 1, None]}


# -- signatures of calls -----------------------------------------------------------------------------------------------


def test_standard_webhooks_by_its_published_example() -> None:
    """The example of the specification and of every library of it."""
    body, at = b'{"test": 2432232314}', 1614265330
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": str(at),
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    then = datetime.fromtimestamp(at + 10, UTC)
    check_standard(secret, Call(headers, body, then))
    check_standard(secret, Call(headers | {"webhook-signature": "v1,bad " + headers["webhook-signature"]}, body, then))
    wrong = [
        (Call(headers, body + b" ", then), "signature"),
        (Call(headers | {"webhook-id": "msg_other"}, body, then), "signature"),
        (Call(headers | {"webhook-timestamp": str(at + 1)}, body, then), "signature"),
        (Call({}, body, then), "unsigned"),
        (Call(headers, body, datetime.fromtimestamp(at + 301, UTC)), "time"),
        (Call(headers, body, datetime.fromtimestamp(at - 301, UTC)), "time"),
    ]
    for call, why in wrong:
        with pytest.raises(Unsigned) as unsigned:
            check_standard(secret, call)
        assert unsigned.value.why == why


@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_plain_hmac(encoding: str) -> None:
    body, at = b'{"a": 1}', str(int(NOW.timestamp()))
    made = digest("key", f"{at}.".encode() + body, encoding)
    good = {"x-sign": f"sha256={made}", "x-time": at}

    def check(headers: dict[str, str], now: datetime = NOW) -> None:
        call = Call(headers, body, now)
        check_hmac("key", call, header="X-Sign", encoding=encoding, prefix="sha256=", timed="X-Time")

    check(good)
    for headers, now in (
        ({}, NOW), ({"x-sign": good["x-sign"]}, NOW), (good | {"x-time": str(int(at) + 1)}, NOW),
        (good | {"x-sign": made}, NOW), (good, datetime(2026, 11, 23, 8, 6, tzinfo=UTC)),
        (good | {"x-time": "²³"}, NOW),
    ):  # fmt: skip
        with pytest.raises(Unsigned):
            check(headers, now)


def test_rest_hears_what_is_signed() -> None:
    at = int(NOW.timestamp())
    body = json.dumps({"no": "W1", "events": [{"time": at, "status": "done", "said": "signed"}]}).encode()
    headers = standard_headers(WEBHOOK_KEY, "msg_1", at, body)
    carrier = rest_of(RestServer())
    heard = carrier.parse_webhook(Call(headers, body, NOW))
    assert [(one.waybill, one.step, one.at) for one in heard.told] == [("W1", "delivered", NOW)]
    assert heard.answer == {"ok": True}
    with pytest.raises(Unsigned):
        carrier.parse_webhook(Call({}, body, NOW))
    with pytest.raises(Unsigned):
        rest_of(RestServer(), webhook_key="").parse_webhook(Call(headers, body, NOW))
