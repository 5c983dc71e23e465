"""Reviewing what a run proposes: where reviews stand, one list of proposals, overrides, submission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.reviews import services as reviewing
from xinheng.judgements.reviews.values import Order, Wanted
from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, go_to, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.scales import scale_by
from xinheng.web.pages.trying import dressed, tried

SHOWN = 50
FILTERS = ("text", "proposed", "turn", "held", "stage", "kind", "section", "person", "unit")
SORTS = {"no": _("number"), "name": _("name"), "grade": _("grade"), "moved": _("movement")}
TURNS = {
    "worse": _("became worse"),
    "better": _("became better"),
    "moved": _("moved"),
    "same": _("unchanged"),
    "new": _("first grade"),
}


@signed_in
@require_GET
def review_home(request: HttpRequest) -> HttpResponse:
    """Which runs are under review, which could be, and the grade summaries on their way."""
    actor = actor_of(request)
    begun = reviews.runs_under_review()
    runs = {run.pk: run for run in ratings.runs(actor).filter(pk__in=begun)}
    listed = [_listed(runs[run_id], stages) for run_id, stages in begun.items() if run_id in runs]
    newest = {run.policy_code: run for run in reversed(list(ratings.runs(actor)[:200]))}
    sheets = list(reviews.sheets(actor)[:SHOWN])
    names = people.names_by_login({sheet.submitted_by for sheet in sheets})
    told = {
        "listed": listed[:SHOWN],
        "offered": [
            {"run": run, "policy": scale_by(run.policy_sha256).policy_name}
            for run in newest.values()
            if run.pk not in begun
        ],
        "sheets": [
            {
                "sheet": sheet,
                "policy": scale_by(sheet.run.policy_sha256).policy_name,
                "state": _state(sheet),
                "submitter": names.get(sheet.submitted_by, sheet.submitted_by),
            }
            for sheet in sheets
        ],
        "may_review": actor.may("ratings.review"),
    }
    return render(request, "reviews/home.html", told)


def _listed(run: Any, stages: dict[str, int]) -> dict[str, Any]:
    return {
        "run": run,
        "policy": scale_by(run.policy_sha256).policy_name,
        "total": sum(stages.values()),
        "stages": [(reviews.STAGE_WORDS[stage], number) for stage, number in stages.items()],
    }


def _state(sheet: Any) -> Any:
    return approvals.STATES[sheet.state]


@signed_in
@require_POST
def open_review(request: HttpRequest, run_id: int) -> HttpResponse:
    """Begin to review a run."""
    reviewing.open_review(actor=actor_of(request), on=business_day(), run_id=run_id)
    return go_to(request, reverse("review_run", args=[run_id]))


@signed_in
@require_GET
def review_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The proposals of a run: filtered, in order, page by page, with what may be done to them."""
    actor, on = actor_of(request), business_day()
    wanted, order = wanted_of(request.GET), _order(request)
    rows = list(reviews.proposals(actor, run_id, wanted, order, on=on)[: SHOWN + 1])
    run = ratings.get_run(run_id)
    scale = scale_by(run.policy_sha256)
    shown = rows[:SHOWN]
    answering = customers.responsible([row.customer for row in shown], on=on)
    tally = reviews.tally(actor, run_id, on=on)
    choices = reports.choices(actor, on=on)
    told = {
        "run": run,
        "scale": scale,
        "rows": [_row(row, scale, answering.get(row.customer_id)) for row in shown],
        "after": shown[-1].pk if len(rows) > SHOWN else None,
        "tally": tally,
        "stages": [(code, reviews.STAGE_WORDS[code], number) for code, number in tally.stages.items()],
        "wanted": wanted,
        "order": order,
        "filters": _filters(scale) | {"unit": [*choices.units, ("-", gettext("no unit"))]},
        "filtered": any(getattr(wanted, name) for name in FILTERS),
        "query": request.GET.urlencode(),
        "may_review": actor.may("ratings.review"),
        "today": on,
        "ready": tally.stages.get("reviewed", 0),
    }
    return render(request, "reviews/run.html", told)


def _row(row: Any, scale: Any, answering: Any) -> dict[str, Any]:
    return {
        "row": row,
        "proposed": scale.badge(row.proposed),
        "grade": scale.badge(row.grade),
        "standing": scale.badge(row.standing),
        "turn": scale.turn(row.standing, row.proposed),
        "held": reviews.HELD.get(row.held, ""),
        "kind": reviews.KINDS.get(row.kind, ""),
        "stage": reviews.STAGE_WORDS[row.stage],
        "person": answering.person.name if answering and answering.person else "",
        "section": room.word(room.SECTIONS, row.customer.industry_section),
    }


def _filters(scale: Any) -> dict[str, list[tuple[str, Any]]]:
    return {
        "proposed": [*((grade, grade) for grade in scale.grades), ("-", gettext("not graded"))],
        "turn": list(TURNS.items()),
        "held": [*reviews.HELD.items(), ("-", gettext("held by nothing"))],
        "stage": list(reviews.STAGE_WORDS.items()),
        "section": list(room.in_full(room.SECTIONS).items()),
        "sort": list(SORTS.items()),
    }


def wanted_of(asked: Any, ids: list[str] | None = None) -> Wanted:
    """The filters an address or a form names, and the rows that are ticked."""
    numbers = tuple(int(one) for one in ids or () if one.isdecimal() and len(one) < 19)
    return Wanted(**{name: asked.get(name, "")[:100] for name in FILTERS}, ids=numbers)


def _order(request: HttpRequest) -> Order:
    key, after = request.GET.get("sort", "no"), request.GET.get("after", "")
    if after and (not after.isdecimal() or len(after) > 18):
        raise FieldsRefused(fields="after")
    falling = request.GET.get("falling") == "1"
    return Order(key if key in SORTS else "no", falling, int(after) if after else None)  # type: ignore[arg-type]


@signed_in
@require_POST
def accept(request: HttpRequest, run_id: int) -> HttpResponse:
    """Accept the ticked proposals, or all that the filters leave, or take their review back."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "ratings.review", f"run:{run_id}")
    ticked = request.POST.getlist("ids")
    if request.POST.get("extent") != "all" and not ticked:
        messages.error(request, gettext("Tick customers first, or choose all that the filters leave."))
        return go_to(request, _back(request, run_id))
    wanted = wanted_of(request.POST, [] if request.POST.get("extent") == "all" else ticked)
    if "reopen" in request.POST:
        number = reviewing.reopen(actor=actor, on=on, run_id=run_id, wanted=wanted)
        words = ngettext(
            "%(n)s customer is to be reviewed again.", "%(n)s customers are to be reviewed again.", number
        )
    else:
        reason = request.POST.get("reason", "")
        number = reviewing.accept(actor=actor, on=on, run_id=run_id, wanted=wanted, reason=reason)
        words = ngettext("%(n)s proposed grade is accepted.", "%(n)s proposed grades are accepted.", number)
    messages.success(request, words % {"n": number})
    return go_to(request, _back(request, run_id))


def _back(request: HttpRequest, run_id: int) -> str:
    query = wanted_of(request.POST)
    told = "&".join(f"{name}={getattr(query, name)}" for name in FILTERS if getattr(query, name))
    return reverse("review_run", args=[run_id]) + (f"?{told}" if told else "")


class GradeForm(forms.Form):
    """Another grade, why, and until when."""

    places = {
        "grade_unknown": "grade",
        "veto_stands": "grade",
        "raised_too_far": "grade",
        "review_reason_missing": "reason",
        "expiry_invalid": "expires_on",
    }
    grade = forms.ChoiceField(label=_("Grade"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    expires_on = forms.DateField(
        label=_("Holds until"),
        required=False,
        help_text=_("The first day it no longer holds; left blank, as long as the policy allows."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, scale: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.grade, f"{one.grade} {one.word}") for one in scale.badges()]
        self.fields["grade"].choices = choices  # type: ignore[attr-defined]
        dressed(self)


@signed_in
def override(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Give one customer another grade than proposed."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "ratings.review")
    row = reviews.get_proposal(actor, proposal_id, on=on)
    scale = scale_by(row.run.policy_sha256)
    first = {"grade": row.grade or row.proposed, "reason": row.reason}
    form = GradeForm(request.POST or None, scale=scale, initial=first)
    made = None
    if request.method == "POST":
        made = tried(
            request,
            form,
            lambda: reviewing.override(actor=actor, on=on, proposal_id=proposal_id, **form.cleaned_data),
        )
    if made:
        words = gettext("%(name)s: %(grade)s.") % {"name": row.customer.name, "grade": made.grade}
        messages.success(request, words)
        return go_to(request, reverse("review_run", args=[row.run_id]))
    told = {"form": form, "scale": scale, **_row(row, scale, None), "run": row.run, "best": _best(row, scale)}
    return render(request, "reviews/proposal.html", told, status=400 if form.is_bound else 200)


def _best(row: Any, scale: Any) -> Any:
    return scale.badge(scale.grades[row.ceiling_rank - 1]) if row.ceiling_rank > 1 else None


@signed_in
@require_POST
def submit(request: HttpRequest, run_id: int) -> HttpResponse:
    """Submit what is reviewed as a grade summary."""
    actor, on = actor_of(request), business_day()
    day = forms.DateField(required=False).clean(request.POST.get("effective_on") or None)
    note = request.POST.get("note", "")
    if request.POST.get("by_unit") == "1":
        made = reviewing.submit_by_unit(actor=actor, on=on, run_id=run_id, effective_on=day, note=note)
        words = ngettext(
            "%(n)s grade summary is submitted.", "%(n)s grade summaries are submitted.", len(made)
        )
        messages.success(request, words % {"n": len(made)})
        return go_to(request, reverse("reviews"))
    sheet = reviewing.submit_sheet(actor=actor, on=on, run_id=run_id, effective_on=day, note=note)
    messages.success(request, gettext("The grade summary is submitted."))
    return go_to(request, reverse("review_sheet", args=[sheet.pk]))


urlpatterns = [
    path("reviews/", review_home, name="reviews"),
    path("reviews/<int:run_id>/", review_run, name="review_run"),
    path("reviews/<int:run_id>/open/", open_review, name="open_review"),
    path("reviews/<int:run_id>/accept/", accept, name="accept_proposals"),
    path("reviews/<int:run_id>/submit/", submit, name="submit_sheet"),
    path("reviews/proposals/<int:proposal_id>/", override, name="override_proposal"),
]
