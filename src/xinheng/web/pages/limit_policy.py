"""The policy orders are checked by, in words: rules, exclusions, authorities; adopted and changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.reports.services import said
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.policy_list import named
from xinheng.web.pages.policy_scoring import marked
from xinheng.web.pages.process_definitions import AdoptForm, ChangeForm
from xinheng.web.pages.trying import dressed, tried

KIND, CODE = "checks", "checks"
STAGES: dict[str, Any] = {"order": _("order"), "delivery": _("delivery")}
ASKED: dict[str, Any] = {  # what a rule asks, by its check
    "limit": _("exposure with the document is at most the limit, own, group and of a part"),
    "document": _("the document is worth at most %(most)s yuan"),
    "first": _("a customer's first order is worth at most %(most)s yuan"),
    "oldest": _("the oldest open bill is at most %(most)s days past due"),
    "overdue_share": _("at most %(most)s percent of what is owed is more than %(days)s days past due"),
    "overdue_amount": _("at most %(most)s yuan are more than %(days)s days past due"),
    "dunning": _("reminders stand at level %(most)s at most"),
    "late_days": _("the customer pays at most %(most)s days late by habit"),
    "review": _("the review of the credit is at most %(most)s days late"),
    "status": _("the account is not: %(statuses)s"),
    "terms": _("at most %(most)s days of credit more than agreed are asked for"),
    "critical": _("as agreed are: %(fields)s"),
    "payment": _("an order paid in this way carries a signature: %(payments)s"),
    "papers": _("at most %(most)s papers of the file that orders ask for are missing or have run out"),
}
FIELDS: dict[str, Any] = {
    "payment": _("way of payment"), "terms": _("terms of payment"), "currency": _("currency"),
}  # fmt: skip


def rule_told(rule: Any) -> dict[str, Any]:
    """A rule in words: what it asks, of whom, when, how hard."""
    told = {
        "most": f"{rule.at_most or 0:,}",
        "days": rule.days,
        "statuses": ", ".join(str(credit.STATUSES[each]) for each in rule.statuses),
        "payments": ", ".join(str(hold_words.PAYMENTS[each]) for each in rule.payments),
        "fields": ", ".join(str(FIELDS[each]) for each in rule.fields),
    }
    return {
        "name": said(rule),
        "asks": str(ASKED.get(rule.check, rule.check)) % told,
        "more": _more(rule),
        "stages": ", ".join(str(STAGES.get(stage, stage)) for stage in rule.stages),
        "who": _whom(rule),
        "strength": hold_words.STRENGTHS[rule.strength],
        "tone": hold_words.TONES[rule.strength],
        **marked(rule),
    }


def _more(rule: Any) -> str:
    said_more = []
    if rule.horizon_days is not None:
        said_more.append(
            _("undelivered orders count that are planned within %(n)s days") % {"n": rule.horizon_days}
        )
    if rule.over_percent:
        said_more.append(_("an excess of %(n)s percent is let pass") % {"n": rule.over_percent})
    if rule.over_amount:
        said_more.append(_("an excess of %(n)s yuan is let pass") % {"n": f"{rule.over_amount:,}"})
    return "; ".join(str(each) for each in said_more)


def _whom(part: Any) -> str:
    kinds = {"standard": _("standard"), "rush": _("rush")}
    named_ = [*part.classes, *(str(kinds[kind]) for kind in part.kinds), *part.segments]
    return ", ".join(named_) or str(_("all"))


def _excluded(one: Any) -> dict[str, Any]:
    bounds = [str(hold_words.PAYMENTS[each]) for each in one.payments]
    if one.at_most is not None:
        bounds.append(str(_("worth at most %(n)s yuan") % {"n": f"{one.at_most:,}"}))
    return {
        "name": said(one),
        "rules": ", ".join(one.rules) or _("every rule"),
        "which": ", ".join(bounds) or _("all"),
        "who": _whom(one),
        **marked(one),
    }


def policy_told(checks: Any) -> dict[str, Any]:
    """A check policy as a person reads it."""
    return {
        "checks": checks,
        "name": said(checks.name),
        "about": said(checks.about),
        "source": said(checks.source),
        "rules": [rule_told(rule) for rule in checks.rules],
        "exclusions": [_excluded(one) for one in checks.exclusions],
        "target": checks.decide_within_days,
        "authorities": [
            {
                "name": hold_words.authority_name(one),
                "roles": hold_words.roles_told(one),
                "bounds": hold_words.bounds_told(one),
                **marked(one),
            }
            for one in checks.authorities
        ],
    }


@signed_in
@require_GET
def check_policy(request: HttpRequest) -> HttpResponse:
    """The check policy in force, its versions, and the changes on their way."""
    actor, on = actor_of(request), business_day()
    checks = credit.checks_on(actor, on=on)
    told = {
        **(policy_told(checks) if checks else {}),
        "versions": packs.documents(KIND).filter(code=CODE),
        "shipped": [one for one in packs.not_adopted(KIND) if one.header.code == CODE],
        "drafts": [
            {"draft": one, "state": packs.DRAFT_STATES[one.state],
             "address": reverse("check_policy_change", args=[one.pk])}
            for one in (packs.drafts(actor, KIND)[:20] if actor.may("policies.read") else ())
        ],
        "may_adopt": actor.may("policies.adopt"),
        "may_change": checks and actor.may("policies.draft") and actor.may("approvals.submit"),
        "on": on,
    }  # fmt: skip
    return render(request, "limits/policy.html", told)


@signed_in
def adopt_checks(request: HttpRequest) -> HttpResponse:
    """Adopt the shipped check policy from a day on, once it was read."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.adopt", f"policy:{CODE}")
    pack = next((one for one in packs.not_adopted(KIND) if one.header.code == CODE), None)
    if pack is None:
        raise PolicyUnknown(code=CODE, version="")
    form = AdoptForm(request.POST if request.method == "POST" else None, initial={"effective_from": on})
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on, "kind": KIND, "text": pack.text}
    kept = tried(request, form, lambda: adopting.adopt(**told, **form.cleaned_data))
    if kept:
        words = {"name": named(kept), "version": kept.version, "day": kept.effective_from}
        messages.success(request, gettext("%(name)s %(version)s holds from %(day)s.") % words)
        return redirect("check_policy")
    shown = {"form": form, **policy_told(credit.checks_read(pack.text, file="checks.yaml"))}
    return render(request, "limits/adopt.html", shown, status=422 if form.is_bound else 200)


@signed_in
def change_checks(request: HttpRequest) -> HttpResponse:
    """Send a further version through the chain of approval; nothing is kept of a text that is wrong."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.draft", f"policy:{CODE}")
    access.require(actor, "approvals.submit", f"policy:{CODE}")
    kept = packs.in_force(KIND, CODE, on=on)
    form = ChangeForm(
        request.POST if request.method == "POST" else None, initial={"text": kept.text, "effective_from": on}
    )
    form.places = {**form.places, "checks_differ": "text"}
    form.fields["text"].help_text = _(
        "Give it a version of its own. Decisions keep the version they were made by."
    )
    dressed(form)
    draft = tried(request, form, lambda: limits.propose_checks(actor=actor, on=on, **form.cleaned_data))
    if draft:
        messages.success(request, gettext("The change waits for approval."))
        return redirect("check_policy_change", draft.pk)
    shown = {"form": form, "kept": kept}
    return render(request, "limits/change.html", shown, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def check_policy_change(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A further version on its way, as it would read."""
    actor = actor_of(request)
    access.require(actor, "policies.read")
    draft = packs.draft(actor, draft_id)
    if draft.kind != KIND:
        return redirect("draft", draft_id)
    text = packs.revisions(draft_id)[0].text
    told = {
        "draft": draft,
        "state": packs.DRAFT_STATES[draft.state],
        "text": text,
        **policy_told(credit.checks_read(text, file=f"{CODE}.yaml")),
    }
    return render(request, "limits/change_page.html", told)


urlpatterns = [
    path("limits/policy/", check_policy, name="check_policy"),
    path("limits/policy/adopt/", adopt_checks, name="adopt_checks"),
    path("limits/policy/change/", change_checks, name="change_checks"),
    path("limits/policy/changes/<int:draft_id>/", check_policy_change, name="check_policy_change"),
]
