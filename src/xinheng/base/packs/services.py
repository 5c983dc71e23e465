"""Policy documents: adopted by version, in force by day, never edited."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import headers
from xinheng.base.packs.errors import (
    PolicyDayTaken,
    PolicyHeaderInvalid,
    PolicyVersionExists,
)
from xinheng.base.packs.headers import own, shipped
from xinheng.base.packs.models import PolicyDocument
from xinheng.base.packs.queries import documents, in_force
from xinheng.base.packs.values import Header, ShippedPack

__all__ = [
    "Header",
    "PolicyDocument",
    "ShippedPack",
    "adopt",
    "adopt_shipped",
    "documents",
    "in_force",
    "own",
    "shipped",
]


@transaction.atomic
def adopt(*, actor: Actor, on: date, kind: str, text: str, effective_from: date) -> PolicyDocument:
    """Adopt one version of a policy from a day on; it ends the version before from that day (RR-11).

    The owner of the kind checks the text first. Adopting the same text under the same version again
    changes nothing. Refuses: AccessDenied, PolicyKindUnknown, what the owner refuses (PolicyInvalid),
    PolicyHeaderInvalid, PolicyVersionExists, PolicyDayTaken.
    """
    access.require(actor, "policies.adopt")
    headers.check_of(kind)(text)
    header = headers.header_of(text)
    if header.kind != kind:
        raise PolicyHeaderInvalid(field="kind")
    same = PolicyDocument.objects.select_for_update().filter(kind=kind, code=header.code)
    digest = sha256(text.encode()).hexdigest()
    if kept := same.filter(version=header.version).first():
        if kept.sha256 != digest:
            raise PolicyVersionExists(code=header.code, version=header.version)
        return kept
    if taken := same.filter(effective_from=effective_from).first():
        raise PolicyDayTaken(code=header.code, version=taken.version, on=effective_from)
    adopted = _keep(header, text, effective_from=effective_from, actor=actor, on=on)
    audit.record(
        actor=actor,
        act="policies.adopt",
        subject=f"policy:{header.code}@{header.version}",
        on=on,
        after={"sha256": digest, "effective_from": effective_from, "until": adopted.effective_until},
    )
    return adopted


def adopt_shipped(*, actor: Actor, on: date, effective_from: date) -> list[PolicyDocument]:
    """Adopt every shipped pack whose version is not kept yet; gives those that are new.

    A pack of which another version holds from that day or later is left alone: the site has its own.
    Refuses: AccessDenied.
    """
    access.require(actor, "policies.adopt")
    adopted = []
    for pack in shipped():
        header = pack.header
        kept = PolicyDocument.objects.filter(kind=header.kind, code=header.code)
        if kept.filter(Q(version=header.version) | Q(effective_from__gte=effective_from)).exists():
            continue
        adopted.append(
            adopt(actor=actor, on=on, kind=header.kind, text=pack.text, effective_from=effective_from)
        )
    return adopted


def _keep(header: Header, text: str, *, effective_from: date, actor: Actor, on: date) -> PolicyDocument:
    """Put the version between the one before, which it ends, and the one after, which ends it."""
    line = PolicyDocument.objects.filter(kind=header.kind, code=header.code)
    before = line.filter(effective_from__lt=effective_from).order_by("-effective_from").first()
    after = line.filter(effective_from__gt=effective_from).order_by("effective_from").first()
    until = after.effective_from if after else None
    if before and (before.effective_until is None or before.effective_until > effective_from):
        line.filter(pk=before.pk).update(effective_until=effective_from)
    return PolicyDocument.objects.create(
        kind=header.kind,
        code=header.code,
        version=header.version,
        name=header.name,
        name_en=header.name_en,
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        effective_from=effective_from,
        effective_until=until,
        adopted_by=actor.login,
        adopted_on=on,
    )
