"""From a draft to a version in force: through the chain of approval, from a day on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import adopting, headers
from xinheng.base.packs.drafts import end, locked, needed, text_of
from xinheng.base.packs.errors import (
    DayGoneBy,
    DraftChanged,
    DraftClosed,
    DrafterMayNotApprove,
    DraftUnknown,
    PolicyChainInvalid,
)
from xinheng.base.packs.models import PolicyDraft, PolicyRevision
from xinheng.base.packs.queries import DRAFT_STATES, may_change

KIND = "policy"  # of the requests for approval
SHIPPED = Path(__file__).parent / "chain.yaml"
OWN = "policy-chain.yaml"  # in the home folder


@transaction.atomic
def submit_draft(
    *, actor: Actor, on: date, draft_id: int, revision: int, effective_from: date, backdated_why: str = ""
) -> PolicyDraft:
    """Send a draft through the chain of approval; once approved it holds from the day on.

    revision: the one the submitter saw. backdated_why: needed where the day has gone by, and shown to
    those who approve. Refuses: AccessDenied, DraftUnknown, DraftClosed, DraftChanged, what the owner of
    the kind refuses (PolicyInvalid), PolicyVersionExists, PolicyDayTaken, DayGoneBy, PolicyChainInvalid,
    and what approvals refuse.
    """
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    draft = locked(draft_id)
    if not may_change(actor, draft):
        raise DraftUnknown(draft=draft_id)
    if draft.state not in ("open", "proposed"):
        raise DraftClosed(draft=draft_id, state=DRAFT_STATES[draft.state])
    if draft.revision != revision:
        raise DraftChanged(login=draft.changed_by, revision=draft.revision)
    if effective_from < on and not backdated_why.strip():
        raise DayGoneBy(effective_from=effective_from, field="effective_from")
    text = text_of(draft)
    headers.check_of(draft.kind)(text)
    header = headers.header_of(text)
    adopting.require_free(draft.kind, header, text, effective_from)
    draft.state, draft.effective_from = "submitted", effective_from
    draft.backdated_why = backdated_why.strip()[:300] if effective_from < on else ""
    told = {"version": header.version, "day": effective_from}
    title = Title(
        f"{header.name} {header.version}，自 {told['day']} 起执行",
        f"{header.name_en} {header.version}, from {told['day']} on",
    )
    draft.request_id = _sent(actor, on, draft, title)
    draft.save(update_fields=["state", "effective_from", "backdated_why", "request_id"])
    audit.record(
        actor=actor, act="policies.submit_draft", subject=f"draft:{draft.pk}", on=on,
        after={"code": draft.code, "version": draft.version, "revision": draft.revision,
               "effective_from": effective_from}, reason=draft.backdated_why,
    )  # fmt: skip
    return draft


def _sent(actor: Actor, on: date, draft: PolicyDraft, title: Title) -> int:
    """The request the draft is under: that which was returned, begun anew, or a new one."""
    if draft.request_id and draft.ended_why and draft.ended_on:  # returned for correction
        return int(approvals.resubmit(actor=actor, on=on, request_id=draft.request_id).pk)
    request = approvals.submit(
        actor=actor, on=on, kind=KIND, subject=f"draft:{draft.pk}", title=title, chain=chain()
    )
    return int(request.pk)


def chain(own: str = OWN, shipped: Path = SHIPPED) -> Chain:
    """The chain of approval for policies, or of what another room names: the site's own, else the shipped.

    own: the file in the home folder that comes first. Refuses: PolicyChainInvalid.
    """
    sites = Path(settings.HOME) / own
    path = sites if sites.is_file() else shipped
    try:
        content: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        steps = tuple(Step(**{**step, "roles": tuple(step["roles"])}) for step in content["steps"])
    except (YAMLError, OSError, ValueError, KeyError, TypeError) as error:
        raise PolicyChainInvalid(file=path.name, cause=str(error)[:200]) from error
    if not steps or not all(step.roles and step.sign in ("any", "all") for step in steps):
        raise PolicyChainInvalid(file=path.name, cause=_("a step lacks its roles"))
    return Chain(steps)


def before_decision(actor: Actor, _on: date, matter: Matter) -> None:
    """Whoever wrote a revision of the draft does not sign it (FOU-01). Refuses: DrafterMayNotApprove."""
    draft_id = int(matter.subject.partition(":")[2])
    if PolicyRevision.objects.filter(draft_id=draft_id, saved_by=actor.login).exists():
        raise DrafterMayNotApprove(login=actor.login)


def after_decision(actor: Actor, on: date, matter: Matter) -> None:
    """What follows: approved adopts it, returned and withdrawn open it again, rejected ends it."""
    draft = locked(int(matter.subject.partition(":")[2]))
    if matter.state == "approved":
        _adopt(actor, on, draft)
    elif matter.state == "rejected":
        end(draft, "rejected", actor, on, needed(matter.reason))
    elif matter.state in ("returned", "withdrawn"):
        end(draft, "open", actor, on, matter.reason if matter.state == "returned" else "")
    else:
        end(draft, "submitted", actor, on, "")


def refuse_own_draft(actor: Actor, kind: str, text: str) -> None:
    """Whoever wrote this very text as a draft does not adopt it past the chain (FOU-01).

    Refuses: DrafterMayNotApprove.
    """
    living = PolicyDraft.objects.filter(kind=kind, state__in=["open", "proposed", "submitted"])
    mine = PolicyRevision.objects.filter(draft__in=living, saved_by=actor.login, text=text)
    if mine.exclude(number=1, draft__started_from__gt="").exists():  # what was copied is another's work
        raise DrafterMayNotApprove(login=actor.login)


def _adopt(actor: Actor, on: date, draft: PolicyDraft) -> None:
    assert draft.effective_from
    if draft.effective_from < on and not draft.backdated_why:
        raise DayGoneBy(effective_from=draft.effective_from)
    adopting.put_in_force(
        actor=actor, on=on, kind=draft.kind, text=text_of(draft), effective_from=draft.effective_from
    )
    end(draft, "adopted", actor, on, "")
