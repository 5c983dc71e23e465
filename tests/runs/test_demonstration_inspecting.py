"""The demonstration's inspections: what was put in is found, an honest decline is overturned, none is doubled."""

from __future__ import annotations

import pytest

from tests.runs.test_demonstration_powering import TODAY, utility
from tests.worlds import given
from xinheng.base.kernel.actors import system_actor
from xinheng.operations.inspections import queries as inspections
from xinheng.runs.demonstration.inspecting import inspect
from xinheng.runs.demonstration.utility import CASES

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.req("PWR-21")
def test_the_first_suspects_are_those_put_in_and_an_honest_decline_does_not_stay_accused() -> None:
    """The one test that goes from readings to claims, so it costs some seconds of ranking."""
    given(utility)
    actor = system_actor("demonstration")

    inspect(actor=actor, on=TODAY)
    inspect(actor=actor, on=TODAY)  # there already

    put_in = {one.consumer: one.kind for one in CASES}
    cases = list(inspections.cases(actor))
    assert len(cases) == 5
    assert {case.consumer.consumer_no for case in cases} <= set(put_in)
    confirmed = [case for case in cases if case.state == "confirmed"]
    assert [put_in[case.consumer.consumer_no] for case in confirmed] == ["theft"]
    assert all(put_in[one.consumer.consumer_no] == "honest" for one in cases if one.state == "overturned")
    told = inspections.usefulness(actor)
    assert (told.whole.theft, told.whole.breach) == (2, 0)
    assert told.fee.decimal * 3 == told.penalty.decimal
