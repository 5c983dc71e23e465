"""How each way of sending is set up, by the site or as shipped."""

from __future__ import annotations

import os
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from ruamel.yaml import YAML

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.messages.errors import ChannelInvalid
from xinheng.base.messages.models import Channel
from xinheng.base.messages.values import FORMS_OF, WAYS, ChannelNow, ChannelWanted
from xinheng.base.webhooks import services as webhooks

SHIPPED = Path(__file__).with_name("ways.yaml")
SECRET = "XINHENG_MESSAGE_SECRET_"  # noqa: S105 - the name of a setting; the way follows, as …_CHAT


def channel(way: str) -> ChannelNow:
    """How one way is set up now."""
    return _now(way, Channel.objects.filter(way=way).first())


def channels() -> list[ChannelNow]:
    """How every way is set up now."""
    kept = {row.way: row for row in Channel.objects.all()}
    return [_now(way, kept.get(way)) for way in WAYS]


def secret_of(way: str) -> str:
    """The secret a way is signed by: of our own making, or a vendor's, which stands in the environment."""
    row = Channel.objects.filter(way=way).first()
    if row is None or not row.salt:
        return os.environ.get(SECRET + way.upper(), "")
    return webhooks.secret_of(row.salt, row.secret_mark)


@transaction.atomic
def set_channel(*, actor: Actor, on: date, wanted: ChannelWanted) -> str:
    """Set up a way; gives the secret its gateway verifies by, shown this once, or "" where there is none new.

    Refuses: AccessDenied, ChannelInvalid.
    """
    access.require(actor, "messages.write", f"channel:{wanted.way}")
    if actor.scope.reach != "everything":
        raise ChannelInvalid(field="reach", value=actor.scope.reach)
    _check(wanted)
    row = Channel.objects.select_for_update().filter(way=wanted.way).first() or Channel(way=wanted.way)
    before = {name: getattr(row, name) for name in KEPT} if row.pk else None
    secret = ""
    for name in KEPT:
        setattr(row, name, getattr(wanted, name))
    if wanted.form == "signed" and not row.salt:
        secret, row.salt = webhooks.new_secret()
        row.secret_mark = webhooks.mark_of(secret)
    elif wanted.form not in ("signed", "smtp"):
        row.salt = row.secret_mark = ""
    row.changed_on, row.changed_by = on, actor.login
    row.save()
    after = {name: getattr(row, name) for name in KEPT}
    audit.record(
        actor=actor,
        act="messages.set_channel",
        subject=f"channel:{row.way}",
        on=on,
        before=before,
        after=after,
    )
    return secret


@transaction.atomic
def renew_channel_secret(*, actor: Actor, on: date, way: str) -> str:
    """Give a way another secret, shown this once: for its gateway, or for who tells back bounced mail.

    Refuses: AccessDenied, ChannelInvalid where a vendor gives the secret, or nothing is told back.
    """
    access.require(actor, "messages.write", f"channel:{way}")
    if actor.scope.reach != "everything":
        raise ChannelInvalid(field="reach", value=actor.scope.reach)
    row = Channel.objects.select_for_update().filter(way=way).first()
    if row is None:
        now = channel(way) if way in WAYS else None
        if now is None or now.form != "smtp":
            raise ChannelInvalid(field="way", value=way[:20])
        told = {name: getattr(now, name) for name in KEPT}
        row = Channel(way=way, **told, changed_on=on, changed_by=actor.login)
    if row.form not in ("signed", "smtp"):
        raise ChannelInvalid(field="form", value=row.form)
    secret, row.salt = webhooks.new_secret()
    row.secret_mark = webhooks.mark_of(secret)
    row.save()
    audit.record(
        actor=actor,
        act="messages.renew_channel_secret",
        subject=f"channel:{way}",
        on=on,
        after={"renewed": True},
    )
    return secret


KEPT = ("form", "url", "is_on", "quiet_from", "quiet_until", "gap_minutes")


def _check(wanted: ChannelWanted) -> None:
    if wanted.way not in WAYS:
        raise ChannelInvalid(field="way", value=wanted.way[:20])
    if wanted.form not in FORMS_OF[wanted.way]:
        raise ChannelInvalid(field="form", value=wanted.form[:20])
    if (wanted.quiet_from is None) != (wanted.quiet_until is None):
        raise ChannelInvalid(field="quiet_until", value=str(wanted.quiet_until or ""))
    if not 0 <= wanted.gap_minutes <= 60 * 24 * 90:
        raise ChannelInvalid(field="gap_minutes", value=wanted.gap_minutes)
    told = wanted.form not in ("print", "smtp", "task")
    if not told and wanted.url:
        raise ChannelInvalid(field="url", value=wanted.url[:80])
    bare = wanted.url.replace("{secret}", "x")
    if told and (len(wanted.url) > 500 or webhooks.fault_of_address(bare)):
        raise ChannelInvalid(field="url", value=wanted.url[:80])


def _now(way: str, row: Channel | None) -> ChannelNow:
    if row is None:
        shipped = _shipped()[way]
        start, end = shipped.get("quiet", (None, None))
        told: dict[str, Any] = {
            "form": shipped["form"], "url": "", "is_on": True, "quiet_from": _time(start),
            "quiet_until": _time(end), "gap_minutes": shipped["gap_minutes"],
        }  # fmt: skip
    else:
        told = {name: getattr(row, name) for name in (*KEPT, "changed_on", "changed_by")}
    fault = _fault(told["form"], told["url"], is_on=told["is_on"])
    return ChannelNow(way=way, **told, is_ready=not fault, fault=fault)


def _fault(form: str, url: str, *, is_on: bool) -> str:
    if not is_on:
        return "off"
    if form == "smtp":
        return "" if settings.EMAIL_HOST else "smtp_unset"
    return "url_unset" if form not in ("print", "task") and not url else ""


def _time(told: str | None) -> time | None:
    return time.fromisoformat(told) if told else None


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(SHIPPED.read_text("utf-8"))
    return found
