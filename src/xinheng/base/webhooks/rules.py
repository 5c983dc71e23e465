"""What is decided without asking anybody: signatures, waits, and which addresses may be told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

SIGN = "whsec_"  # so that a scanner of leaked secrets knows one
WAITS = [  # after each try that failed; with the last one a day has passed
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=7),
    timedelta(hours=9),
]
SPREAD = 0.2  # of a wait, so that many do not come back at one moment


def secret_of(key: str, salt: str) -> str:
    """The secret of a subscription, made from the key of the installation: so none is kept anywhere."""
    made = hmac.new(key.encode(), f"webhooks:{salt}".encode(), hashlib.sha256).digest()
    return SIGN + base64.b64encode(made).decode()


def mark_of(secret: str) -> str:
    """By which a secret is known again without being kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over id, second and body, as Standard Webhooks writes it: "v1,base64"."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = hmac.new(base64.b64decode(secret.removeprefix(SIGN)), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def wait_after(tries: int, *, chance: float) -> timedelta | None:
    """How long to wait after so many tries that failed; None: it is given up.

    chance: 0 to 1, from a fifth less to a fifth more.
    """
    if tries > len(WAITS):
        return None
    return WAITS[tries - 1] * (1 - SPREAD + 2 * SPREAD * chance)


def fault_of_address(url: str, hosts: Sequence[str]) -> str:
    """Why an address may not be told: "scheme", "host" or ""; hosts: patterns of names that may be."""
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "host"
    if parts.scheme not in ("http", "https"):
        return "scheme"
    if not name or parts.username is not None or parts.password is not None or parts.fragment:
        return "host"
    if not any(fnmatchcase(name, pattern.lower()) for pattern in hosts) or is_own_link(name):
        return "host"
    return ""


def is_own_link(host: str) -> bool:
    """Whether an address is of the machine's own link, where clouds answer with the machine's secrets."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_link_local or (mapped or found).is_multicast
