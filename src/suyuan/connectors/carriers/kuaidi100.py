"""快递100: what became of a waybill of almost any carrier. It books nothing: the waybill
number is the one that the carrier gave, and a service is his code (快递公司编码) at Kuaidi100.

Written to 实时快递查询接口 (https://api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc) and 快递信息推送服务
(订阅接口, 推送接口) there, with their tables of 返回码 and 运单快递状态 (state), and to the platform's own java-demo.
Asking: a form of customer, param (JSON as text) and sign = MD5(param + key + customer) in capitals, to /poll/query.do.
Subscribing: a form of schema=json and param, to /poll; the push is a form of param and sign = MD5(param + salt), and
wants {"result": true, "returnCode": "200", "message": "…"}. One waybill may be asked for every half hour.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from hashlib import md5
from urllib.parse import parse_qs, urlencode, urlsplit

from suyuan.connectors.carriers.signing import same
from suyuan.connectors.carriers.talking import (
    Json,
    address_problems,
    at,
    garbage,
    json_of,
    moment_of,
    refused,
    secret,
    silent,
    talk,
    text_at,
    unauthorized,
)
from suyuan.delivery.kinds import Step
from suyuan.delivery.port import (
    WORDS,
    Account,
    Adapter,
    Booked,
    Call,
    Heard,
    Label,
    Parcel,
    Sent,
    Told,
    Unsigned,
)
from suyuan.gs1.problems import N_, Problem

ADDRESS = "https://poll.kuaidi100.com"
KEY, SALT = N_("Key"), N_("Salt")
_FORM = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
# 返回码. The two interfaces use the same numbers for different things: 500 is “no result yet” of a query and “error of
# the server” of a subscription, 501 “error of the server” of a query and “subscribed already” of a subscription.
_NOTHING_YET = "500"  # 查询无结果，请隔段时间再查
_ASKED_LATER = frozenset({"501", "502"})  # 服务器错误, 服务器繁忙
_SUBSCRIBED = frozenset({"200", "501"})  # 提交成功, 重复订阅
_SUBSCRIBE_LATER = frozenset({"500"})  # 服务器错误
_KEYS = frozenset({"503", "600", "601"})  # 验证签名失败, 您不是合法的订阅者, key已过期
# 运单快递状态: the plain state of a waybill, and the finer ones (statusCode) that resultv2=4 gives each entry.
_CODES: Mapping[Step, str] = {
    Step.BOOKED: "101 102",  # 已下单, 待揽收
    Step.COLLECTED: "1 103",
    Step.IN_TRANSIT: "0 1001 1002 1003 7 8 10 11 12",
    Step.OUT_FOR_DELIVERY: "5 501",
    Step.EXCEPTION: "2 201 202 204 205 206 207 208 209 210 6 13 401",  # 6 退回: on its way back; 401 已销单
    Step.REFUSED: "203 14",  # 拒收, 拒签
    Step.DELIVERED: "3 301 302 303 304",
    Step.RETURNED: "4",  # 退签: the sender has it again
}
STEPS: Mapping[str, str] = {code: step.value for step, codes in _CODES.items() for code in codes.split()}
_WORDS: Mapping[str, str] = {
    "在途": Step.IN_TRANSIT, "揽收": Step.COLLECTED, "疑难": Step.EXCEPTION, "签收": Step.DELIVERED,
    "退签": Step.RETURNED, "派件": Step.OUT_FOR_DELIVERY, "退回": Step.EXCEPTION, "转投": Step.IN_TRANSIT,
    "清关": Step.IN_TRANSIT, "拒签": Step.REFUSED, "干线": Step.IN_TRANSIT, "投柜或驿站": Step.OUT_FOR_DELIVERY,
    "已下单": Step.BOOKED, "待揽收": Step.BOOKED, "已揽收": Step.COLLECTED, "到达派件城市": Step.IN_TRANSIT,
    "本人签收": Step.DELIVERED, "代签": Step.DELIVERED, "投柜或站签收": Step.DELIVERED,
    "派件异常后签收": Step.DELIVERED, "拒收": Step.REFUSED,
}  # fmt: skip


def signed(param: str, key: str, customer: str) -> str:
    return _md5(param + key + customer)


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest().upper()


class Kuaidi100:
    def __init__(self, account: Account) -> None:
        self.account = account

    def book(self, parcel: Parcel) -> Booked:
        """Subscribe to what becomes of the waybill."""
        account = self.account
        salt = account.secrets.get("salt", "")
        parameters = {"callbackurl": account.callback, "resultv2": "4", **({"salt": salt} if salt else {})}
        phone = parcel.recipient.phone or parcel.sender.phone  # 顺丰 and 中通 tell nobody else
        parameters |= {"phone": phone} if phone else {}
        param = {
            "company": parcel.service, "number": parcel.waybill,
            "to": parcel.recipient.region + parcel.recipient.city, "key": secret(account, "key", KEY),
            "parameters": parameters,
        }  # fmt: skip
        found = self._ask("/poll", {"schema": "json", "param": json.dumps(param, ensure_ascii=False)})
        code = text_at(found, "returnCode")
        if code in _SUBSCRIBED:
            return Booked(parcel.waybill)
        raise self._no(code, text_at(found, "message"), _SUBSCRIBE_LATER)

    def find(self, reference: str) -> Booked | None:
        return None  # to subscribe twice is no harm: 501

    def cancel(self, sent: Sent) -> None:
        """Nobody has to be told: what is pushed after this finds nothing open."""

    def label(self, sent: Sent) -> Label | None:
        return None

    def track(self, sent: Sent) -> Sequence[Told]:
        account = self.account
        asked = {"com": sent.service, "num": sent.waybill, "resultv2": "4"}
        asked |= {"phone": sent.phone} if sent.phone else {}
        param = json.dumps(asked, ensure_ascii=False)
        sign = signed(param, secret(account, "key", KEY), account.customer)
        found = self._ask("/poll/query.do", {"customer": account.customer, "sign": sign, "param": param})
        if at(found, "data") is None:
            code = text_at(found, "returnCode")
            if code == _NOTHING_YET:
                return ()
            raise self._no(code, text_at(found, "message"), _ASKED_LATER)
        return reports(found)

    def parse_webhook(self, call: Call) -> Heard:
        form = parse_qs(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        param, sign = (form.get(name, [""])[0] for name in ("param", "sign"))
        salt = self.account.secrets.get("salt", "")
        if not salt or not sign:
            raise Unsigned("unsigned")
        if not same(_md5(param + salt), sign.upper()):
            raise Unsigned("signature")
        try:
            found = json.loads(param)
        except ValueError:
            raise garbage(self.account, "param") from None
        last = at(found, "lastResult")
        told = reports(last) if isinstance(last, dict) else []
        return Heard(told, {"result": True, "returnCode": "200", "message": "成功"})

    def _ask(self, path: str, form: Mapping[str, str]) -> Json:
        address = (self.account.address or ADDRESS).rstrip("/") + path
        return json_of(self.account, talk(self.account, "POST", address, urlencode(form).encode(), _FORM))

    def _no(self, code: str, why: str, later: Collection[str]) -> Exception:
        if code in later:
            return silent(self.account, f"{code} {why}", unsure=True)
        if code in _KEYS:
            return unauthorized(self.account, f"{code} {why}")
        return refused(self.account, f"{code} {why}") if code else garbage(self.account, why)


def reports(found: Json) -> list[Told]:
    """The entries of a result: each with its own state where resultv2 gives one, the last with that of the whole."""
    rows = at(found, "data")
    told = []
    for n, one in enumerate(rows if isinstance(rows, list) else []):
        when = moment_of(at(one, "time") or at(one, "ftime"))
        if when is None:
            continue
        code = text_at(one, "statusCode") or (text_at(found, "state") if n == 0 else "")
        step = STEPS.get(code, "") or _WORDS.get(text_at(one, "status"), "")
        told.append(
            Told(
                at=when, code=code, step=step, text=text_at(one, "context"),
                place=text_at(one, "areaName") or text_at(one, "location"), waybill=text_at(found, "nu"),
            )
        )  # fmt: skip
    return told


def check(account: Account) -> list[Problem]:
    problems = address_problems(account)
    if not problems and account.address and urlsplit(account.address).path not in ("", "/"):
        problems = [Problem("delivery.address_wrong", "address", {"text": account.address[:60]})]
    return problems


ADAPTER = Adapter(
    word=WORDS["kuaidi100"],
    make=Kuaidi100,
    secrets={"key": KEY, "salt": SALT},
    needs=("customer", "services"),
    check=check,
    numbered=True,
    addressed=False,
)
