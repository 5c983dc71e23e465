"""What scorecards refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class TableUnreadable(Refusal):
    """The file is not a table that can be read."""

    code = "table_unreadable"
    status = 422
    text = _("%(file)s is not a table that can be read: %(cause)s")


class ColumnUnknown(Refusal):
    """The table has no such column."""

    code = "column_unknown"
    status = 422
    text = _("The table has no column %(column)s. It has: %(columns)s")


class ColumnTwice(Refusal):
    """One column was given two parts."""

    code = "column_twice"
    status = 422
    text = _("The column %(column)s is given two parts: %(parts)s.")


class OutcomeUnclear(Refusal):
    """The outcome has not two values of which one is known to be bad."""

    code = "outcome_unclear"
    status = 422
    text = _("The outcome %(column)s has the values %(values)s: say which one is bad.")


class OneOutcomeOnly(Refusal):
    """All rows ended the same way: there is nothing to learn."""

    code = "one_outcome_only"
    status = 422
    text = _("Every row of %(column)s has the value %(value)s: nothing can be learned from one outcome.")


class TooFewOutcomes(Refusal):
    """Too few rows ended badly, or too few well."""

    code = "too_few_outcomes"
    status = 422
    text = _("There are %(bad)s bad and %(good)s good outcomes; at least %(least)s of each are needed.")


class TooFewGroups(Refusal):
    """Bad or good outcomes stand in one group only, so that nothing can be tested on another."""

    code = "too_few_groups"
    status = 422
    text = _("The outcomes stand in too few groups of %(column)s: nothing can be tested on rows of others.")


class TooFewEarlier(Refusal):
    """Before or after the day there are too few outcomes."""

    code = "too_few_earlier"
    status = 422
    text = _(
        "Of the time %(column)s, %(before)s bad outcomes lie before and %(after)s from %(day)s on: too few."
    )


class TimeUnreadable(Refusal):
    """The column of time holds no days or numbers."""

    code = "time_unreadable"
    status = 422
    text = _("The time column %(column)s holds no days or numbers in %(rows)s rows.")


class NothingToLearnFrom(Refusal):
    """No column is left that tells anything of the outcome."""

    code = "nothing_to_learn_from"
    status = 422
    text = _("No column is left that tells anything of the outcome %(column)s.")


class ChoiceInvalid(Refusal):
    """An option of the fit is not one that can be used."""

    code = "choice_invalid"
    status = 422
    text = _("%(option)s cannot be %(value)s: %(cause)s")


class NotAScorecard(Refusal):
    """The policy has no scored items, or asks for what no table holds."""

    code = "not_a_scorecard"
    status = 422
    text = _("The policy %(policy)s is not a scorecard: it has no points.")


class FiguresMissing(Refusal):
    """The table lacks columns the card reads."""

    code = "figures_missing"
    status = 422
    text = _("The table lacks columns the card reads: %(columns)s")


class GradesUnclear(Refusal):
    """The known grades are one only, or no grades at all."""

    code = "grades_unclear"
    status = 422
    text = _("The column %(column)s does not hold between 2 and %(most)s different grades.")


class GradesUnlisted(Refusal):
    """The outcome has grades that are not in the order given."""

    code = "grades_unlisted"
    status = 422
    text = _("The outcome %(column)s has the grades %(values)s, which are not in the order %(ordered)s.")


class GradeTooRare(Refusal):
    """A grade has too few rows to be learned."""

    code = "grade_too_rare"
    status = 422
    text = _("The grade %(grade)s of %(column)s has %(rows)s rows; at least %(least)s of each are needed.")


class NaiveLeftOut(Refusal):
    """The column whose rule the card is compared with is one no card may see."""

    code = "naive_left_out"
    status = 422
    text = _("The column %(column)s cannot be compared with: it is left out, or names the row.")


class FlagInvalid(Refusal):
    """The item of the customer file cannot tell who went bad."""

    code = "flag_invalid"
    status = 422
    text = _("The item %(item)s cannot tell who went bad: %(cause)s")


class WindowOpen(Refusal):
    """The time after a decision day is not over, so nobody knows how it ended."""

    code = "window_open"
    status = 422
    text = _("After %(day)s one must wait until %(until)s to know who was late; today is %(on)s.")


class ChallengerUnknown(Refusal):
    """There is no such challenger."""

    code = "challenger_unknown"
    status = 404
    text = _("There is no challenger %(challenger_id)s.")


class ChallengerUnusable(Refusal):
    """The card asks for what the product does not measure, so no run could rate by it."""

    code = "challenger_unusable"
    status = 422
    text = _("The card asks for %(columns)s, which no run knows: fit it to the product's own figures.")


class FitUnknown(Refusal):
    """There is no such fit."""

    code = "fit_unknown"
    status = 404
    text = _("There is no fitted card %(number)s.")


class FitNotReady(Refusal):
    """The fit is not where this can be done."""

    code = "fit_not_ready"
    status = 409
    text = _("Fitted card %(number)s is not where this can be done: %(state)s.")
