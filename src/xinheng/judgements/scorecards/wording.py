"""The report of a card in words: tables that pages, files and the command line show alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONTESTANTS = {
    "card": gettext_lazy("this scorecard"),
    "naive": gettext_lazy("one column alone"),
    "missing_flags": gettext_lazy("missing flags alone"),
    "boosting": gettext_lazy("gradient boosting (LightGBM)"),
    "raw_regression": gettext_lazy("logistic regression on the raw columns"),
    "library_defaults": gettext_lazy("the binning library as it comes (optbinning)"),
    "majority": gettext_lazy("the most frequent grade"),
}
CAUSES = {
    "asked": gettext_lazy("left out as asked"),
    "empty": gettext_lazy("holds nothing"),
    "constant": gettext_lazy("always the same"),
    "same_as": gettext_lazy("the same as %(detail)s"),
    "date": gettext_lazy("a date: name it to be kept to use it"),
    "names": gettext_lazy("names or numbers: %(detail)s different texts"),
    "row_number": gettext_lazy("a running number"),
    "leak": gettext_lazy("gives the outcome away: AUC %(detail)s by itself"),
    "leak_missing": gettext_lazy("whether it is missing gives the outcome away: AUC %(detail)s"),
    "named": gettext_lazy("named like an outcome and close to it: AUC %(detail)s by itself"),
}
WARNINGS = {
    "few_bad": gettext_lazy("The card stands on %(bad)s bad outcomes only."),
    "missing_tells": gettext_lazy(
        "Missing flags alone reach an AUC of %(auc).3f: ask why figures are missing before trusting the card."
    ),
    "few_graded": gettext_lazy("The card stands on %(rows)s known grades only."),
    "unstable": gettext_lazy(
        "The score moved between the rows that learned and those tested: PSI %(psi).3f."
    ),
}


@dataclass(frozen=True)
class Told:
    """One table of a report."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    of: str = ""  # items: the bands of the card; calibration: what was foretold beside what came


def tables(report: Mapping[str, Any]) -> list[Told]:
    """Every table of a report, the most important first."""
    if is_of_grades(report):
        found = [_graded(report), *_confusion(report["confusion"]), _items(report)]
        return [*found, _left_out(report)] if report["left_out"] else found
    found = [_contestants(report), _by_grade(report)]
    if "agreement" in report:
        found += _agreement(report["agreement"])
    found += [_calibration(report), _items(report)]
    if report["left_out"]:
        found.append(_left_out(report))
    if report["stability"]["columns"]:
        rows = [[name, _figure(index)] for name, index in report["stability"]["columns"].items()]
        found.append(Told(_("Stability of the figures"), [_("Column"), "PSI"], rows))
    return found


def is_of_grades(report: Mapping[str, Any]) -> bool:
    """Whether the card learned to give grades, and not to tell bad from good."""
    return report.get("kind") == "grades"


def _graded(report: Mapping[str, Any]) -> Told:
    rows = [
        [
            str(CONTESTANTS[name]),
            _share(one["accuracy"]),
            f"{one['accuracy_low']:.1%}–{one['accuracy_high']:.1%}",
            _share(one["within_one"]),
            _figure(one["kappa"]),
            f"{one['kappa_low']:.3f}–{one['kappa_high']:.3f}",
            f"{one['seconds']:.1f}",
        ]
        for name, one in report["contestants"].items()
    ]
    columns = [
        _("On rows not seen"), _("share alike"), _("95 %"), _("at most one grade apart"),
        _("quadratic kappa"), _("95 %"), _("seconds to fit"),
    ]  # fmt: skip
    return Told(_("Validation"), columns, rows)


def _confusion(told: Mapping[str, Any]) -> list[Told]:
    rows = [
        [
            one["grade"],
            *row,
            _share(one["hit"] / one["rows"] if one["rows"] else None),
            f"{one['low']:.1%}–{one['high']:.1%}" if one["rows"] else "—",
        ]
        for one, row in zip(told["hit"], told["table"], strict=True)
    ]
    columns = [_("Known"), *told["grades"], _("share alike"), _("95 %")]
    return [Told(_("Known grade by grade told"), columns, rows)]


def lines(report: Mapping[str, Any]) -> list[str]:
    """What is said beside the tables."""
    outcome, tested = report["outcome"], report["validation"]
    if is_of_grades(report):
        return _lines_of_grades(report)
    told = [
        _("%(rows)s rows with an outcome, %(bad)s of them bad (%(column)s = %(bad_value)s).") % outcome,
        _("%(without_outcome)s rows without an outcome are left out.") % outcome,
        _how_tested(tested),
        _("Score PSI %(psi).3f; Brier %(brier).4f; calibration error %(error).4f.")
        % {"psi": report["stability"]["score_psi"], **report["calibration"]},
        _("A score of %(even_odds_score)s is even odds; %(points_to_double_odds)s points more halve them.")
        % report["scale"],
        _("Reject inference is left out: the card knows only rows whose outcome is known."),
    ]
    return [*told, *(str(WARNINGS[warning["code"]]) % warning for warning in report["warnings"])]


def _lines_of_grades(report: Mapping[str, Any]) -> list[str]:
    outcome = report["outcome"]
    spread = ", ".join(f"{one['grade']} {one['rows']}" for one in outcome["grades"])
    told = [
        _("%(rows)s rows with a grade (%(column)s): %(spread)s.") % {**outcome, "spread": spread},
        _("%(without_outcome)s rows without an outcome are left out.") % outcome,
        _how_tested(report["validation"]),
        _("Score PSI %(psi).3f.") % {"psi": report["stability"]["score_psi"]},
    ]
    return [*told, *(str(WARNINGS[warning["code"]]) % warning for warning in report["warnings"])]


def _how_tested(tested: Mapping[str, Any]) -> str:
    if tested["kind"] == "forward":
        return (
            _("Tested on %(tested_rows)s rows from %(since)s on, by cards of earlier rows of other groups.")
            % tested
        )
    return _("Tested by %(folds)s folds, %(repeats)s times; %(groups)s groups, none on both sides.") % tested


def _contestants(report: Mapping[str, Any]) -> Told:
    rows = [
        [
            str(CONTESTANTS[name]),
            _figure(one["auc"]),
            f"{one['auc_low']:.3f}–{one['auc_high']:.3f}",
            _figure(one["ks"]),
            _figure(one["gini"]),
            f"{one['seconds']:.1f}",
        ]
        for name, one in report["contestants"].items()
    ]
    columns = [_("On rows not seen"), "AUC", _("95 %"), "KS", "Gini", _("seconds to fit")]
    return Told(_("Validation"), columns, rows)


def _by_grade(report: Mapping[str, Any]) -> Told:
    names = report["grade_names"]
    rows = [
        [names[one["place"]], one["rows"], one["bad"], one["rows"] - one["bad"], _share(one["bad_share"])]
        for one in report["by_grade"]
    ]
    return Told(
        _("By grade, on rows not seen"), [_("Grade"), _("Rows"), _("bad"), _("good"), _("share bad")], rows
    )


def _agreement(agreement: Mapping[str, Any]) -> list[Told]:
    names = agreement["grades"]
    matrix = [[known, *row] for known, row in zip(names, agreement["table"], strict=True)]
    rows = [
        [str(CONTESTANTS[name]), _figure(agreement[name]["accuracy"]), _figure(agreement[name]["kappa"])]
        for name in ("card", "naive")
        if name in agreement
    ]
    rows.append([_("the most frequent grade"), _figure(agreement["majority_accuracy"]), _figure(0.0)])
    title = _("Agreement with known grades: %(known)s known, %(not_known)s not known and left out")
    return [
        Told(title % agreement, [_("On rows not seen"), _("share alike"), _("quadratic kappa")], rows),
        Told(_("Known grade by grade told"), [_("Known"), *names], matrix),
    ]


def _calibration(report: Mapping[str, Any]) -> Told:
    rows = [
        [place, one["rows"], _share(one["foretold"]), _share(one["bad"])]
        for place, one in enumerate(report["calibration"]["by_tenth"], 1)
    ]
    columns = [_("Tenth"), _("Rows"), _("foretold"), _("came")]
    return Told(_("Calibration by tenth"), columns, rows, of="calibration")


def _items(report: Mapping[str, Any]) -> Told:
    of_grades = is_of_grades(report)
    rows = [
        [
            item["column"] if not place else "",
            _("missing") if band["band"] == "missing" else band["band"],
            band["points"],
            band["rows"],
            _mean(band["mean_grade"]) if of_grades else _share(band["bad_share"]),
        ]
        for item in report["items"]
        for place, band in enumerate(item["bands"])
    ]
    last = _("mean grade, 1 the best") if of_grades else _("share bad")
    return Told(_("The card"), [_("Column"), _("Band"), _("Points"), _("Rows"), last], rows, of="items")


def _mean(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _left_out(report: Mapping[str, Any]) -> Told:
    rows = [[one["column"], str(CAUSES[one["cause"]]) % one] for one in report["left_out"]]
    return Told(_("Columns left out"), [_("Column"), _("Why")], rows)


def markdown(report: Mapping[str, Any], title: str) -> str:
    """The report as Markdown."""
    parts = [f"# {title}", *(f"- {line}" for line in lines(report))]
    for told in tables(report):
        head = [
            f"\n## {told.title}\n",
            "| " + " | ".join(told.columns) + " |",
            "|" + "---|" * len(told.columns),
        ]
        parts += head + ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in told.rows]
    return "\n".join(parts) + "\n"


def _cell(cell: Any) -> str:
    return ("—" if cell is None else str(cell)).replace("|", "\\|").replace("\n", " ")


def _figure(value: float) -> str:
    return f"{value:.4f}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
