"""顺丰速运 by its open platform 丰桥 (Fengqiao).

Written to “数字签名认证说明” and the pages of 速运类API at https://open.sf-express.com: 下订单 EXP_RECE_CREATE_ORDER,
订单结果查询 EXP_RECE_SEARCH_ORDER_RESP, 订单确认/取消 EXP_RECE_UPDATE_ORDER, 路由查询 EXP_RECE_SEARCH_ROUTES, 路由推送
RoutePushService; and to the request files of the platform's own SDK 2.0.

A request is a form of partnerID, requestID, serviceCode, timestamp, msgData (JSON as text) and msgDigest =
Base64(MD5(URLEncode(msgData + timestamp + checkWord))). The answer is JSON: apiResultCode A1000 where the platform took
it, and in apiResultData, JSON as text, success, errorCode S0000, errorMsg and msgData of the service. A push is not
signed, so the address of our webhook holds a part that only SF is told.
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

ADDRESS = "https://sfapi.sf-express.com/std/service"
CHECK_WORD = N_("Check word")
TAKEN, DONE = "A1000", "S0000"
# 公共错误码: what the platform says before a service looks at the order.
_UNSIGNED = frozenset({"A1003", "A1004", "A1006", "A1008"})  # address, right, signature, encryption
_LATER = frozenset({"A1002", "A1005"})  # the time is over, too many requests: it was not looked at
_BUSY = frozenset({"A1007", "A1009", "A1099"})  # asked twice, the service is not there, an error of the system
_TWICE = "8016"  # 重复下单
_UNKNOWN = frozenset({"8024", "8018", "20011", "6150"})  # 未查到订单: nothing stands under this number
_FORM = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
# 路由操作码: a number in front of letters is enough, and what is not here is a step on the way where SF sorts it so.
STEPS: Mapping[str, str] = {
    "50": Step.COLLECTED, "51": Step.COLLECTED, "54": Step.COLLECTED, "43": Step.COLLECTED,
    "10": Step.IN_TRANSIT, "11": Step.IN_TRANSIT, "30": Step.IN_TRANSIT, "31": Step.IN_TRANSIT, "36": Step.IN_TRANSIT,
    "105": Step.IN_TRANSIT, "106": Step.IN_TRANSIT, "407": Step.IN_TRANSIT, "501": Step.IN_TRANSIT,
    "607": Step.IN_TRANSIT, "630": Step.IN_TRANSIT, "130": Step.IN_TRANSIT, "123": Step.IN_TRANSIT,
    "44": Step.OUT_FOR_DELIVERY, "204": Step.OUT_FOR_DELIVERY, "34": Step.OUT_FOR_DELIVERY,
    "125": Step.OUT_FOR_DELIVERY, "128": Step.OUT_FOR_DELIVERY, "657": Step.OUT_FOR_DELIVERY,
    "33": Step.EXCEPTION, "70": Step.EXCEPTION, "517": Step.EXCEPTION, "631": Step.EXCEPTION, "77": Step.EXCEPTION,
    "80": Step.DELIVERED, "8000": Step.DELIVERED,
    "99": Step.EXCEPTION, "648": Step.RETURNED, "933": Step.RETURNED,
}  # fmt: skip


def signed(message: str, timestamp: str, check_word: str) -> str:
    """msgDigest of a message."""
    text = quote_plus(message + timestamp + check_word)  # as Java's URLEncoder, which the platform uses
    return base64.b64encode(md5(text.encode(), usedforsecurity=False).digest()).decode()


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
            if said.code not in ("8037", "8057"):  # 已消单: it is cancelled
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
