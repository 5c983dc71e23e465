"""The trail's acts: write down, seal, verify."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any, Unpack

from django.conf import settings
from django.utils import translation

from xinheng.base.audit import sealing
from xinheng.base.audit.fields import clean, plain
from xinheng.base.audit.models import Entry
from xinheng.base.audit.values import Told, Verification
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.refusal import Refusal

__all__ = ["Told", "Verification", "line", "plain", "record", "record_refusal", "seal_new_entries", "verify"]


def record(*, actor: Actor, act: str, subject: str, on: date, **told: Unpack[Told]) -> Entry:
    """Write down an act that was done, inside the transaction of the act: both are kept or neither.

    act: "room.verb". subject: "customer:C-7". on: the business day. told: `before` and `after` as
    mappings of plain values (dates, decimals, Money and dataclasses are worded), `reason` as given by
    the person. Whatever stands under a key that names a secret (password, token …) is hidden.
    """
    return _write(actor, on, act=act, subject=subject, outcome="done", told=told)


def line(*, actor: Actor, act: str, subject: str, on: date, **told: Unpack[Told]) -> Entry:
    """A line of the trail as `record` writes it, for who writes it in one statement with the act itself."""
    return _line(actor, on, act=act, subject=subject, outcome="done", told=told)


def record_refusal(*, actor: Actor, act: str, subject: str, on: date, refusal: Refusal) -> Entry:
    """Write down an act that was refused, after its own transaction was rolled back.

    Called only at the edges (page, API, command line). The reason is the refusal's code and its
    words in the language of the installation; the refusal's parameters stand in `after`, with what the
    person was not told.
    """
    with translation.override(settings.LANGUAGE_CODE):
        words = str(refusal)
    told = Told(reason=f"{refusal.code}: {words}", after={**refusal.params, **refusal.unsaid} or None)
    return _write(actor, on, act=act, subject=subject, outcome="refused", told=told)


def seal_new_entries() -> int:
    """Chain every entry that has no seal yet; gives how many. Safe to run from several places at once."""
    return sealing.seal_new_entries()


def verify(*, noted_head: str = "") -> Verification:
    """Walk the whole trail and name the first entry that was altered, deleted or inserted.

    noted_head: the `head` of an earlier verification, noted outside the system; with it a trail whose
    end was cut off or written anew is found too.
    """
    return sealing.walk(noted_head)


def _write(actor: Actor, on: date, *, outcome: str, told: Told, **what: Any) -> Entry:
    entry = _line(actor, on, outcome=outcome, told=told, **what)
    entry.save(force_insert=True)
    return entry


def _line(actor: Actor, on: date, *, outcome: str, told: Told, **what: Any) -> Entry:
    entry = Entry(
        at=timestamp().astimezone(UTC),
        business_day=on,
        actor_login=clean(actor.login)[:150],
        actor_name=clean(actor.name)[:150],
        via=clean(actor.via)[:10],
        act=clean(what["act"])[:80],
        subject=clean(what["subject"])[:200],
        outcome=outcome,
        reason=clean(told.get("reason") or "")[:10_000],
        before=told.get("before"),
        after=told.get("after"),
    )
    entry.mark = sealing.new_mark(entry)
    return entry
