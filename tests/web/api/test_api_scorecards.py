"""Challengers for programs: the list, and a run side by side with exact figures."""

from __future__ import annotations

from math import log

import pytest

from tests.judgements.scorecards.challenged_world import found
from tests.web.api.conftest import TODAY, open_office, program
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import services as customers

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_program_reads_challengers_and_a_run_side_by_side() -> None:
    open_office()
    added, run = found(system_actor())
    asking = program("credit")

    (one,) = asking.get("/challengers").json()
    assert (one["id"], one["champion"], one["code"], one["version"]) == (added.pk, "tiny", "tiny", "2")
    assert (one["since"], one["until"]) == ("2026-01-01", None)
    here = f"/rating-runs/{run.pk}/challengers"
    champion, card = asking.get(here).json()
    assert (champion["name"], champion["challenger_id"], champion["agreed"]) == ("tiny@1", None, [])
    assert (card["name"], card["challenger_id"], card["scale"]) == ("tiny@2", added.pk, ["A", "B", "C"])
    assert (card["graded_by_both"], card["alike"]) == (9, pytest.approx(7 / 9))
    assert champion["counts"] == {"A": 3, "B": 3, "C": 3, "": 4}  # without bills: C-09 and the office's three
    assert card["counts"] == {"A": 3, "B": 5, "C": 1, "": 4}
    assert card["shifted"] == pytest.approx(2 / 9 * log(5 / 3) + 2 / 9 * log(3))
    cells = {(cell["champion"], cell["challenger"]): cell["customers"] for cell in card["agreed"]}
    assert cells == {("A", "A"): 3, ("B", "B"): 3, ("C", "B"): 2, ("C", "C"): 1, ("", ""): 4}
    assert (card["known"], card["auc"]) == (0, None)

    ended = asking.get(f"{here}?ended=true&late_days=15&within_months=1").json()
    assert [(one["known"], one["bad"], one["auc"], one["ks"]) for one in ended] == [(3, 2, 0.75, 0.5)] * 2
    early = asking.get(f"{here}?ended=true&late_days=15&within_months=2")
    assert (early.status_code, early.json()["code"]) == (422, "window_open")
    assert asking.get("/rating-runs/999999/challengers").json()["code"] == "run_unknown"


@pytest.mark.req("RR-14")
def test_a_salesperson_is_told_of_the_own_customers_alone() -> None:
    open_office()
    _added, run = found(system_actor())
    for no in ("C-07", "C-08"):
        customers.assign_responsibility(
            actor=system_actor(), on=TODAY, no=no, unit_code="EAST", person_login="wang"
        )
    champion, card = program("wang").get(f"/rating-runs/{run.pk}/challengers").json()

    assert champion["counts"] == {"C": 2, "": 2}  # and two of the office, which have no grade
    assert card["counts"] == {"B": 1, "C": 1, "": 2}
    assert (card["graded_by_both"], card["alike"]) == (2, 0.5)
    denied = program("credit", "ratings.read")
    for path in ("/challengers", f"/rating-runs/{run.pk}/challengers"):
        assert denied.get(path).json()["code"] == "access_denied"
    refused = Entry.objects.filter(outcome="refused", actor_login="credit", via="api")
    assert refused.count() == 2
