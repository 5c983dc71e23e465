"""A month of fines at a dealer, and offences of statisticians: told, decided, contested, settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.operations.duties.conftest import START, as_
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_of
from xinheng.base.packs import services as packs
from xinheng.operations.duties import errors, queries, services
from xinheng.operations.duties.models import Incident
from xinheng.operations.duties.values import (
    Decision,
    FinesWanted,
    NewIncident,
    NewLine,
    NewSubmission,
    NewType,
)

MAY = date(2024, 5, 31)
JUNE = date(2024, 6, 3)


def tell(
    cause: str, day: str, *lines: NewLine, person: str = "seller", unit: str = "SALES", pack: str = "veh",
    on: date = MAY, by: str = "keeper",
) -> Incident:  # fmt: skip
    new = NewIncident(pack, cause, cause, date.fromisoformat(day), person, unit, lines)
    return services.propose_fine(**as_(by, on), new=new)


def confirm(found: Incident, *, by: str = "director", on: date = MAY, **told: Any) -> Incident:
    return services.confirm_fine(**as_(by, on), incident_id=found.pk, decision=Decision(**told))


def amounts(*found: Incident) -> Iterator[str]:
    for one in found:
        one.refresh_from_db()
        yield str(Money(one.fine_minor))


LATE, SERVICE = NewLine("sales_late"), NewLine("service_late")
ADVISER = {"person": "adviser", "unit": "SERVICE"}


@pytest.mark.req("VEH-11", "VEH-16", "VEH-20")
def test_the_penalties_of_a_month_are_counted_and_one_that_is_waived_counts_no_more(dealer: None) -> None:
    first, second, third = (tell(f"车{n}", f"2024-05-{n:02}", LATE) for n in (6, 13, 20))
    june = tell("车4", "2024-06-03", LATE, on=JUNE)
    other = tell("车5", "2024-05-07", LATE, person="head")

    assert list(amounts(first, second, third, june, other)) == ["50.00", "100.00", "100.00", "50.00", "50.00"]
    with pytest.raises(errors.DutyInvalid):
        services.waive_fine(**as_("director", MAY), incident_id=first.pk, why="  ")
    services.waive_fine(**as_("director", MAY), incident_id=first.pk, why="客户改期提车")
    assert list(amounts(first, second, third)) == ["0.00", "50.00", "100.00"]
    assert Entry.objects.get(act="duties.waive_fine").reason == "客户改期提车"

    earlier = tell("车0", "2024-05-02", LATE)  # told late, counts from its day
    assert list(amounts(earlier, second, third)) == ["50.00", "100.00", "100.00"]
    confirm(second)
    assert list(amounts(second)) == ["100.00"]
    with pytest.raises(errors.IncidentMoved):
        confirm(second)


@pytest.mark.req("VEH-20")
def test_only_the_customer_director_decides_and_nobody_on_a_fine_of_their_own(dealer: None) -> None:
    own = tell("车1", "2024-05-06", LATE, person="director")
    sellers = tell("车2", "2024-05-06", LATE)
    for found, by, refusal in (
        (own, "director", errors.OwnFine),
        (sellers, "head", errors.NotTheDecider),
        (sellers, "seller", AccessDenied),
        (sellers, "keeper", AccessDenied),
    ):
        with pytest.raises(refusal):
            confirm(found, by=by)
    assert set(Incident.objects.values_list("state", flat=True)) == {"proposed"}
    assert confirm(own, by="boss").state == "confirmed"


@pytest.mark.req("VEH-16")
def test_from_the_third_penalty_in_service_pay_may_be_cut_by_ten_to_thirty_percent(dealer: None) -> None:
    """W-11 (c)."""
    told = [tell(f"车{n}", f"2024-05-{n:02}", SERVICE, **ADVISER) for n in (6, 7, 8)]
    assert list(amounts(*told)) == ["50.00", "50.00", "100.00"]
    pay = Money.of("3000")

    with pytest.raises(errors.CutNotDue):
        confirm(told[1], share=Decimal("0.10"), pay=pay)
    for share in ("0.09", "0.31", "0.0999", "0.3001"):
        with pytest.raises(errors.CutOutsideRange):
            confirm(told[2], share=Decimal(share), pay=pay)
    with pytest.raises(errors.DutyInvalid):
        confirm(told[2], share=Decimal("0.10"))
    kept = confirm(told[2], share=Decimal("0.10"), pay=pay)
    assert (kept.cut_minor, kept.fine_minor, kept.state) == (300_00, 100_00, "confirmed")
    fourth = confirm(tell("车9", "2024-05-09", SERVICE, **ADVISER), share=Decimal("0.30"), pay=pay)
    assert (fourth.cut_minor, fourth.fine_minor) == (900_00, 100_00)


@pytest.mark.req("VEH-10", "VEH-14", "VEH-15", "VEH-17")
def test_late_and_incomplete_at_one_visit_is_one_penalty_and_a_visit_has_somebody_responsible(
    dealer: None,
) -> None:
    visit = tell("visit:LSV1/2024-05-06", "2024-05-06", SERVICE, **ADVISER)
    again = tell(
        "visit:LSV1/2024-05-06", "2024-05-06", SERVICE, NewLine("service_items", "结算单", ("customer_signature",)),
        NewLine("service_lost", count=2), **ADVISER,
    )  # fmt: skip

    assert (visit.pk, again.nth, list(amounts(visit))) == (again.pk, 1, ["140.00"])  # 50 + 50 + 2 × 20
    for changed, refusal in (
        ({"person": ""}, errors.DutyInvalid),
        ({"person": "nobody"}, errors.DutyInvalid),
        ({"unit": "NOWHERE"}, errors.DutyUnitUnknown),
        ({"pack": "xyz"}, errors.DutyDocumentUnknown),
    ):
        with pytest.raises(refusal):
            tell("车1", "2024-05-06", SERVICE, **{**ADVISER, **changed})
    for lines in (
        (),
        (SERVICE, LATE),
        (NewLine("service_items", "结算单"),),
        (NewLine("service_lost", count=0),),
    ):
        with pytest.raises(errors.DutyInvalid):
            tell("车1", "2024-05-06", *lines, **ADVISER)
    assert Incident.objects.count() == 1


@pytest.mark.req("VEH-18")
def test_what_is_not_put_right_is_fined_again_each_working_day_with_the_same_amount(dealer: None) -> None:
    """W-11 (f): ordered on Monday, put right on Thursday."""
    tell("车1", "2024-05-10", LATE)
    second = tell(
        "车2", "2024-05-13", NewLine("sales_unsigned", "交车检查表"), NewLine("sales_unsigned", "PDI检查表")
    )
    assert list(amounts(second)) == ["80.00"]
    with pytest.raises(errors.DutyInvalid):  # being late cannot be put right
        services.order_correction(
            **as_("keeper", date(2024, 5, 13)), incident_id=tell("车9", "2024-05-13", LATE).pk
        )
    services.order_correction(**as_("keeper", date(2024, 5, 13)), incident_id=second.pk)

    night: dict[str, Any] = {"actor": system_actor("night")}
    assert (
        services.end_day(**night, on=date(2024, 5, 15))["repeated"] == 0
    )  # the first working day is allowed
    assert services.end_day(**night, on=date(2024, 5, 16))["repeated"] == 1
    assert services.end_day(**night, on=date(2024, 5, 16))["repeated"] == 0
    with pytest.raises(errors.DutyInvalid):
        services.note_corrected(**as_("keeper", MAY), incident_id=second.pk, corrected_on=date(2024, 5, 12))
    services.note_corrected(**as_("keeper", MAY), incident_id=second.pk, corrected_on=date(2024, 5, 16))
    services.end_day(**night, on=MAY)

    repeats = list(queries.repeats_of(second))
    assert [one.happened_on for one in repeats] == [date(2024, 5, 15), date(2024, 5, 16)]
    assert list(amounts(*repeats)) == ["80.00", "80.00"]
    assert [one.nth for one in repeats] == [4, 5]  # they count in their month: after 车1, 车2 and 车9
    later = tell("车3", "2024-05-20", LATE)
    assert later.nth == 6


@pytest.mark.req("VEH-20")
def test_a_fine_is_contested_in_time_decided_by_another_and_settled(dealer: None) -> None:
    found = confirm(tell("车1", "2024-05-06", LATE))
    until = queries.appeal_until(found)
    assert until == date(2024, 6, 7)  # five working days after 31 May
    with pytest.raises(errors.AppealTooLate):
        services.appeal_fine(**as_("seller", date(2024, 6, 8)), incident_id=found.pk, text="已按时移交")
    with pytest.raises(errors.IncidentUnknown):  # somebody else's
        services.appeal_fine(**as_("adviser", JUNE), incident_id=found.pk, text="x")
    services.appeal_fine(**as_("seller", until), incident_id=found.pk, text="已按时移交")
    judged = {"incident_id": found.pk, "result": "reduced", "why": "部分成立"}
    with pytest.raises(errors.NotTheDecider):
        services.decide_appeal(**as_("director", until), **judged, amount=Money.of("10"))
    with pytest.raises(errors.DutyInvalid):
        services.decide_appeal(**as_("boss", until), **judged, amount=Money.of("50"))
    services.decide_appeal(**as_("boss", until), **judged, amount=Money.of("20"))
    with pytest.raises(errors.IncidentMoved):
        services.appeal_fine(**as_("seller", until), incident_id=found.pk, text="再次申诉")
    kept = services.settle_fine(**as_("director", until), incident_id=found.pk, how="5月工资扣款")
    assert (kept.state, kept.appeal_result, kept.fine_minor) == ("settled", "reduced", 20_00)

    sheet = queries.month_sheet(as_("boss", until)["actor"], month_of(MAY))
    assert [(one.name, one.incidents, str(one.total), one.waiting) for one in sheet] == [
        ("姓名seller", 1, "20.00", 0)
    ]
    assert queries.month_sheet(as_("adviser", until)["actor"], month_of(MAY)) == []  # out of reach
    lines = queries.responsibilities(
        as_("boss", until)["actor"], queries.scheme("veh", on=until), month_of(MAY), on=until
    )
    assert [(one["scope"].code, one["incidents"], str(one["fines"])) for one in lines] == [
        ("sales", 1, "20.00"), ("service", 0, "0.00"), ("care", 0, "0.00"),
    ]  # fmt: skip
    assert lines[0]["rates"].on_time_rate is None  # no hand-over fell due: not all of them in time


@pytest.mark.req("STC-21")
@pytest.mark.parametrize(
    ("severity", "amount", "passes"),
    [
        ("ordinary", "1999", False), ("ordinary", "2000", True), ("ordinary", "20000", True), ("ordinary", "20000.01", False),
        ("serious", "19999.99", False), ("serious", "20000", True), ("serious", "50000", True), ("serious", "50001", False),
    ],
)  # fmt: skip
def test_a_statisticians_fine_lies_in_the_range_of_its_severity_both_ends_included(
    dealer: None, severity: str, amount: str, *, passes: bool
) -> None:
    """W-24."""
    found = tell(
        "报表1", "2024-05-06", NewLine("false_figures"), person="adviser", unit="SERVICE", pack="stc"
    )
    told = {"severity": severity, "amount": Money.of(amount)}
    if not passes:
        with pytest.raises(errors.FineOutsideRange):
            confirm(found, by="boss", **told)
        found.refresh_from_db()
    kept = confirm(found, by="boss", **told) if passes else found
    assert (kept.state, kept.fine_minor) == (
        ("confirmed", Money.of(amount).minor) if passes else ("proposed", 0)
    )


@pytest.mark.req("STC-20")
def test_others_are_criticised_or_fined_by_the_general_manager_and_late_counts_from_the_second(
    dealer: None, tmp_path: Path
) -> None:
    found = tell("报表2", "2024-05-06", NewLine("forged"), person="adviser", unit="SERVICE", pack="stc")
    for told in ({"severity": "ordinary"}, {"severity": "none", "amount": Money.of("1")}, {}):
        with pytest.raises(errors.DutyInvalid):
            confirm(found, by="boss", **told)
    kept = confirm(found, by="boss", criticism=True)
    assert (kept.state, kept.fine_minor) == ("criticised", 0)
    other = tell("报表3", "2024-05-07", NewLine("refused"), person="seller", pack="stc")
    assert confirm(other, by="boss", severity="others", amount=Money.of("500")).fine_minor == 500_00

    services.set_type(**as_("keeper", START), unit_code="SALES", new=NewType("stc", "statistician"))
    text = {"cause": "原因", "influence": "影响", "consequence": "结果"}
    late = {"person": "head", "pack": "stc", "by": "keeper"}
    for month, day in ((2, date(2024, 3, 20)), (3, date(2024, 4, 20))):
        with pytest.raises(errors.NotRepeated):
            tell("报表4", day.isoformat(), NewLine("repeatedly_late"), **late)
        new = NewSubmission("stc", "monthly", "SALES", date(2024, month, 1), text)
        assert services.hand_in(**as_("head", day), new=new).is_late
    assert tell("报表4", "2024-04-20", NewLine("repeatedly_late"), **late).state == "proposed"
    with pytest.raises(
        errors.NotRepeated
    ):  # twelve months later the first of them is no longer in the window
        tell("报表5", "2025-03-21", NewLine("repeatedly_late"), **late, on=date(2025, 3, 21))


@pytest.mark.req("VEH-22", "RR-11")
def test_a_new_version_of_the_scheme_ends_the_old_one_and_old_breaches_keep_theirs(
    dealer: None, chief: Actor
) -> None:
    shipped = (Path(__file__).resolve().parents[3] / "packs/veh/fines.yaml").read_text("utf-8")
    adopt: dict[str, Any] = {"actor": chief, "kind": "fines", "on": JUNE}
    packs.adopt(**adopt, text=shipped, effective_from=date(2024, 1, 1))
    newer = shipped.replace('version: "1"', 'version: "2"').replace(
        "per: vehicle, amount: 50", "per: vehicle, amount: 80"
    )
    packs.adopt(**adopt, text=newer, effective_from=date(2024, 6, 1), past_chain_why="总经理签发")

    old, new = tell("车1", "2024-05-31", LATE, on=JUNE), tell("车2", "2024-06-03", LATE, on=JUNE)
    assert [(one.version, *amounts(one)) for one in (old, new)] == [("1", "50.00"), ("2", "80.00")]
    assert queries.scheme("veh", on=MAY).version == "1"


def test_lists_and_reach_of_fines(dealer: None) -> None:
    for number, person, unit in (
        (1, "seller", "SALES"),
        (2, "adviser", "SERVICE"),
        (3, "adviser2", "SERVICE"),
    ):
        tell(
            f"车{number}",
            f"2024-05-0{number + 5}",
            SERVICE if unit == "SERVICE" else LATE,
            person=person,
            unit=unit,
        )

    def seen(login: str, **wanted: Any) -> list[str]:
        return [one.cause for one in queries.fines(as_(login, MAY)["actor"], FinesWanted(**wanted))]

    assert seen("director") == ["车3", "车2", "车1"]
    assert seen("adviser") == ["车3", "车2"]
    assert seen("seller") == ["车1"]
    assert seen("head") == ["车1"]
    assert seen("director", text="车2") == seen("director", person="adviser") == ["车2"]
    assert seen("director", month=JUNE) == []
    assert seen("director", sort="happened") == ["车1", "车2", "车3"]
    with pytest.raises(errors.IncidentUnknown):
        queries.get_incident(as_("seller", MAY)["actor"], Incident.objects.get(cause="车3").pk)
