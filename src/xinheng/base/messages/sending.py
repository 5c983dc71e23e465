"""Sending what is due: taken under a lease, handed to its gateway, and written down how it went."""

from __future__ import annotations

import secrets
import smtplib
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Max

from xinheng.base.kernel.clock import at_site, timestamp
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.messages import channels, rules
from xinheng.base.messages.models import Message, Step
from xinheng.base.messages.papers import paper_of
from xinheng.base.messages.values import ChannelNow, Paper
from xinheng.base.webhooks import services as webhooks

AT_ONCE = 8  # posts of one round under way
A_ROUND = 20
JSON = {"content-type": "application/json; charset=utf-8"}
LEASE = timedelta(minutes=10)  # more than a round may take: a sender that was killed gives it back


@dataclass(frozen=True)
class Outcome:
    """What a try came to. state: sent, bounced (its address does not exist), failed; "": try again later."""

    message_id: int
    state: str
    note: str = ""
    sha256: str = ""


def send_due() -> int:
    """Send what is due; gives how many messages were tried.

    At least once: a sender that dies between sending and writing it down leaves the message to be sent again
    under the same id. Several senders may work at once.
    """
    now = timestamp()
    if not Message.objects.filter(state="waiting", due_at__lte=now).exists():
        return 0
    taken = _taken(now)
    ready = {one.way: one for one in channels.channels()}
    mails = [one for one in taken if ready[one.way].form == "smtp"]
    others = [one for one in taken if ready[one.way].form != "smtp"]
    outcomes = _mail(mails, ready["email"]) if mails else []
    if others:
        posts = [_as_post(one, ready[one.way]) for one in others]
        with ThreadPoolExecutor(AT_ONCE) as senders:
            outcomes += list(senders.map(_post, posts))
    _note(outcomes, timestamp())
    return len(outcomes)


@transaction.atomic
def _taken(now: datetime) -> list[Message]:
    """What this sender sends now; what lies in quiet hours or too near another message waits."""
    due = Message.objects.filter(state="waiting", due_at__lte=now).order_by("pk")
    rows = list(due.select_for_update(skip_locked=True)[:A_ROUND])
    setup = {one.way: one for one in channels.channels()}
    latest = _last_sent(rows)
    taken = []
    for row in rows:
        wait_until = _waits(row, setup[row.way], latest, now)
        row.due_at = wait_until or now + LEASE
        if wait_until is None:
            taken.append(row)
            latest[row.way, row.address] = now
    Message.objects.bulk_update(rows, ["due_at"])
    return taken


def _last_sent(rows: Sequence[Message]) -> dict[tuple[str, str], datetime]:
    addresses = {row.address for row in rows}
    sent = Message.objects.filter(address__in=addresses, sent_at__isnull=False).values_list("way", "address")
    return {(way, address): at for way, address, at in sent.annotate(Max("sent_at")).order_by()}


def _waits(
    row: Message, setup: ChannelNow, latest: dict[tuple[str, str], datetime], now: datetime
) -> datetime | None:
    """Until when a message waits for the quiet hours to end or the gap to pass; None: it may go out."""
    if end := rules.quiet_end(at_site(now), setup.quiet_from, setup.quiet_until):
        return end
    last = latest.get((row.way, row.address))
    if last is None or not setup.gap_minutes:
        return None
    free = last + timedelta(minutes=setup.gap_minutes)
    return free if free > now else None


def _mail(rows: Sequence[Message], setup: ChannelNow) -> list[Outcome]:
    """Hand e-mails to the mail server over one connection."""
    if setup.fault:
        return [Outcome(row.pk, "failed", setup.fault) for row in rows]
    try:
        connection = get_connection()
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        return [Outcome(row.pk, "", _fault(error, "")) for row in rows]
    try:
        return [_mailed(row, connection) for row in rows]
    finally:
        connection.close()


def _mailed(row: Message, connection: Any) -> Outcome:
    try:
        paper = paper_of(row.paper) if row.paper else None
    except Refusal as refusal:
        return Outcome(row.pk, "failed", str(refusal)[:200])
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    mail = EmailMessage(
        row.title, row.text, settings.DEFAULT_FROM_EMAIL, [row.address], connection=connection,
        headers={"Message-ID": f"<{row.message_id}@{host}>", "X-Xinheng-Message": row.message_id},
    )  # fmt: skip
    if paper:
        mail.attach(row.paper_name or paper.file_name, paper.content, "application/pdf")
    sha256 = paper.sha256 if paper else ""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = max((code for code, _ in refused.recipients.values()), default=0)
        return Outcome(row.pk, "bounced" if code >= 500 else "", _fault(refused, row.address), sha256)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(row.pk, "", _fault(error, row.address), sha256)
    return Outcome(row.pk, "sent", "", sha256)


def _fault(error: Exception, address: str) -> str:
    return rules.redacted(f"{type(error).__name__}: {error}", address)


@dataclass(frozen=True)
class _Post:
    """What a gateway is told. secret: that an answer may repeat. fault: why it cannot go out at all."""

    message_id: int
    address: str
    secret: str
    url: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_robot: bool = False
    fault: str = ""
    sha256: str = ""


def _as_post(row: Message, setup: ChannelNow) -> _Post:
    """What the gateway of a way is told of a message; a paper goes along by its hash."""
    post = _Post(row.pk, row.address, channels.secret_of(row.way), fault=setup.fault)
    if setup.form == "signed":
        return _signed(post, row, setup)
    told: dict[str, Any] = {"phone": row.address, "second": int(time.time())}
    text = f"{row.title}\n{row.text}"
    url, body = rules.robot(setup.form, url=setup.url, secret=post.secret, text=text, **told)
    return replace(post, url=url, body=body, headers=JSON, is_robot=True)


def _signed(post: _Post, row: Message, setup: ChannelNow) -> _Post:
    try:
        paper = paper_of(row.paper) if row.paper else None
    except Refusal as refusal:
        return replace(post, fault=str(refusal)[:200])
    if not post.secret:
        return replace(post, fault=post.fault or "secret_lost")
    told = {
        "message_id": row.message_id, "way": row.way, "to": row.address, "recipient": row.recipient,
        "title": row.title, "text": row.text, "language": row.language, **_told(paper),
    }  # fmt: skip
    body = rules.signed_body(told)
    headers = webhooks.signed_headers(post.secret, message_id=row.message_id, body=body)
    return replace(post, url=setup.url, body=body, headers=headers, sha256=paper.sha256 if paper else "")


def _told(paper: Paper | None) -> dict[str, str]:
    return {"paper_name": paper.file_name, "paper_sha256": paper.sha256} if paper else {}


def _post(post: _Post) -> Outcome:
    fault = post.fault or webhooks.fault_of_address(post.url)
    if fault:
        return Outcome(post.message_id, "failed", fault)
    answer = webhooks.post(post.url, post.body, post.headers, reads=post.is_robot)
    if answer.arrived and (not post.is_robot or rules.robot_took_it(answer.body)):
        return Outcome(post.message_id, "sent", "", post.sha256)
    told = answer.fault or f"HTTP {answer.status} {answer.body.decode(errors='replace')}".strip()
    if post.secret:  # an address of a vendor holds it
        told = told.replace(post.secret, "…")
    return Outcome(post.message_id, "", rules.redacted(told, post.address))


@transaction.atomic
def _note(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down how the tries went; what may still arrive is tried again, later each time, for a day."""
    by_key = {one.message_id: one for one in outcomes}
    rows = list(Message.objects.select_for_update().filter(pk__in=by_key, state="waiting").order_by("pk"))
    steps = []
    for row in rows:
        outcome = by_key[row.pk]
        row.tries, row.fault = row.tries + 1, outcome.note
        row.paper_sha256 = outcome.sha256 or row.paper_sha256
        if outcome.state:
            row.state = outcome.state
        elif (wait := webhooks.wait_after(row.tries, chance=secrets.randbelow(1000) / 1000)) is None:
            row.state = "failed"
        else:
            row.due_at = now + wait
        if row.state == "sent":
            row.sent_at = now
        what = "tried" if row.state == "waiting" else row.state
        steps.append(Step(message=row, what=what, at=now, by="server", note=outcome.note))
    Message.objects.bulk_update(rows, ["tries", "fault", "state", "due_at", "sent_at", "paper_sha256"])
    Step.objects.bulk_create(steps)
