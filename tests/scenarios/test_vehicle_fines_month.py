"""May at a car dealer: files handed over in time and late, fines proposed by the night, the director's month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests import worlds
from tests.operations.duties.conftest import as_, founded
from xinheng.base.access.models import Unit
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_of
from xinheng.facts.custody import services as custody
from xinheng.facts.custody.models import Handover
from xinheng.operations.duties import queries, services
from xinheng.operations.duties.models import Incident
from xinheng.operations.duties.values import Decision, FinesWanted, NewIncident, NewLine

MAY, JUNE = date(2024, 5, 31), date(2024, 6, 3)


def delivered(
    car: str, day: date, accepted: date | None, *, scheme: str = "veh_sales", owner: str = "seller"
) -> Handover:
    """A car went out; its file came to the archivist on a day, or did not come yet."""
    unit = Unit.objects.get(code="SALES" if scheme == "veh_sales" else "SERVICE")
    kept = custody.expect_handover(
        system_actor(), day, scheme, f"vehicle:{car}", from_unit=unit,
        to_unit=Unit.objects.get(code="DEALER"),
        started_on=day, owner=owner,
    )  # fmt: skip
    if accepted:
        Handover.objects.filter(pk=kept.pk).update(accepted_on=accepted, state="received")
    return kept


@pytest.mark.req("VEH-04", "VEH-11", "VEH-14", "VEH-16", "VEH-19", "VEH-20")
def test_a_month_of_fines_from_the_register_to_the_sheet(db: None) -> None:
    """W-10, W-11 (a) and (c)."""
    worlds.given(founded)
    in_time = delivered("LSV01", date(2024, 5, 24), date(2024, 5, 29))  # Friday: due Wednesday, the third day
    late = delivered("LSV02", date(2024, 5, 24), date(2024, 5, 30))  # the fourth
    make_up = delivered("LSV03", date(2024, 5, 10), None)  # due Tuesday the 14th, never came
    serviced = [
        delivered(f"LSV1{n}", date(2024, 5, n), date(2024, 5, 20), scheme="veh_service",
        owner="adviser") for n in (6, 8, 10)
    ]  # fmt: skip
    assert [one.due_on.day for one in (in_time, late, make_up, *serviced)] == [29, 29, 14, 7, 9, 11]
    waits = delivered("LSV04", date(2024, 5, 31), None)  # due on 5 June: not late in May

    night: dict[str, Any] = {"actor": system_actor("night")}
    assert services.end_day(**night, on=MAY)["late"] == 5
    assert services.end_day(**night, on=MAY)["late"] == 0  # once, not per further day
    assert not Incident.objects.filter(cause=f"handover:{in_time.pk}").exists()
    assert not Incident.objects.filter(cause=f"handover:{waits.pk}").exists()

    director = as_("director", JUNE)
    told = {one.cause: one for one in queries.fines(director["actor"], FinesWanted(month=MAY))}
    sales = [told[f"handover:{one.pk}"] for one in (make_up, late)]
    assert [(one.happened_on.day, one.nth, one.fine_minor) for one in sales] == [
        (15, 1, 50_00),
        (30, 2, 100_00),
    ]
    service = [told[f"handover:{one.pk}"] for one in serviced]
    assert [(one.nth, one.fine_minor) for one in service] == [(1, 50_00), (2, 50_00), (3, 100_00)]

    services.waive_fine(**director, incident_id=sales[0].pk, why="客户延期上牌")
    again = Incident.objects.get(pk=sales[1].pk)
    assert (again.nth, again.fine_minor) == (1, 50_00)
    for one in (again, *service[:2]):
        services.confirm_fine(**director, incident_id=one.pk, decision=Decision())
    cut = Decision(share=Decimal("0.30"), pay=Money.of("3000"))
    services.confirm_fine(**director, incident_id=service[2].pk, decision=cut)
    visit = NewIncident(
        "veh", "visit:LSV20", "维修资料", date(2024, 5, 21), "adviser2", "SERVICE",
        (
            NewLine("service_items", "结算单", ("wrong",)),
            NewLine("service_items", "任务委托书", ("customer_signature",)),
            NewLine("service_items", "接车单", ("internal_signature",)), NewLine("service_lost", count=2),
        ),
    )  # fmt: skip
    kept = services.propose_fine(**as_("keeper", JUNE), new=visit)
    services.confirm_fine(**director, incident_id=kept.pk, decision=Decision())

    sheet = queries.month_sheet(director["actor"], month_of(MAY))
    assert [(one.person, str(one.fines), str(one.cuts), str(one.total), one.doubled) for one in sheet] == [
        ("adviser", "200.00", "900.00", "1,100.00", 1), ("adviser2", "130.00", "0.00", "130.00", 0),
        ("seller", "50.00", "0.00", "50.00", 0),
    ]  # fmt: skip
    rates = {one.name: one for one in queries.rates(director["actor"], month_of(MAY), on=JUNE)}
    assert [(one.due, one.on_time) for one in (rates["销售部"], rates["售后部"])] == [(3, 1), (3, 0)]
    assert rates["销售部"].on_time_rate == Decimal(1) / 3
    trend = queries.trend(director["actor"], on=JUNE, months=3)
    assert [(one.name, one.due) for one in trend] == [("2024-04", 0), ("2024-05", 6), ("2024-06", 0)]
    assert trend[0].on_time_rate is None
    persons = {
        one.name: one.on_time for one in queries.rates(director["actor"], month_of(MAY), on=JUNE, by="person")
    }
    assert persons == {"姓名adviser": 0, "姓名seller": 1}
