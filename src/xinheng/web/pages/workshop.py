"""The workshop: drafts of policies, edited as text, checked as one types, saved by revision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as minutes
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.base.packs.errors import DraftChanged
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.errors import PolicyFieldInvalid, PolicyInvalid
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.policy_list import KIND, named
from xinheng.web.pages.workshop_forms import PurposeForm, SubmitForm, groups_of, sent_values

SHOWN_REVISIONS = 20


@signed_in
@require_POST
def begin_draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft with a version, a shipped pack or a small sound policy."""
    actor = actor_of(request)
    name = request.POST.get("from", "")[:80]
    access.require(actor, "policies.draft", name)
    label, text = (
        packs.text_named(actor, KIND, name, on=business_day()) if name else ("", policies.skeleton())
    )
    draft = drafting.begin_draft(
        actor=actor, on=business_day(), kind=KIND, text=text, started_from=label.partition("#")[0]
    )
    return redirect("draft", draft.pk)


PAGES = {"form": "form_draft", "process": "process_change", "terms": "terms_change"}  # of their own kind


@signed_in
@require_GET
def draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft: its text or its values, what is wrong with it, its revisions, and what may be done."""
    if page := PAGES.get(packs.draft(actor_of(request), draft_id).kind):
        return redirect(page, draft_id)
    return draft_shown(request, draft_id)


def draft_shown(request: HttpRequest, draft_id: int, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    draft = packs.draft(actor, draft_id)
    revisions = packs.revisions(draft_id)
    saved = revisions.get(number=draft.revision).text
    text = more.get("text", saved)
    may_change = packs.may_change(actor, draft) and draft.state in ("open", "proposed")
    faults = policies.faults_of(text)
    as_form = request.GET.get("as") == "form" and "text" not in more
    request_ = minutes.of_subject("policy", f"draft:{draft_id}").first()
    told = {
        "approval": _approval(request_, actor),
        "draft": draft,
        "name": named(draft) or _("without a name"),
        "state": packs.DRAFT_STATES[draft.state],
        "text": text,
        "faults": faults,
        "as_form": as_form,
        "groups": _groups(text, faults) if as_form else None,
        "revisions": list(revisions.only("number", "saved_by", "saved_at", "is_kept")[:SHOWN_REVISIONS]),
        "kept_number": revisions.filter(is_kept=True).values_list("number", flat=True).first(),
        "may_change": may_change,
        "may_judge": packs.may_judge(actor, draft) and draft.state == "proposed",
        "may_simulate": actor.may("policies.simulate"),
        "may_submit": may_change and actor.may("approvals.submit"),
        "submit_form": SubmitForm(initial={"effective_from": business_day()}),
        "purpose_form": PurposeForm(initial={"purpose": draft.purpose}),
        "taken": packs.documents(KIND).filter(code=draft.code, version=draft.version).exists(),
        **more,
    }
    return render(request, "policies/draft.html", told, status=status)


def _approval(asked: Any, actor: Actor) -> dict[str, Any] | None:
    """How the approval of a draft stands, and whether the reader may sign; none where it was never asked."""
    if asked is None:
        return None
    roles = people.role_names()
    steps = [
        {
            "name": minutes.step_name(one.step),
            "roles": ", ".join(roles.get(code, code) for code in one.step.roles),
            "state": STEPS[one.state],
            "signatures": [(sign, VERDICTS[sign.decision]) for sign in one.signatures],
        }
        for one in minutes.steps_of(asked)
    ]
    return {
        "steps": steps,
        "due_on": asked.due_on if asked.state == "open" else None,
        "may_sign": bool(minutes.seats_of(asked, actor, on=business_day())),
        "may_withdraw": asked.state == "open" and asked.submitted_by == actor.login,
    }


STEPS = {"done": _l("signed"), "current": _l("waiting"), "ahead": _l("to come"), "ended": _l("ended")}
VERDICTS = {"approve": _l("approved"), "return": _l("returned"), "reject": _l("rejected")}


def _groups(text: str, faults: list[policies.Fault]) -> list[dict[str, Any]] | None:
    """The values of the form; none where the text is no YAML at all."""
    try:
        return groups_of(text, faults=faults)
    except PolicyInvalid:
        return None


@signed_in
@require_POST
def check_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What is wrong with the text as it is typed; keeps nothing."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    packs.draft(actor, draft_id)
    told = {"faults": policies.faults_of(request.POST.get("text", ""))}
    return render(request, "policies/faults.html", told)


@signed_in
@require_POST
def save_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Save the text; where somebody saved meanwhile, show both and keep what was typed."""
    actor, text = actor_of(request), request.POST.get("text", "").replace("\r\n", "\n")
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    return _saved(request, draft_id, text)


@signed_in
@require_POST
def save_values(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Save the values of the form into the text; a value that cannot stand there saves nothing."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    text = ""
    try:
        text = seen_text(request, draft_id)
        edited = _with_rows(policies.edited(text, sent_values(request.POST)), request.POST.get("rows", ""))
    except DraftChanged as refusal:
        note(request, refusal)
        messages.error(request, str(refusal))
        return redirect(f"{request.path.removesuffix('values/')}?as=form")
    except PolicyFieldInvalid as refusal:
        note(request, refusal)
        groups = groups_of(text, sent_values(request.POST), wrong=refusal)
        return draft_shown(request, draft_id, status=422, as_form=True, groups=groups, problem=str(refusal))
    return _saved(request, draft_id, edited, to="?as=form")


def seen_text(request: HttpRequest, draft_id: int) -> str:
    """The newest text of a draft, where it is the one the writer saw. Refuses: DraftUnknown, DraftChanged."""
    draft = packs.draft(actor_of(request), draft_id)
    if revision_of(request) != draft.revision:
        raise DraftChanged(login=draft.changed_by, revision=draft.revision)
    return packs.revisions(draft_id).get(number=draft.revision).text


def _with_rows(text: str, wanted: str) -> str:
    """The text with a row more or less: "copy:vetoes.0", "remove:vetoes.0", "begin:vetoes"."""
    acts = {"copy": policies.row_copied, "remove": policies.row_removed, "begin": policies.row_begun}
    act, _sign, place = wanted[:80].partition(":")
    return acts[act](text, place) if act in acts else text


def _saved(request: HttpRequest, draft_id: int, text: str, to: str = "") -> HttpResponse:
    try:
        kept = drafting.save_draft(
            actor=actor_of(request), on=business_day(), draft_id=draft_id,
            revision=revision_of(request), text=text,
        )  # fmt: skip
    except DraftChanged as refusal:
        note(request, refusal)
        theirs = packs.revisions(draft_id).first()
        lines = policies.text_differences(
            theirs.text if theirs else "", text, names=(_("as saved meanwhile"), _("as you typed it"))
        )
        return draft_shown(request, draft_id, status=409, text=text, problem=str(refusal), clash=lines)
    messages.success(request, _("Revision %(number)s is saved.") % {"number": kept.revision})
    return redirect(f"/workshop/drafts/{draft_id}/{to}")


def revision_of(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


urlpatterns = [
    path("workshop/drafts/begin/", begin_draft, name="begin_draft"),
    path("workshop/drafts/<int:draft_id>/", draft_page, name="draft"),
    path("workshop/drafts/<int:draft_id>/check/", check_draft, name="check_draft"),
    path("workshop/drafts/<int:draft_id>/save/", save_draft, name="save_draft"),
    path("workshop/drafts/<int:draft_id>/values/", save_values, name="save_values"),
]
