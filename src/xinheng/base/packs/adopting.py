"""Putting one version of a policy in force from a day on."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import headers
from xinheng.base.packs.errors import ChainNeeded, PolicyDayTaken, PolicyHeaderInvalid, PolicyVersionExists
from xinheng.base.packs.models import PolicyDocument
from xinheng.base.packs.values import Header


def put_in_force(
    *, actor: Actor, on: date, kind: str, text: str, effective_from: date, is_first: bool = False
) -> PolicyDocument:
    """Keep a version from a day on; it ends the version before from that day (RR-11).

    The owner of the kind checks the text first. The same text under the same version again changes nothing.
    is_first: only where no other version of the policy was ever adopted.
    Refuses: PolicyKindUnknown, what the owner refuses (PolicyInvalid), PolicyHeaderInvalid,
    PolicyVersionExists, PolicyDayTaken, ChainNeeded.
    """
    headers.check_of(kind)(text)
    header = headers.header_of(text)
    if header.kind != kind:
        raise PolicyHeaderInvalid(field="kind")
    if kept := require_free(kind, header, text, effective_from):
        return kept
    if is_first and (held := PolicyDocument.objects.filter(kind=kind, code=header.code).first()):
        raise ChainNeeded(code=header.code, version=held.version)
    adopted = _keep(header, text, effective_from=effective_from, actor=actor, on=on)
    audit.record(
        actor=actor,
        act="policies.adopt",
        subject=f"policy:{header.code}@{header.version}",
        on=on,
        after={
            "sha256": adopted.sha256,
            "effective_from": effective_from,
            "until": adopted.effective_until,
        },
    )
    return adopted


def require_free(kind: str, header: Header, text: str, effective_from: date) -> PolicyDocument | None:
    """Whether the version may be kept from that day; gives it where it is kept already, word for word.

    Refuses: PolicyVersionExists, PolicyDayTaken.
    """
    same = PolicyDocument.objects.select_for_update().filter(kind=kind, code=header.code)
    if kept := same.filter(version=header.version).first():
        if kept.sha256 != sha256(text.encode()).hexdigest():
            raise PolicyVersionExists(code=header.code, version=header.version)
        return kept
    if taken := same.filter(effective_from=effective_from).first():
        raise PolicyDayTaken(code=header.code, version=taken.version, on=effective_from)
    return None


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
