"""Carriers on this machine: each speaks the documented protocol, checks what he is sent, and fails as a test wants.

`mode`: ``ok``; ``500``; ``garbage``; ``drop`` (takes the call, does it, and says nothing); ``late`` (does it, answers
after the caller has gone); ``busy``; ``never`` (takes the connection and does nothing).
"""

import base64
import hmac
import json
import time
from collections.abc import Callable
from hashlib import md5, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote_plus

Json = Any


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "ok"
        self.modes: list[str] = []  # for the next calls, one each
        self.asked: list[tuple[str, str, Json]] = []  # method, path, what was asked
        self.orders: dict[str, dict[str, Json]] = {}  # by the customer's own number
        self.events: dict[str, list[dict[str, Json]]] = {}  # by waybill

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def book(self, reference: str) -> str:
        """The waybill of an order, made once."""
        order = self.orders.setdefault(reference, {"waybill": f"W{len(self.orders) + 1:06}", "cancelled": False})
        return str(order["waybill"])

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        raise NotImplementedError


def patience(mode: str) -> float:
    """Seconds after which nothing more is expected of such a server."""
    return 0.4 if mode in ("late", "never") else 20.0


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        mode = self.server.modes.pop(0) if self.server.modes else self.server.mode
        headers = {name.lower(): value for name, value in self.headers.items()}
        if mode == "never":
            time.sleep(5)
            return
        if mode == "500":
            self.say(500, b"oops")
            return
        if mode == "redirect":
            self.say(302, b"")
            return
        status, answer = self.server.answer(self.command, self.path, headers, body)
        if mode == "garbage":
            self.say(200, b"<html>maintenance</html>")
        elif mode == "drop":
            self.close_connection = True
            self.connection.close()
        elif mode == "late":
            time.sleep(1.5)
            self.say(status, answer)
        else:
            self.say(status, answer)

    do_GET = do_POST = do_DELETE = do_PUT = do_any

    def say(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # nobody listens any more

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def told(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class SfServer(Server):
    """丰桥: one address, a form, the digest over message, time and check word; answers in JSON in JSON."""

    partner, check_word = "YTEST01", "cW0rd-of-this-test-only"
    says = ""  # the errorCode of whatever comes next

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        message, service = form.get("msgData", ""), form.get("serviceCode", "")
        text = quote_plus(message + form.get("timestamp", "") + self.check_word)
        expected = base64.b64encode(md5(text.encode()).digest()).decode()
        self.asked.append((method, service, json.loads(message or "{}")))
        if form.get("partnerID") != self.partner or form.get("msgDigest") != expected:
            return self.platform("A1006", "数字签名无效")
        if abs(time.time() * 1000 - int(form["timestamp"])) > 300_000:
            return self.platform("A1002", "请求时效已过期")
        services: dict[str, Callable[[Json], Json]] = {
            "EXP_RECE_CREATE_ORDER": self.create,
            "EXP_RECE_SEARCH_ORDER_RESP": self.search,
            "EXP_RECE_UPDATE_ORDER": self.update,
            "EXP_RECE_SEARCH_ROUTES": self.routes,
        }
        if service not in services:
            return self.platform("A1004", "无对应服务权限")
        if self.mode == "busy":
            return self.platform("A1005", "流量受控")
        if self.says.startswith("A"):
            return self.platform(self.says, "不")
        if self.says:
            return self.platform("A1000", "", told(no(self.says, "不")).decode())
        return self.platform("A1000", "", told(services[service](json.loads(message))).decode())

    def platform(self, code: str, why: str, data: str = "") -> tuple[int, bytes]:
        return 200, told({"apiErrorMsg": why, "apiResponseID": "x", "apiResultCode": code, "apiResultData": data})

    def create(self, asked: Json) -> Json:
        if asked["orderId"] in self.orders:
            return no("8016", "重复下单")
        if not all(one.get("address") for one in asked["contactInfoList"]):
            return no("6106", "寄件方详细地址为空")
        waybill = self.book(asked["orderId"])
        numbers = [{"waybillType": 1, "waybillNo": waybill}]
        return yes({"orderId": asked["orderId"], "filterResult": 2, "waybillNoInfoList": numbers})

    def search(self, asked: Json) -> Json:
        if asked["orderId"] not in self.orders:
            return no("8024", "未查询到该订单")
        waybill = self.orders[asked["orderId"]]["waybill"]
        return yes({"orderId": asked["orderId"], "waybillNoInfoList": [{"waybillType": 1, "waybillNo": waybill}]})

    def update(self, asked: Json) -> Json:
        order = self.orders.get(asked["orderId"])
        if order is None:
            return no("8018", "未获取到订单信息")
        order["cancelled"] = True
        return yes({"orderId": asked["orderId"], "resStatus": 2})

    def routes(self, asked: Json) -> Json:
        number = asked["trackingNumber"][0]
        return yes({"routeResps": [{"mailNo": number, "routes": self.events.get(number, [])}]})


def yes(data: Json) -> Json:
    return {"success": True, "errorCode": "S0000", "errorMsg": None, "msgData": data}


def no(code: str, why: str) -> Json:
    return {"success": False, "errorCode": code, "errorMsg": why, "msgData": None}


class KuaidiServer(Server):
    """快递100: /poll subscribes, /poll/query.do asks; sign = MD5(param + key + customer) in capitals. `says`: the
    returnCode of whatever comes next."""

    customer, key = "C0FFEE00", "kEy0f7es7"
    says = ""

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        param = json.loads(form.get("param", "{}"))
        self.asked.append((method, path, param))
        if self.says:
            return 200, told({"result": False, "returnCode": self.says, "message": "不"})
        if path == "/poll":
            return 200, told(self.subscribed(form, param))
        if path != "/poll/query.do":
            return 404, b""
        sign = md5((form["param"] + self.key + self.customer).encode()).hexdigest().upper()
        if form.get("customer") != self.customer or form.get("sign") != sign:
            return 200, told({"result": False, "returnCode": "503", "message": "验证签名失败"})
        rows = self.events.get(param["num"])
        if rows is None:
            return 200, told({"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"})
        return 200, told(
            {"message": "ok", "state": rows[0]["statusCode"], "nu": param["num"], "com": param["com"], "data": rows}
        )

    def subscribed(self, form: dict[str, str], param: Json) -> Json:
        if form.get("schema") != "json":
            return {"result": False, "returnCode": "700", "message": "不支持的订阅方格式"}
        if param.get("key") != self.key:
            return {"result": False, "returnCode": "600", "message": "您不是合法的订阅者"}
        known = param["number"] in self.orders
        self.orders[param["number"]] = {"waybill": param["number"], **param["parameters"]}
        if known:
            return {"result": False, "returnCode": "501", "message": "重复订阅"}
        return {"result": True, "returnCode": "200", "message": "提交成功"}

    def push(self, number: str, rows: list[dict[str, Json]], salt: str) -> bytes:
        """The body of a push, signed."""
        last = {"message": "ok", "state": rows[0]["statusCode"], "nu": number, "data": rows}
        param = told({"status": "polling", "message": "", "lastResult": last}).decode()
        sign = md5((param + salt).encode()).hexdigest().upper()
        return f"sign={sign}&param={quote_plus(param)}".encode()


class RestServer(Server):
    """A carrier of his own kind: JSON, a bearer key, and the customer's number as what makes an order one."""

    key = "rest-key-1"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        asked = json.loads(body) if body else None
        self.asked.append((method, path, asked))
        if headers.get("authorization") != f"Bearer {self.key}":
            return 401, told({"code": "no", "message": "bad key"})
        if self.mode == "busy":
            return 429, told({"code": "busy", "message": "slow down"})
        if method == "POST" and path == "/orders":
            return self.create(asked)
        if path.startswith("/orders/by-ref/"):
            order = self.orders.get(path.rsplit("/", 1)[1])
            return (200, told({"code": "0", "data": {"no": order["waybill"]}})) if order else (404, b"{}")
        if method == "DELETE" and path.startswith("/orders/"):
            for order in self.orders.values():
                order["cancelled"] = order["cancelled"] or order["waybill"] == path.rsplit("/", 1)[1]
            return 200, told({"code": "0"})
        if path.endswith("/label"):
            return 200, b"%PDF-1.4 a label"
        if path.endswith("/events"):
            return 200, told({"code": "0", "data": {"events": self.events.get(path.split("/")[2], [])}})
        return 404, told({"code": "404", "message": "not found"})

    def create(self, asked: Json) -> tuple[int, bytes]:
        if not asked["to"]["street"]:
            return 422, told({"code": "7", "message": "street missing"})
        waybill = self.book(asked["ref"])
        return 200, told({"code": "0", "data": {"no": waybill, "eta": "2026-11-24 18:00:00"}})


MAPPING: dict[str, Json] = {
    "auth": {"kind": "header", "header": "Authorization", "value": "Bearer {key}"},
    "ok": {"path": "code", "values": ["0"], "later": ["busy"], "message": "message"},
    "book": {
        "path": "/orders",
        "body": {
            "ref": "{reference}", "parcels": "{parcels}", "kg": "{weight}", "service": "{service}",
            "to": {"name": "{recipient_name}", "street": "{recipient_address}", "city": "{recipient_city}"},
        },
        "waybill": "data.no", "estimated": "data.eta",
    },
    "find": {"method": "GET", "path": "/orders/by-ref/{reference}", "waybill": "data.no"},
    "cancel": {"method": "DELETE", "path": "/orders/{waybill}"},
    "label": {"method": "GET", "path": "/orders/{waybill}/label"},
    "track": {"method": "GET", "path": "/orders/{waybill}/events"},
    "reports": {"list": "data.events", "at": "time", "code": "status", "text": "said", "place": "city"},
    "webhook": {
        "sign": "standard", "waybill": "no",
        "reports": {"list": "events", "at": "time", "code": "status", "text": "said", "place": "city"},
        "answer": {"ok": True},
    },
    "statuses": {
        "PICKED": "collected", "MOVING": "in_transit", "OUT": "out_for_delivery", "DONE": "delivered",
        "NO": "refused", "LOST": "exception", "BACK": "returned",
    },
}  # fmt: skip


def standard_headers(secret: str, id: str, at: int, body: bytes) -> dict[str, str]:
    """As a sender of Standard Webhooks signs."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{id}.{at}.".encode() + body, sha256).digest()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(made).decode(),
    }
