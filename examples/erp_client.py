"""An ERP that lets Xinheng decide on its orders: a client to read, to run and to copy from.

It needs nothing but Python. Against a running server (`make run`), with a token that may do what it does:

    export XINHENG_TOKEN=$(xinheng people token credit erp --expires "$(date -d '+30 days' +%F)" --json \\
        --permit customers.read --permit 'orders.*' --permit 'limits.*' --permit 'receivables.*' \\
        --permit 'webhooks.*' | sed 's/.*"token": "\\([^"]*\\)".*/\\1/')
    python examples/erp_client.py --customer D0001 [--server http://localhost:8000] [--listen 127.0.0.1:9009]

It says what it does line by line: it listens for webhooks, gives the customer a limit, checks an order that
passes and another that is held, shows the reasons, delivers, bills, is paid, has the held one
released by somebody else (--desk-token) or cancels it, and prints what it was told meanwhile.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import http.server
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

TOLERANCE_SECONDS = 300  # an older message is turned away: somebody may play it again


class Refused(Exception):
    """The server refused: `code` is for programs and never changes, `detail` is for people."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.code, self.detail = status, problem.get("code", ""), problem.get("detail", "")
        super().__init__(f"{status} {self.code}: {self.detail}")


class Xinheng:
    """The API. Every write goes out under a key of its own and is repeated under it until it is answered."""

    def __init__(self, server: str, token: str, *, patience_s: float = 60) -> None:
        self.base, self.token, self.patience_s = server.rstrip("/") + "/api/v1", token, patience_s

    def get(self, path: str) -> Any:
        """Read."""
        return self._answered("GET", path, None, "")

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        """Write once, however often it is sent. key: from the ERP's own document: it survives a restart."""
        return self._answered("POST", path, body, key or uuid.uuid4().hex)

    def _answered(self, method: str, path: str, body: Any, key: str) -> Any:
        """The answer; where none comes, or the server is not ready, the same request again after a while."""
        wait, until = 0.2, time.monotonic() + self.patience_s
        while True:
            try:
                return self._asked(method, path, body, key)
            except Refused as refused:
                if refused.status < 500 or time.monotonic() > until:
                    raise
            except OSError:  # no connection, or it broke: nobody knows whether the request arrived
                if time.monotonic() > until:
                    raise
            time.sleep(wait)
            wait = min(2 * wait, 5)

    def _asked(self, method: str, path: str, body: Any, key: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        if method != "GET":
            headers["Idempotency-Key"] = key
        content = None
        if body is not None:
            content, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.base + path, content, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _problem(error)) from None


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        problem: dict[str, Any] = json.load(error)
    except ValueError:
        problem = {}
    return problem


def is_genuine(secret: str, headers: Any, body: bytes, *, now: float) -> bool:
    """Whether a webhook is from the server that holds the secret, unchanged and of this moment.

    The signature is HMAC-SHA256, in base64, over "id.timestamp.body", by the bytes behind "whsec_".
    """
    message, sent, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not sent.isdigit() or abs(now - int(sent)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{message}.{sent}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(made).decode()
    return any(hmac.compare_digest(expected, one) for one in given.split())


class Listener:
    """Receives webhooks: verifies them, drops what it has seen, answers at once and works afterwards."""

    def __init__(self, host: str, port: int) -> None:
        self.secret = ""
        self.told: queue.Queue[dict[str, Any]] = queue.Queue()
        self.turned_away = 0
        self._seen: set[str] = set()  # in an ERP: a table with a unique column
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(204 if listener.take(self.headers, body) else 401)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_told: Any) -> None:
                """Nothing: the client says what it is told."""

        self.server = http.server.ThreadingHTTPServer((host, port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}/xinheng"

    def take(self, headers: Any, body: bytes) -> bool:
        """Whether a message is genuine; one that came before is answered and not worked on again."""
        if not is_genuine(self.secret, headers, body, now=time.time()):
            self.turned_away += 1
            return False
        if headers["webhook-id"] not in self._seen:
            self._seen.add(headers["webhook-id"])
            self.told.put(json.loads(body))
        return True

    def close(self) -> None:
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()


def check(api: Xinheng, customer: str, no: str, amount: str) -> dict[str, Any]:
    """Ask whether an order may be taken; a passed one has spent the headroom."""
    today = date.today().isoformat()  # noqa: DTZ011
    order = {"order_no": no, "ordered_on": today, "ship_on": today, "amount": amount}
    answer: dict[str, Any] = api.post(f"/customers/{customer}/orders", order, key=f"order-{no}")
    say(f"order {no} of {amount}: {answer['verdict']}")
    for reason in answer["reasons"]:
        say(f"  {reason['strength']}: {reason['text']}")
    return answer


def ship_and_be_paid(api: Xinheng, customer: str, no: str, amount: str) -> None:
    """Goods leave, are billed, and the customer pays: each is told when it happens, under its own number."""
    today, where = date.today().isoformat(), f"/customers/{customer}"  # noqa: DTZ011
    delivery = {"delivery_no": f"D-{no}", "delivered_on": today, "amount": amount}
    api.post(f"{where}/orders/{no}/deliveries", delivery, key=f"delivery-{no}")
    bill = {"bill_no": f"B-{no}", "billed_on": today, "due_on": today, "amount": amount}
    api.post(f"{where}/orders/{no}/bills", bill, key=f"bill-{no}")
    receipt = {"receipt_no": f"R-{no}", "received_on": today, "amount": amount}
    api.post(f"{where}/receipts", receipt, key=f"receipt-{no}")
    settlement = {"bill_no": f"B-{no}", "receipt_no": f"R-{no}", "settled_on": today, "amount": amount}
    api.post(f"{where}/settlements", settlement, key=f"settlement-{no}")
    say(f"order {no}: delivered, billed and paid")


def release(api: Xinheng, no: str) -> bool:
    """Release a held order, within one's authority. Whoever asked for the order may not, and is told so."""
    try:
        api.post(f"/held-orders/{no}/release", {"reason": "guarantee received"}, key=f"release-{no}")
    except Refused as refused:
        say(f"order {no}: not released ({refused.code}): {refused.detail}")
        return False
    say(f"order {no}: released")
    return True


def cancel(api: Xinheng, customer: str, no: str) -> None:
    """The customer does not want it any more: its headroom is free again."""
    body = {"how": "cancelled", "reason": "cancelled by the customer"}
    api.post(f"/customers/{customer}/orders/{no}/end", body, key=f"end-{no}")
    say(f"order {no}: cancelled")


def say(line: str) -> None:
    """One line for who watches."""
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """The whole way of two orders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--server", default="http://localhost:8000")
    parser.add_argument("--token", default=os.environ.get("XINHENG_TOKEN", ""))
    parser.add_argument("--desk-token", default="", help="of somebody who may release what is held")
    parser.add_argument("--customer", required=True)
    parser.add_argument("--listen", default="127.0.0.1:0", help="where webhooks are received")
    asked = parser.parse_args()
    api, (host, _, port) = Xinheng(asked.server, asked.token), asked.listen.rpartition(":")
    listener, run = Listener(host, int(port)), uuid.uuid4().hex[:8]
    hook = {"name": f"ERP {run}", "url": listener.url, "events": ["order.decided", "limit.set"]}
    made = api.post("/webhooks", hook)
    listener.secret = made["secret"]
    try:
        time.sleep(1.1)  # a new webhook is told of what happens a second after it was made
        walk(api, Xinheng(asked.server, asked.desk_token or asked.token), asked.customer, run)
        hear(listener)
    finally:
        api.post(f"/webhooks/{made['id']}/switch", {"is_on": False})
        listener.close()


def walk(api: Xinheng, desk: Xinheng, customer: str, run: str) -> None:
    """One order that passes and goes to its end, one that is held, and one that is not wanted any more."""
    line = api.get(f"/customers/{customer}/credit-line")
    limit = f"{Decimal(line['exposure']['amount']) + 10_000:.2f}"
    told = {"amount": limit, "reason": "trial of the ERP"}
    api.post(f"/customers/{customer}/limits", told, key=f"limit-{run}")
    say(f"limit of {customer}: {limit}")
    first, second, third = (f"{run}-{place}" for place in (1, 2, 3))
    if check(api, customer, first, "9000.00")["verdict"] == "passed":
        check(api, customer, first, "9000.00")  # sent twice by mistake: the first answer once more
        ship_and_be_paid(api, customer, first, "9000.00")
    if check(api, customer, second, "50000.00")["verdict"] == "held" and release(desk, second):
        ship_and_be_paid(api, customer, second, "50000.00")
    else:
        cancel(api, customer, second)
    check(api, customer, third, "100.00")
    cancel(api, customer, third)
    left = api.get(f"/customers/{customer}/credit-line")["left"]
    say(f"left of the limit: {left['amount'] if left else 'not limited'}")


def hear(listener: Listener) -> None:
    """What was told meanwhile, in the order of the customer."""
    while True:
        try:
            told = listener.told.get(timeout=3)
        except queue.Empty:
            return
        order, verdict = (told["data"].get(name, "") for name in ("order_no", "verdict"))
        say(f"told: {told['type']} {told['subject']} {order} {verdict}".rstrip())


if __name__ == "__main__":
    main()
