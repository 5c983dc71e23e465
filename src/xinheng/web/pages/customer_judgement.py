"""The judgements on one customer: why the grade, what people assessed, how the grade went over time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from xinheng.base.audit import queries as trail
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Assessors, Question
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as assessing
from xinheng.judgements.ratings.values import Explanation, InputValue, Reason
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text, told_text
from xinheng.runs.services import business_day
from xinheng.web.pages.customer_file import CHANNELS
from xinheng.web.pages.edge import actor_of, go_to, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.scales import Scale, scale_by
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trail_words import entry_line

SHOWN_ENTRIES = 50
TALL = 5  # grades from which on the credit curve needs more height
GROUPS = [  # kind of reason, its heading
    ("veto", _("Vetoes")),
    ("condition", _("Conditions")),
    ("points", _("Points")),
    ("cap", _("Caps")),
    ("missing", _("Missing data")),
]


def held_grades(seen: Seen) -> list[Any]:
    """The customer's grade by each policy as of the day, the one looked at first; none where never rated."""
    held = ratings.grades_by_policy(seen.customer, as_of=seen.as_of)
    return sorted(held, key=lambda grade: grade.run.policy_code != seen.policy)


def why(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The grade explained: the sentence, then every condition, point, cap and veto with its figures."""
    held = held_grades(seen)
    if not held:
        return {"explanation": None}
    run = held[0].run
    explained = ratings.explanation(seen.actor, run.pk, seen.customer.no, on=seen.on)
    scale = scale_by(run.policy_sha256)
    return {
        "explanation": explained,
        "badge": scale.badge(explained.grade),
        "before_caps": scale.badge(explained.grade_before_caps),
        "state": reports.word(reports.STATES, explained.state),
        "score": "" if explained.score is None else figure_text(explained.score, "points"),
        "groups": _groups(explained, scale, seen),
        "may_export": seen.actor.may("exports.read"),
        "may_write": seen.actor.may("ratings.write_letters") and explained.state == "graded",
        "may_disclose": seen.actor.may("ratings.disclose"),
        "may_see_consents": seen.actor.may("consents.read"),
    }


def _groups(explained: Explanation, scale: Scale, seen: Seen) -> list[dict[str, Any]]:
    groups = []
    for kind, heading in GROUPS:
        lines = [_reason(one, scale, explained, seen) for one in explained.reasons if one.kind == kind]
        if lines:
            groups.append({"kind": kind, "heading": heading, "lines": lines, **_total(explained, kind)})
    return groups


def _total(explained: Explanation, kind: str) -> dict[str, str]:
    """The points given in all, and the most that the items with points could have given."""
    scored = [one for one in explained.reasons if one.kind == kind and one.points is not None]
    if not scored:
        return {}
    return {
        "total": figure_text(sum(one.points or 0 for one in scored), "points"),
        "most": figure_text(sum(one.maximum or 0 for one in scored), "points"),
    }


def _reason(reason: Reason, scale: Scale, explained: Explanation, seen: Seen) -> dict[str, Any]:
    share = 0
    if reason.points is not None and reason.maximum:
        share = round(max(Decimal(0), 100 * reason.points / reason.maximum))
    return {
        "reason": reason,
        "badge": scale.badge(reason.grade) if reason.grade else None,
        "points": "" if reason.points is None else figure_text(reason.points, "points"),
        "maximum": "" if reason.maximum is None else figure_text(reason.maximum, "points"),
        "percent": share,
        "inputs": [
            (one.name, _input(one), one.value is None, _rows_of(one, explained, seen))
            for one in reason.inputs
        ],
    }


def _rows_of(one: InputValue, explained: Explanation, seen: Seen) -> str:
    """Where the rows behind a figure are shown, or why there are none; nothing for who may not see them."""
    if not reports.has_rows(seen.actor, one):
        return ""
    return reverse("rows_behind", args=[explained.run_id, one.code, explained.customer_no])


def _input(one: InputValue) -> str:
    if one.value is None and one.origin == "assessment":
        return gettext("not assessed")
    return told_text(one.value, one.unit)


def history(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The grade over the runs of the policy, and what was done to this customer, where one may see it."""
    held = held_grades(seen) if seen.actor.may("ratings.read") else []
    may_audit = seen.actor.may("audit.read")
    entries = trail.search(subject=f"customer:{seen.customer.no}")[:SHOWN_ENTRIES] if may_audit else []
    return {
        "curve": _curve(seen, held[0].run) if held else None,
        "lines": [entry_line(entry) for entry in entries],
        "may_audit": may_audit,
    }


def _curve(seen: Seen, run: Any) -> dict[str, Any]:
    scale = scale_by(run.policy_sha256)
    points = [p for p in ratings.curve(seen.customer.no, run.policy_code) if p.as_of <= seen.as_of]
    return {
        "policy": scale.policy_name,
        "chart": reports.credit_curve(points, scale.grades),
        "is_tall": len(scale.grades) > TALL,
        "scored": any(point.score is not None for point in points),
        "rows": [
            (
                point,
                scale.badge(point.grade),
                scale.turn(before.grade if before else "", point.grade),
                before.grade if before else "",
                "" if point.score is None else figure_text(point.score, "points"),
            )
            for before, point in reversed(list(zip([None, *points], points, strict=False)))
        ],
    }


def assessments(seen: Seen, request: HttpRequest) -> dict[str, Any]:
    """What people answered about this customer, and the questions open to answer."""
    asked = _questions(seen)
    may = seen.actor.may("ratings.assess") and seen.customer.status == "active"
    rows = [
        {
            "question": in_words(asked[row.question]) if row.question in asked else row.question,
            "answer": _answer(asked.get(row.question), row.value),
            "channel": CHANNELS.get(row.channel, ""),
            "mark": _mark(row),
            "may_verify": may and row.verification == "declared" and row.assessed_by != seen.actor.login,
            "row": row,
        }
        for row in ratings.assessments_of(seen.customer, as_of=seen.as_of)
    ]
    form = AssessForm(asked, request.GET.get("question", ""), seen) if may and asked else None
    disagree = ratings.disagreements(seen.customer, on=seen.as_of)
    panels = ratings.panels_of(seen.actor, seen.customer.no, on=seen.on, as_of=seen.as_of)
    return {
        "rows": rows,
        "form": form,
        "no": seen.customer.no,
        "panels": [panel_line(one) for one in panels],
        "disagree": [_beside(asked.get(told[0].question), told) for told in disagree],
    }


def _mark(row: Any) -> tuple[str, Any]:
    """Whether an answer was examined, and what that means for a rating: a tone and words."""
    if row.verification == "declared":
        return ("warn", _("not examined yet")) if row.channel == "mailed_form" else ("", "")
    return ("good", _("verified")) if row.verification == "verified" else ("bad", _("disputed"))


def _beside(question: Question | None, told: list[Any]) -> tuple[str, list[tuple[str, Any]]]:
    """A question and what each channel answers to it."""
    name = in_words(question) if question else told[0].question
    return name, [(_answer(question, row.value), CHANNELS.get(row.channel, row.assessed_by)) for row in told]


def _questions(seen: Seen) -> dict[str, Question]:
    """What the policies in force ask, by code."""
    found: dict[str, Question] = {}
    for document in packs.documents_in_force("rating", on=seen.on):
        for question in policies.load(document.text).questions:
            found.setdefault(question.code, question)
    return found


def panel_line(one: Any) -> dict[str, Any]:
    """A question that several people answer, as a table shows it."""
    words = dict(choices_of(one.question))
    return {
        "no": one.customer_no,
        "name": one.customer_name,
        "code": one.question.code,
        "question": in_words(one.question),
        "rule": several_in_words(one.question.assessors),
        "opinions": [(each.by, words.get(each.value, each.value), each.assessed_on) for each in one.opinions],
        "wanted": one.wanted,
        "apart": one.apart,
        "mean": one.mean,
        "deviation": one.deviation,
        "range": one.spread,
        "decided": "" if one.decided is None else words.get(one.decided, one.decided),
    }


def several_in_words(several: Assessors) -> str:
    """How many people answer a question, and what their answers make together."""
    rules: dict[str, str] = {
        "mean": gettext("the mean"),
        "median": gettext("the median"),
        "newest": gettext("the newest answer"),
        "agreed": gettext("what all agree on"),
    }
    told = {"number": several.at_least, "rule": rules[several.combine]}
    return gettext("%(number)s people or more; %(rule)s counts") % told


def in_words(worded: Any) -> str:
    """What a policy says, in the reader's language."""
    return str(worded.zh if reads_chinese() else worded.en)


def _answer(question: Question | None, value: str) -> str:
    if question is None or question.type == "number":
        return value
    return dict(choices_of(question)).get(value, value)


def choices_of(question: Question) -> list[tuple[str, str]]:
    """The answers a question takes, in words; none where it takes a number."""
    if question.type == "number":
        return []
    yes_no = [("yes", gettext("yes")), ("no", gettext("no"))]
    offered = yes_no if question.type == "yes_no" else [(one.code, in_words(one)) for one in question.choices]
    return [*offered, ("unknown", gettext("unknown"))]


class AssessForm(forms.Form):
    """One answer to one question of a policy; the field of the answer follows the question."""

    question = forms.ChoiceField(label=_("Question"))
    value = forms.CharField(label=_("Answer"), max_length=60)
    assessed_on = forms.DateField(label=_("Assessed on"), widget=forms.DateInput(attrs={"type": "date"}))
    evidence = forms.CharField(label=_("Evidence"), max_length=300, required=False)

    def __init__(self, asked: dict[str, Question], code: str, seen: Seen, *args: Any, **kwargs: Any) -> None:
        chosen = asked.get(code) or next(iter(asked.values()))
        first = {"question": chosen.code, "assessed_on": seen.on.isoformat()}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.fields["question"].choices = [(one.code, in_words(one)) for one in asked.values()]  # type: ignore[attr-defined]
        self.fields["evidence"].required = chosen.evidence == "required"
        if answers := choices_of(chosen):
            self.fields["value"].widget = forms.Select(choices=[("", "—"), *answers])
        else:
            self.fields["value"].widget.attrs["inputmode"] = "decimal"
        for field in self.fields.values():
            choosing = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if choosing else "form-control"
        self.fields["question"].widget.attrs |= {
            "hx-get": "?tab=assessments",
            "hx-target": "#customer-tabs",
            "hx-swap": "outerHTML",
        }


@signed_in
@require_POST
def assess(request: HttpRequest, no: str) -> HttpResponse:
    """Keep one answer about the customer; it counts from the next run on."""
    actor, on = actor_of(request), business_day()
    seen = Seen(actor, customers.get(actor, no, on=on), on, on)
    form = AssessForm(_questions(seen), request.POST.get("question", ""), seen, request.POST)
    if not form.is_valid():
        raise FieldsRefused(
            fields=", ".join(str(form.fields[name].label) for name in form.errors if name in form.fields)
        )
    told = form.cleaned_data
    assessing.assess(
        actor=actor,
        on=on,
        customer_no=no,
        question=told["question"],
        value=told["value"],
        assessed_on=told["assessed_on"],
        evidence=told["evidence"],
    )
    messages.success(request, gettext("The assessment is kept; it counts from the next rating on."))
    return go_to(request, f"{reverse('customer', args=[no])}?tab=assessments")
