"""顺丰速运 by its open platform 丰桥 (Fengqiao).

Written to the pages of https://open.sf-express.com: 数字签名认证说明 (developSupport/976720; its example is tested),
统一接入平台返回码说明 and 公共错误码, 路由操作码, and those of 速运类API: 下订单 EXP_RECE_CREATE_ORDER, 订单结果查询
EXP_RECE_SEARCH_ORDER_RESP, 订单确认/取消 EXP_RECE_UPDATE_ORDER, 路由查询 EXP_RECE_SEARCH_ROUTES, 路由推送
RoutePushService.

A request is a form of partnerID, requestID, serviceCode, timestamp, msgData (JSON as text) and msgDigest =
Base64(MD5(URLEncode(msgData + timestamp + checkWord))), the “standard MD5” of the ways to sign. The answer is JSON:
apiResultCode A1000 where the platform took it, and in apiResultData, JSON as text, success, errorCode S0000, errorMsg
and msgData of the service. A push is not signed, so the address of our webhook holds a part that only SF is told.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from hashlib import md5
from time import time
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

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
    Party,
    Sent,
    Told,
    Unsigned,
)
from suyuan.gs1.problems import N_

ADDRESS = "https://bspgw.sf-express.com/std/service"  # 生产环境地址
CHECK_WORD = N_("Check word")
TAKEN, DONE = "A1000", "S0000"
# 统一接入平台返回码: what the platform says before a service looks at the order.
_UNSIGNED = frozenset({"A1003", "A1004", "A1006", "A1008"})  # address, right, signature, encryption
_LATER = frozenset({"A1002", "A1005"})  # the time is over, too many requests: it was not looked at
_BUSY = frozenset({"A1007", "A1009", "A1099"})  # asked twice, the service is not there, an error of the system
# 公共错误码: what the service says.
_TWICE = "8016"  # 重复下单
_UNKNOWN = frozenset({"6150", "8018", "8024"})  # 找不到该订单, 未获取到订单信息, 未下单
_CANCELLED = "8037"  # 订单已消单
_FORM = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
# 路由操作码, as far as they say where a consignment stands; the others are kept without a step.
_CODES: Mapping[Step, str] = {
    Step.COLLECTED: "50 51 54 41 43 46 127 129 153 188 214 407 633 651 655 700 701 950",
    Step.IN_TRANSIT: "10 11 30 31 36 47 64 65 86 87 88 89 96 105 106 130 123 136 137 147 186 187 189 302 304 3036 405"
    " 406 570 571 607 626 627 649 656 921 930 931 932",
    Step.OUT_FOR_DELIVERY: "44 204 34 122 125 211 212 630 634 657 678 880 933",
    Step.EXCEPTION: "33 66 70 72 77 99 126 131 17 18 611 620 621 631 833 870 934",
    Step.DELIVERED: "80 8000 97 128 679 935",
    Step.RETURNED: "648",  # 快件已退回/转寄, 新单号为…: this waybill goes no further
}
STEPS: Mapping[str, str] = {code: step.value for step, codes in _CODES.items() for code in codes.split()}


def signed(message: str, timestamp: str, check_word: str) -> str:
    """msgDigest of a message."""
    text = urlencoded(message + timestamp + check_word)
    return base64.b64encode(md5(text.encode(), usedforsecurity=False).digest()).decode()


def urlencoded(text: str) -> str:
    """As Java's URLEncoder writes it, with which the platform checks: it leaves * alone and does not know ~."""
    return quote_plus(text, safe="*").replace("~", "%7E")


class Sf:
    def __init__(self, account: Account) -> None:
        self.account = account

    def book(self, parcel: Parcel) -> Booked:
        order: dict[str, Json] = {
            "language": "zh-CN",
            "orderId": parcel.reference,
            "contactInfoList": [contact(parcel.sender, 1), contact(parcel.recipient, 2)],
            "cargoDetails": [{"name": parcel.goods or "货物", "count": parcel.parcels}],
            "expressTypeId": int(parcel.service) if parcel.service.isdigit() else 1,
            "payMethod": 1,
            "parcelQty": parcel.parcels,
            "isReturnRoutelabel": 1,
        }
        order |= {"monthlyCard": self.account.pays} if self.account.pays else {}
        order |= {"totalWeight": float(parcel.weight)} if parcel.weight else {}
        order |= {"remark": parcel.note[:100]} if parcel.note else {}
        try:
            return self._booked(self.ask("EXP_RECE_CREATE_ORDER", order))
        except _Said as said:
            found = self.find(parcel.reference) if said.code == _TWICE else None
            if found is None:
                raise refused(self.account, str(said)) from None
            return found

    def find(self, reference: str) -> Booked | None:
        try:
            found = self.ask(
                "EXP_RECE_SEARCH_ORDER_RESP", {"searchType": "1", "orderId": reference, "language": "zh-cn"}
            )
        except _Said as said:
            if said.code in _UNKNOWN:
                return None
            raise refused(self.account, str(said)) from None
        return self._booked(found)

    def _booked(self, found: Json) -> Booked:
        numbers = at(found, "waybillNoInfoList")
        for one in numbers if isinstance(numbers, list) else []:
            if text_at(one, "waybillType") in ("1", "") and (waybill := text_at(one, "waybillNo")):
                return Booked(waybill)
        raise garbage(self.account, json.dumps(found, ensure_ascii=False)[:100])

    def cancel(self, sent: Sent) -> None:
        try:
            self.ask("EXP_RECE_UPDATE_ORDER", {"dealType": 2, "orderId": sent.reference})
        except _Said as said:
            if said.code != _CANCELLED:
                raise refused(self.account, str(said)) from None

    def label(self, sent: Sent) -> Label | None:
        return None  # COM_RECE_CLOUD_PRINT_WAYBILLS wants a template of the customer's own

    def track(self, sent: Sent) -> Sequence[Told]:
        asked = {"language": "zh-CN", "trackingType": "1", "trackingNumber": [sent.waybill], "methodType": "1"}
        try:
            found = self.ask("EXP_RECE_SEARCH_ROUTES", asked)
        except _Said as said:
            raise refused(self.account, str(said)) from None
        told: list[Told] = []
        for one in at(found, "routeResps") or []:
            told += [
                report for route in at(one, "routes") or [] if (report := told_of(route, "acceptTime")) is not None
            ]
        return told

    def parse_webhook(self, call: Call) -> Heard:
        if not call.tail or not same(self.account.tail, call.tail):
            raise Unsigned("unsigned" if not call.tail else "signature")
        try:
            routes = at(json.loads(call.body), "Body.WaybillRoute")
        except ValueError:
            raise garbage(self.account, "JSON") from None
        if not isinstance(routes, list):
            raise garbage(self.account, "Body.WaybillRoute")
        told = [report for route in routes if (report := told_of(route, "acceptTime")) is not None]
        return Heard(told, {"return_code": "0000", "return_msg": "成功"})

    def ask(self, service: str, message: Mapping[str, Json]) -> Json:
        """msgData of the answer. Raises `_Said` where the service says no, CarrierFailed for all else."""
        account, text, now = self.account, json.dumps(message, ensure_ascii=False), str(int(time() * 1000))
        form = {
            "partnerID": account.customer,
            "requestID": str(uuid4()),
            "serviceCode": service,
            "timestamp": now,
            "msgDigest": signed(text, now, secret(account, "check_word", CHECK_WORD)),
            "msgData": text,
        }
        found = json_of(account, talk(account, "POST", account.address or ADDRESS, urlencode(form).encode(), _FORM))
        code, why = text_at(found, "apiResultCode"), text_at(found, "apiErrorMsg")
        if code in _UNSIGNED:
            raise unauthorized(account, f"{code} {why}")
        if code in _BUSY | _LATER:
            raise silent(account, f"{code} {why}", unsure=code in _BUSY)
        if code != TAKEN:
            raise garbage(account, f"{code} {why}") if not code else refused(account, f"{code} {why}")
        try:
            inner = json.loads(text_at(found, "apiResultData"))
        except ValueError:
            raise garbage(account, text_at(found, "apiResultData")) from None
        if at(inner, "success") is True and text_at(inner, "errorCode") == DONE:
            return at(inner, "msgData") or {}
        if not text_at(inner, "errorCode"):
            raise garbage(account, json.dumps(inner, ensure_ascii=False)[:100])
        raise _Said(text_at(inner, "errorCode"), text_at(inner, "errorMsg"))


class _Said(Exception):
    """A service of the platform said no, with a code of its own."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code} {why}")
        self.code = code


def contact(party: Party, kind: int) -> dict[str, Json]:
    """contactInfoList: 1 who sends, 2 who receives."""
    return {
        "contactType": kind, "company": party.name, "contact": party.name, "tel": party.phone, "country": party.country,
        "province": party.region, "city": party.city, "address": party.address, "postCode": party.postcode,
    }  # fmt: skip


def told_of(route: Json, time_name: str) -> Told | None:
    """A route of a query or of a push; None without a time. Its id stands in pushes alone, so that it tells nothing."""
    when = moment_of(at(route, time_name))
    if when is None:
        return None
    code = text_at(route, "opCode")
    return Told(
        at=when, code=code, step=STEPS.get(code, ""), text=text_at(route, "remark"),
        place=text_at(route, "acceptAddress"), waybill=text_at(route, "mailno") or text_at(route, "mailNo"),
        reference=text_at(route, "orderid") or text_at(route, "orderId"),
    )  # fmt: skip


ADAPTER = Adapter(
    word=WORDS["sf"], make=Sf, secrets={"check_word": CHECK_WORD}, needs=("customer", "sender_name", "sender_address"),
    check=address_problems,
)  # fmt: skip
