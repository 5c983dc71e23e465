"""One post to another system: signed, without following it anywhere, and with little read of its answer."""

from __future__ import annotations

import hmac
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from xinheng.base.webhooks import rules

TIMEOUT = urllib3.Timeout(connect=5, read=10)
MOST_READ = 4096  # bytes of an answer
FRESH_SECONDS = 300  # how old a signed call may be
_http = urllib3.PoolManager(retries=False, timeout=TIMEOUT, maxsize=1)


@dataclass(frozen=True)
class Answer:
    """What a post came to. status: the HTTP status; None: no answer, and `fault` says why, in one of our
    own codes or as the network said it. body: its first bytes, where they were asked for."""

    status: int | None
    fault: str = ""
    body: bytes = b""

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def signed_headers(secret: str, *, message_id: str, body: bytes) -> dict[str, str]:
    """The headers of a post that its receiver knows us by, as Standard Webhooks writes them."""
    now = int(time.time())
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "xinheng-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": rules.signature(secret, message_id=message_id, timestamp=now, body=body),
    }


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a call bears the signature of a secret, and is of the last five minutes."""
    second, given = headers.get("webhook-timestamp", ""), headers.get("webhook-signature", "")
    if not secret or not (second.isascii() and second.isdigit()) or len(second) > 12:
        return False
    if abs(time.time() - int(second)) > FRESH_SECONDS:
        return False
    told = {"message_id": headers.get("webhook-id", ""), "timestamp": int(second), "body": body}
    made = rules.signature(secret, **told)  # type: ignore[arg-type]
    return any(hmac.compare_digest(made, one) for one in given.split(" "))


def secret_of(salt: str, mark: str) -> str:
    """The secret made of a salt with the key of today or one before it; "": the key was changed since."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        secret = rules.secret_of(key, salt)
        if rules.mark_of(secret) == mark:
            return secret
    return ""


def fault_of_address(url: str) -> str:
    """Why this installation may not post to an address: "scheme", "host" or ""."""
    return rules.fault_of_address(url, settings.WEBHOOK_HOSTS)


def post(url: str, body: bytes, headers: Mapping[str, str], *, reads: bool = False) -> Answer:
    """Post to an address. Redirects are not followed; only the status counts unless `reads`."""
    try:
        if _leads_to_own_link(url):
            return Answer(None, "host_refused")
        answer = _http.request(
            "POST", url, body=body, headers=dict(headers), redirect=False, preload_content=False
        )
        told = answer.read(MOST_READ) if reads else b""
        answer.close()
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:200])
    return Answer(answer.status, "", told)


def _leads_to_own_link(url: str) -> bool:
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return any(rules.is_own_link(str(address[4][0]).partition("%")[0]) for address in found)
