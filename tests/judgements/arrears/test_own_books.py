"""Late payment of the own books: trained, foretold, kept, proven again."""

from __future__ import annotations

import pytest

from tests.judgements.arrears.conftest import TODAY, manager
from xinheng.judgements.arrears import queries
from xinheng.judgements.arrears.models import Forecast, TrainedModel
from xinheng.judgements.arrears.values import Wanted

pytestmark = pytest.mark.usefixtures("company")


def test_the_open_bills_are_foretold_by_a_model_that_beats_the_naive_rules() -> None:
    model, made = TrainedModel.objects.get(), Forecast.objects.get()

    assert model.beats
    assert model.report["auc"] > model.report["naive"]["past_rate"]["auc"]
    rows = queries.risks(manager(), Wanted(), on=TODAY)
        rows.select("customer", "bills", "open_minor", "expected_late_minor", "largest", "level", "reasons"),
        made.totals,
        model.report,
    )
