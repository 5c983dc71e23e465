"""What is decided without asking anybody: masks, quiet hours, and what gateways are told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote_plus

MOVES = {  # what may become of a message in a state; a bounce may follow a receipt
    "waiting": ("sent", "failed", "bounced", "withdrawn", "to_do"),
    "to_do": ("sent", "delivered", "failed", "bounced", "withdrawn"),
    "sent": ("delivered", "opened", "bounced", "failed"),
    "delivered": ("opened", "bounced"),
    "opened": (),
    "bounced": (),
    "failed": (),
    "withdrawn": (),
}


def mask(address: str) -> str:
    """An address that its owner knows and nobody else can use: "z***@example.com", "138****5678"."""
    if "@" in address:
        name, _, host = address.rpartition("@")
        return f"{name[:1]}***@{host}"
    if sum(sign.isdigit() for sign in address) >= len(address) - 4 and len(address) >= 7:
        return f"{address[:3]}****{address[-4:]}"
    return f"{address[:6]}…" if len(address) > 6 else address


def redacted(told: str, address: str) -> str:
    """What a server said, without the address it may repeat; at most 200 signs."""
    return (told.replace(address, mask(address)) if address else told)[:200]


def may_follow(before: str, after: str) -> bool:
    """Whether a message in one state may come into another."""
    return after in MOVES[before]


def quiet_end(now: datetime, start: time | None, end: time | None) -> datetime | None:
    """When the quiet hours that `now` lies in are over; None outside of them. now: in the site's time.

    From the start, up to but without the end; over midnight where the start is later than the end.
    """
    if start is None or end is None or start == end:
        return None
    moment = now.time()
    over_night = start > end
    is_quiet = (moment >= start or moment < end) if over_night else start <= moment < end
    if not is_quiet:
        return None
    over = datetime.combine(now.date(), end, tzinfo=now.tzinfo)
    return over + timedelta(days=1) if over_night and moment >= start else over


def signed_body(message: dict[str, Any]) -> bytes:
    """What a signed gateway is told."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def robot(form: str, *, url: str, secret: str, text: str, phone: str, second: int) -> tuple[str, bytes]:
    """Address and body of a message to the robot of a vendor; the secret "" is one without a signature.

    "{secret}" in the address gives way to the secret, as WeCom's key stands in its address.
    Sources: WeCom group robot, DingTalk custom robot (sign: HMAC-SHA256 of second in ms and secret),
    Feishu custom robot (sign: HMAC-SHA256 keyed by second and secret over nothing).
    """
    address = url.replace("{secret}", quote_plus(secret))
    told: dict[str, Any]
    if form == "feishu":
        told = {"msg_type": "text", "content": {"text": text}}
        if secret:
            key = f"{second}\n{secret}".encode()
            told |= {"timestamp": str(second), "sign": _base64(hmac.digest(key, b"", hashlib.sha256))}
        return address, signed_body(told)
    told = {"msgtype": "text", "text": {"content": text}}
    if form == "wecom":
        told["text"]["mentioned_mobile_list"] = [phone] if phone else []
        return address, signed_body(told)
    told["at"] = {"atMobiles": [phone] if phone else []}
    if secret:
        made = hmac.digest(secret.encode(), f"{second * 1000}\n{secret}".encode(), hashlib.sha256)
        joint = "&" if "?" in address else "?"
        address += f"{joint}timestamp={second * 1000}&sign={quote_plus(_base64(made))}"
    return address, signed_body(told)


def robot_took_it(body: bytes) -> bool:
    """Whether a vendor's robot took the message: it answers 200 all the same where it did not."""
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("errcode", told.get("code", told.get("StatusCode"))) == 0


def _base64(made: bytes) -> str:
    return base64.b64encode(made).decode()
