"""Scorecards fitted on the pages: from a table or own history, in the queue, to be read and published."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.scorecards import queries
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.values import Choices, Columns, Outcome
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

SHOWN = 50
STATES: dict[str, str | Promise] = {
    "open": _("columns to be chosen"),
    "waiting": _("waiting its turn"),
    "running": _("running"),
    "done": _("done"),
    "refused": _("refused"),
    "failed": _("failed"),
}


class TableForm(forms.Form):
    """The table to learn from."""

    places = {"table_unreadable": "table"}
    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV, Excel or Parquet: a row a customer or loan, one column the outcome."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class CardForm(forms.Form):
    """What every fitted card is told."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_-]{0,39}$", label=_("Code"), initial="scorecard",
        help_text=_("Of the policy the card becomes: small letters, digits, - and _."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    monotonic = forms.BooleanField(label=_("The points of a number only rise or only fall"), required=False)

    folds = forms.IntegerField(
        label=_("Parts, each tested by the others"), min_value=2, max_value=20, initial=5
    )
    repeats = forms.IntegerField(
        label=_("Times"), min_value=0, max_value=50, initial=0,
        help_text=_("0: as many as the size of the table asks for."),
    )  # fmt: skip

    def choices_of(self) -> Choices:
        """What was chosen."""
        asked = self.cleaned_data
        return Choices(
            code=asked["code"], name=asked["name"], monotonic=asked["monotonic"], folds=asked["folds"],
            repeats=asked["repeats"],
        )  # fmt: skip


class ColumnsForm(CardForm):
    """Which column of the table is what."""

    places = {
        "column_unknown": "outcome",
        "column_twice": "outcome",
        "outcome_unclear": "bad",
    }
    outcome = forms.ChoiceField(
        label=_("Outcome"), help_text=_("The column that says how it ended, or the grade.")
    )
    bad = forms.CharField(
        label=_("Bad value"), required=False, help_text=_("Where it is not plain which of two values is bad.")
    )
    ordered = forms.CharField(
        label=_("Grades, best first"), required=False,
        help_text=_("A,B,C,D: the outcome is a grade, and the card learns to give it."),
    )  # fmt: skip
    id = forms.ChoiceField(label=_("Row number"), required=False)
    group = forms.ChoiceField(
        label=_("Group"), required=False, help_text=_("Rows that belong together, such as a firm's.")
    )
    time = forms.ChoiceField(
        label=_("Time"),
        required=False,
        help_text=_("Day or year: later rows are tested by cards of earlier ones."),
    )
    leave_out = forms.MultipleChoiceField(
        label=_("Not to be used"),
        required=False,
        help_text=_("Columns known only after the outcome give it away."),
    )
    field_order = (
        "outcome",
        "bad",
        "ordered",
        "id",
        "group",
        "time",
        "leave_out",
        "code",
        "name",
        "monotonic",
        "folds",
        "repeats",
    )

    def __init__(self, found: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(name, name) for name in found]
        for field in ("outcome", "leave_out"):
            self.fields[field].choices = offered  # type: ignore[attr-defined]
        for field in ("id", "group", "time"):
            self.fields[field].choices = [("", "—"), *offered]  # type: ignore[attr-defined]
        dressed(self)

    def columns(self) -> Columns:
        """What was chosen."""
        asked = self.cleaned_data
        names = tuple(part.strip() for part in re.split(r"[,，\s]+", asked["ordered"]) if part.strip())
        return Columns(
            asked["outcome"], asked["id"], asked["time"], asked["group"], bad=asked["bad"].strip(),
            leave_out=tuple(asked["leave_out"]), ordered=names,
        )  # fmt: skip


class HistoryForm(CardForm):
    """A card from own receivables, or from flags told in customer files."""

    places = {"window_open": "within_months", "flag_invalid": "value"}
    days = forms.CharField(
        label=_("Decision days"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("2024-06-30, 2024-12-31: what was known on each, and how it ended after."),
    )  # fmt: skip
    late_days = forms.IntegerField(
        label=_("Bad: days late"), min_value=0, max_value=3650, initial=Outcome.late_days
    )
    item = forms.ChoiceField(
        label=_("Or bad: flagged in the file"), required=False,
        help_text=_("Who was flagged after the day, and not before; then no bill counts."),
    )  # fmt: skip
    value = forms.CharField(
        label=_("Bad value"), required=False, max_length=200,
        help_text=_("Of that item, where it is not yes; of a text anything but no counts."),
    )  # fmt: skip
    within_months = forms.IntegerField(
        label=_("Months waited"), min_value=1, max_value=120, initial=Outcome.within_months
    )
    hindsight = forms.BooleanField(
        label=_("Count what was told later"), required=False,
        help_text=_("Needed after a first load of old books; weaker evidence."),
    )  # fmt: skip
    field_order = (
        "days",
        "late_days",
        "item",
        "value",
        "within_months",
        "hindsight",
        "code",
        "name",
        "monotonic",
        "folds",
        "repeats",
    )

    def __init__(self, flags: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", "—"), *flags]  # type: ignore[attr-defined]
        dressed(self)

    def outcome(self) -> Outcome:
        """What counts as bad."""
        asked = self.cleaned_data
        return Outcome(asked["late_days"], asked["within_months"], asked["item"], asked["value"])

    def clean_days(self) -> list[date]:
        """The days, in any order."""
        found = []
        for part in re.split(r"[,，;；\s]+", self.cleaned_data["days"].strip()):
            try:
                found.append(date.fromisoformat(part))
            except ValueError:
                raise forms.ValidationError(gettext("%(text)s is no day.") % {"text": part[:20]}) from None
        return sorted(set(found))


@signed_in
@require_GET
def fitted_list(request: HttpRequest) -> HttpResponse:
    """The cards fitted here, the newest first."""
    actor = actor_of(request)
    page = Paginator(queries.fits(actor), SHOWN).get_page(request.GET.get("page"))
    rows = [{"one": one, "state": STATES[one.state]} for one in page]
    told = {"rows": rows, "page": page, "may_fit": actor.may("scorecards.fit")}
    return render(request, "scorecards/fits.html", told)


@signed_in
def bring_table(request: HttpRequest) -> HttpResponse:
    """Bring a table to learn from."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "scorecards.fit")
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        fit = tried(
            request, form,
            lambda: scorecards.receive_table(
                actor=actor, on=on, file_name=form.cleaned_data["table"].name,
                content=form.cleaned_data["table"].read(),
            ),
        )  # fmt: skip
        if fit:
            return redirect("fitted_card", fit.pk)
    return render(request, "scorecards/fit.html", {"form": form, "brings": True}, status=_status(request))


@signed_in
def fit_history(request: HttpRequest) -> HttpResponse:
    """Ask for a card from own receivables or flags."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "scorecards.fit")
    form = HistoryForm(queries.flags(actor, on=on), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        fit = tried(
            request, form,
            lambda: scorecards.begin_history_fit(
                actor=actor, on=on, days=form.cleaned_data["days"], hindsight=form.cleaned_data["hindsight"],
                outcome=form.outcome(), choices=form.choices_of(),
            ),
        )  # fmt: skip
        if fit:
            runs.enqueue_fitting(fit.pk, actor.login)
            return redirect("fitted_card", fit.pk)
    return render(request, "scorecards/fit.html", {"form": form, "brings": False}, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


@signed_in
def fitted_card(request: HttpRequest, number: int) -> HttpResponse:
    """One fitted card: its columns to be chosen, how far it is, or its report."""
    actor = actor_of(request)
    fit = queries.fitted(actor, number)
    under_way = fit.state in scorecards.UNDER_WAY
    if wants_part(request):
        if not under_way:
            return go_to(request, reverse("fitted_card", args=[number]))
        return render(request, "scorecards/fit_note.html", {"fit": fit})
    form: ColumnsForm | None = None
    asked = request.method == "POST"
    if fit.file_name and fit.state in ("open", "refused", "failed") and actor.may("scorecards.fit"):
        form = ColumnsForm(fit.asked["found"], request.POST if asked else None)
        if asked and (begun := tried(request, form, partial(_begun, actor, number, form))):
            runs.enqueue_fitting(begun.pk, actor.login)
            return redirect("fitted_card", begun.pk)
    elif asked:
        access.require(actor, "scorecards.fit", f"fit:{number}")
    told = {
        "fit": fit, "form": form, "state": STATES[fit.state], "under_way": under_way,
        "may_fit": actor.may("scorecards.fit"), "may_export": actor.may("exports.read"),
        **(_report(fit.report) if fit.state == "done" else {}),
    }  # fmt: skip
    return render(request, "scorecards/fitted.html", told, status=422 if asked else 200)


def _begun(actor: Actor, number: int, form: ColumnsForm) -> Any:
    return scorecards.begin_fit(
        actor=actor, on=runs.business_day(), number=number, columns=form.columns(), choices=form.choices_of()
    )


def _report(report: dict[str, Any]) -> dict[str, Any]:
    """The report as the page shows it: the tables, and the bands of each item as bars."""
    of_grades = queries.is_of_grades(report)
    most = max((band["points"] for item in report["items"] for band in item["bands"]), default=1) or 1
    items = [
        {
            "column": item["column"],
            "bands": [
                {
                    **band,
                    "percent": 100 * max(band["points"], 0) / most,
                    "told": _told(band, of_grades=of_grades),
                }
                for band in item["bands"]
            ],
        }
        for item in report["items"]
    ]
    tables = [told for told in queries.report_tables(report) if told.of != "items"]
    told = {"tables": tables, "lines": queries.report_lines(report), "items": items, "of_grades": of_grades}
    for table in tables:
        if table.of == "calibration":
            names = (str(table.columns[-2]), str(table.columns[-1]))
            told["calibration"] = reports.calibration(report["calibration"]["by_tenth"], names)
    return told


def _told(band: dict[str, Any], *, of_grades: bool) -> str:
    value = band["mean_grade"] if of_grades else band["bad_share"]
    if value is None:
        return "—"
    return f"{value:.2f}" if of_grades else f"{value:.1%}"


@signed_in
@require_POST
def publish_fitted(request: HttpRequest, number: int) -> HttpResponse:
    """Put a fitted card beside the policies as a draft."""
    draft = scorecards.publish_fit(
        actor=actor_of(request), on=runs.business_day(), number=number,
        purpose=request.POST.get("purpose", "")[:300],
    )  # fmt: skip
    messages.success(request, gettext("The card is a draft now: try it, let it challenge, submit it."))
    return redirect("draft", draft.pk)


@signed_in
@require_POST
def discard_fitted(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a fitted card and its table away."""
    scorecards.discard_fit(actor=actor_of(request), on=runs.business_day(), number=number)
    messages.success(request, gettext("The fitted card is thrown away."))
    return redirect("fitted_cards")


@signed_in
@require_GET
def export_fitted(request: HttpRequest, number: int) -> HttpResponse:
    """The report of a fitted card as a workbook."""
    content = reports.export_fitted(actor=actor_of(request), on=runs.business_day(), number=number)
    return workbook_answer(content, f"scorecard-{number}.xlsx")


@signed_in
@require_GET
def card_text(request: HttpRequest, number: int) -> HttpResponse:
    """The card as its policy document."""
    fit = queries.fitted(actor_of(request), number)
    answer = HttpResponse(fit.document, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="scorecard-{number}.yaml"'
    return answer


urlpatterns = [
    path("scorecards/fitted/", fitted_list, name="fitted_cards"),
    path("scorecards/fitted/table/", bring_table, name="bring_table"),
    path("scorecards/fitted/history/", fit_history, name="fit_history"),
    path("scorecards/fitted/<int:number>/", fitted_card, name="fitted_card"),
    path("scorecards/fitted/<int:number>/publish/", publish_fitted, name="publish_fitted"),
    path("scorecards/fitted/<int:number>/discard/", discard_fitted, name="discard_fitted"),
    path("scorecards/fitted/<int:number>/export/", export_fitted, name="export_fitted"),
    path("scorecards/fitted/<int:number>/card.yaml", card_text, name="card_text"),
]
