"""Scorecards from our own facts, and cards that rate silently beside a policy."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _

from xinheng.judgements.scorecards import queries
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.values import Labels, Outcome
from xinheng.runs.services import business_day
from xinheng.wiring.cli import scoring_options as said
from xinheng.wiring.cli.judging import PolicyCode, RunNo, chosen_run
from xinheng.wiring.cli.options import AsOf, Json, Number
from xinheng.wiring.cli.output import (
    command,
    day,
    operator,
    past_day,
    say_json,
    say_table,
    screen,
    written,
)
from xinheng.wiring.cli.scoring import app, content_of


@app.command("table")
@command("scorecards.fit")
def make_table(  # noqa: PLR0913, PLR0917 - each an option
    target: said.Target,
    days: said.Days,
    late_days: said.LateDays = 90,
    within: said.Within = 12,
    flag: said.Flag = "",
    flag_value: said.FlagValue = "",
    labels: said.LabelFile = None,
    number: said.LabelNumber = "customer_no",
    hindsight: said.Hindsight = False,
    as_json: Json = False,
) -> None:
    """Write a table to learn from: what was known of each customer on past days, and how it ended."""
    decided = [past_day(one) for one in days]
    actor, today = operator(), business_day()
    if labels:
        found = scorecards.labelled_table(
            actor=actor, on=today, days=decided, labels=Labels(labels, number), hindsight=hindsight
        )
    else:
        found = scorecards.ended_table(
            actor=actor, on=today, days=decided, hindsight=hindsight,
            outcome=Outcome(late_days, within, flag, flag_value),
        )  # fmt: skip
    written(target, content_of(found, target), as_json=as_json)


@app.command()
@command("scorecards.fit")
def publish(card: said.Card, purpose: said.Purpose = "", as_json: Json = False) -> None:
    """Put a card beside the policies as a draft, to be simulated, approved and adopted."""
    draft = scorecards.publish(actor=operator(), on=business_day(), card=card, purpose=purpose)
    told = {"draft": draft.pk, "code": draft.code, "version": draft.version}
    if as_json:
        say_json(told)
    else:
        screen.print(_("Draft %(draft)s: %(code)s %(version)s.") % told, markup=False)


@app.command()
@command("scorecards.fit")
def challenge(
    champion: said.Champion, card: said.Card, begins: said.Begins = None, as_json: Json = False
) -> None:
    """Let a card rate silently beside a policy in force, on each of its runs."""
    text, since = card.read_text(encoding="utf-8", errors="replace"), day(begins)
    added = scorecards.challenge(
        actor=operator(), on=business_day(), champion=champion, text=text, since=since
    )
    told = {"challenger": added.pk, "code": added.code, "version": added.version, "champion": added.champion}
    if as_json:
        say_json(told)
    else:
        words = _("Challenger %(challenger)s: %(code)s %(version)s rates beside %(champion)s.")
        screen.print(words % told, markup=False)


@app.command()
@command("scorecards.fit")
def retire(challenger: Number, as_json: Json = False) -> None:
    """Let a challenger rate no more; what it gave is kept."""
    ended = scorecards.retire(actor=operator(), on=business_day(), challenger_id=challenger)
    told = {"challenger": ended.pk, "until": ended.until}
    if as_json:
        say_json(told)
    else:
        screen.print(_("Challenger %(challenger)s rates no more from %(until)s on.") % told, markup=False)


@app.command()
@command("scorecards.read")
def challengers(as_json: Json = False) -> None:
    """List the cards that rate or rated beside a policy."""
    names = ("id", "champion", "code", "version", "name", "since", "until")
    found = [{name: getattr(one, name) for name in names} for one in queries.challengers(operator())]
    if as_json:
        say_json(found)
        return
    columns = [_("Challenger"), _("Beside"), _("Code"), _("Version"), _("Name"), _("From"), _("Until")]
    say_table(_("Challengers"), columns, [list(one.values()) for one in found])


@app.command()
@command("scorecards.read")
def compare(  # noqa: PLR0913, PLR0917 - each an option
    run: RunNo = None,
    policy: PolicyCode = "",
    as_of: AsOf = None,
    late_days: said.LateDays = 90,
    within: said.Within = 12,
    ended: said.Ended = False,
    as_json: Json = False,
) -> None:
    """Show the policy in force and its silent challengers on one run, side by side."""
    outcome = Outcome(late_days, within) if ended else None
    run_id = chosen_run(run, policy, as_of).pk
    found = queries.side_by_side(operator(), run_id, on=business_day(), outcome=outcome)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    rows = [
        [one.name, "  ".join(f"{grade or '—'} {count}" for grade, count in one.counts.items()),
         one.graded_by_both, _rounded(one.alike), one.known, one.bad, _rounded(one.auc), _rounded(one.ks)]
        for one in found
    ]  # fmt: skip
    columns = [_("Policy"), _("Grades"), _("graded by both"), _("share alike"), _("end known"), _("bad")]
    say_table(_("Side by side on run %(run)s") % {"run": run_id}, [*columns, "AUC", "KS"], rows)


def _rounded(figure: float | None) -> str | None:
    return None if figure is None else f"{figure:.3f}"
