"""What happens to a draft as a whole: an earlier revision comes back, it is proposed, submitted, given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.trying import tried
from xinheng.web.pages.workshop import draft_shown, revision_of
from xinheng.web.pages.workshop_forms import PurposeForm, SubmitForm


@signed_in
@require_POST
def restore_draft(request: HttpRequest, draft_id: int, number: int) -> HttpResponse:
    """Bring an earlier revision back, as a new one."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    kept = drafting.restore_draft(
        actor=actor, on=business_day(), draft_id=draft_id, revision=revision_of(request), number=number
    )
    told = {"number": number, "revision": kept.revision}
    messages.success(request, _("Revision %(number)s is back, as revision %(revision)s.") % told)
    return redirect("draft", draft_id)


@signed_in
@require_POST
def propose_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Propose the change to those who make policies."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    form = PurposeForm(request.POST)
    return _done(
        request,
        draft_id,
        form,
        lambda: drafting.propose_draft(
            actor=actor, on=business_day(), draft_id=draft_id, purpose=form.cleaned_data["purpose"]
        ),
        purpose_form=form,
        said=_("The change is proposed."),
    )


@signed_in
@require_POST
def submit_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Send the draft through approval."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    form = SubmitForm(request.POST)
    return _done(
        request,
        draft_id,
        form,
        lambda: drafting.submit_draft(
            actor=actor,
            on=business_day(),
            draft_id=draft_id,
            revision=revision_of(request),
            **form.cleaned_data,
        ),
        submit_form=form,
        said=_("The draft is on its way to approval."),
    )


@signed_in
@require_POST
def reject_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Turn a proposal down, with the reason."""
    actor, reason = actor_of(request), request.POST.get("reason", "")
    access.require(actor, "policies.adopt", f"draft:{draft_id}")
    packs.draft(actor, draft_id)
    return _refusable(
        request,
        draft_id,
        lambda: drafting.reject_proposal(actor=actor, on=business_day(), draft_id=draft_id, reason=reason),
        said=_("The proposal is turned down and kept with the reason."),
    )


@signed_in
@require_POST
def discard_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give the draft up; its revisions are kept."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    drafting.discard_draft(
        actor=actor, on=business_day(), draft_id=draft_id, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("The draft is given up; its revisions are kept."))
    return redirect("policies")


@signed_in
@require_POST
def decide_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Sign a submitted draft, return it for correction, or reject it."""
    actor, told = actor_of(request), request.POST
    access.require(actor, "approvals.decide", f"draft:{draft_id}")
    decision, reason = told.get("decision", ""), told.get("reason", "")
    return _refusable(
        request,
        draft_id,
        lambda: approvals.decide(
            actor=actor,
            on=business_day(),
            request_id=_asked(request, draft_id),
            decision=decision,
            reason=reason,
        ),
        said=_("Your decision is kept."),
    )


@signed_in
@require_POST
def withdraw_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Take back what one submitted; the draft is open again."""
    actor, reason = actor_of(request), request.POST.get("reason", "")
    access.require(actor, "approvals.submit", f"draft:{draft_id}")
    return _refusable(
        request,
        draft_id,
        lambda: approvals.withdraw(
            actor=actor, on=business_day(), request_id=_asked(request, draft_id), reason=reason
        ),
        said=_("The draft is taken back and open again."),
    )


def _asked(request: HttpRequest, draft_id: int) -> int:
    """The request for approval that the draft is under; 0 where there is none."""
    return packs.draft(actor_of(request), draft_id).request_id or 0


def _done(
    request: HttpRequest,
    draft_id: int,
    form: forms.Form,
    act: Callable[[], Any],
    said: str,
    **named: forms.Form,
) -> HttpResponse:
    """Do it and go back to the draft; a refusal stands beside its field."""
    packs.draft(actor_of(request), draft_id)
    if tried(request, form, act) is None:
        return draft_shown(request, draft_id, status=422, **named)
    messages.success(request, said)
    return redirect("draft", draft_id)


def _refusable(request: HttpRequest, draft_id: int, act: Callable[[], Any], *, said: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        note(request, refusal)
        return draft_shown(request, draft_id, status=422, problem=str(refusal))
    messages.success(request, said)
    return redirect("draft", draft_id)


urlpatterns = [
    path("workshop/drafts/<int:draft_id>/restore/<int:number>/", restore_draft, name="restore_draft"),
    path("workshop/drafts/<int:draft_id>/propose/", propose_draft, name="propose_draft"),
    path("workshop/drafts/<int:draft_id>/submit/", submit_draft, name="submit_draft"),
    path("workshop/drafts/<int:draft_id>/reject/", reject_draft, name="reject_draft"),
    path("workshop/drafts/<int:draft_id>/decide/", decide_draft, name="decide_draft"),
    path("workshop/drafts/<int:draft_id>/withdraw/", withdraw_draft, name="withdraw_draft"),
    path("workshop/drafts/<int:draft_id>/discard/", discard_draft, name="discard_draft"),
]
