"""API tokens: a program acts for a person, within some of the person's rights, until a day."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from xinheng.base.access import rules
from xinheng.base.access.acting import actor_of, require
from xinheng.base.access.assignments import check_not_above, reached_person
from xinheng.base.access.errors import (
    FieldInvalid,
    PermitInvalid,
    PersonInactive,
    RightsExceeded,
    TokenRefused,
    TokenTermInvalid,
    TokenUnknown,
)
from xinheng.base.access.models import ApiToken
from xinheng.base.access.organisation import text
from xinheng.base.audit.queries import was_noted
from xinheng.base.audit.services import record, record_refusal
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp

SIGN = "xh_"  # so that a scanner of leaked secrets knows one
LONGEST_DAYS = 366
USE_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def issue_token(
    *, actor: Actor, on: date, name: str, expires_on: date, permits: Sequence[str], login: str = ""
) -> tuple[str, ApiToken]:
    """Issue a token for oneself, or for another person by login; gives its text, which is never shown again.

    expires_on: the last day it is valid. permits: patterns the person holds; what the token may do is
    cut to what the person may do each time it is used. Refuses: AccessDenied, FieldInvalid,
    PermitInvalid, RightsExceeded, TokenTermInvalid, PersonUnknown, PersonInactive.
    """
    require(actor, "tokens.write", f"person:{login or actor.login}")
    person = reached_person(actor, login or actor.login)
    if person.pk != actor.person_id:
        require(actor, "people.write", f"person:{login}")
        check_not_above(actor, person, on=on)
    if not person.is_active:
        raise PersonInactive(login=person.login)
    if not timedelta(0) <= expires_on - on <= timedelta(days=LONGEST_DAYS):
        raise TokenTermInvalid(days=LONGEST_DAYS, expires_on=expires_on)
    wanted = sorted({permit.strip() for permit in permits})
    if wrong := next((permit for permit in wanted if not rules.is_permit(permit)), None):
        raise PermitInvalid(permit=wrong)
    if not wanted:
        raise FieldInvalid(field="permits", value="")
    held = actor.permits if person.pk == actor.person_id else actor_of(person, on=on).permits
    if exceeded := rules.missing(held, wanted):
        raise RightsExceeded(rights=", ".join(exceeded))
    secret = SIGN + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person,
        name=text("name", name, 60),
        prefix=secret[:12],
        digest=_digest(secret),
        permits=wanted,
        expires_on=expires_on,
    )
    _record(actor, on, "people.issue_token", token)
    return secret, token


@transaction.atomic
def revoke_token(*, actor: Actor, on: date, token_id: int) -> ApiToken:
    """End a token at once: one's own, or anybody's with "people.write".

    Refuses: AccessDenied, TokenUnknown.
    """
    token = (
        ApiToken.objects.select_for_update(of=("self",)).select_related("person").filter(pk=token_id).first()
    )
    if token is None or token.revoked_on is not None:
        raise TokenUnknown(token=token_id)
    if token.person_id != actor.person_id:
        require(actor, "people.write", f"token:{token_id}")
        reached_person(actor, token.person.login)
    token.revoked_on = on
    token.save(update_fields=["revoked_on"])
    _record(actor, on, "people.revoke_token", token)
    return token


def actor_of_token(token_text: str, *, on: date) -> Actor | None:
    """Who a token acts for; None when it is unknown, revoked or expired or its person is deactivated.

    The last use is noted, and what is turned down stands on the trail, at most once a minute for each token
    and once for all that are unknown.
    """
    token = ApiToken.objects.select_related("person").filter(digest=_digest(token_text)).first()
    if token is None or token.revoked_on is not None or token.expires_on < on or not token.person.is_active:
        _note_refused(token, on=on)
        return None
    used = timestamp()
    if token.last_used_at is None or used - token.last_used_at >= USE_NOTED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=used - USE_NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=used)
    actor = actor_of(token.person, on=on, via="api")
    return replace(actor, permits=rules.common(actor.permits, token.permits))


def _note_refused(token: ApiToken | None, *, on: date) -> None:
    if token is None:
        actor, subject, refusal = Actor(login="", name="", via="api"), "token:", TokenRefused(cause="unknown")
    else:
        if token.revoked_on is not None:
            cause = "revoked"
        else:
            cause = "expired" if token.expires_on < on else "person_inactive"
        actor = Actor(login=token.person.login, name=token.person.name, via="api")
        subject, refusal = f"token:{token.pk}", TokenRefused(cause=cause, prefix=token.prefix)
    since = timestamp() - USE_NOTED_EVERY
    if not was_noted(act="access.use_token", subject=subject, since=since):
        record_refusal(actor=actor, act="access.use_token", subject=subject, on=on, refusal=refusal)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _record(actor: Actor, on: date, act: str, token: ApiToken) -> None:
    after = {
        "id": token.pk,
        "name": token.name,
        "prefix": token.prefix,
        "permits": token.permits,
        "expires_on": token.expires_on,
        "revoked_on": token.revoked_on,
    }
    record(actor=actor, act=act, subject=f"person:{token.person.login}", on=on, after=after)
