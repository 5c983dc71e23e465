"""Papers are lent by grade and role; the clock runs to the second, and one original is never out twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.facts.custody.office import at, office, paper_of, unit, volume, who
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.errors import NotYourTurn
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.custody import errors, queries, services
from xinheng.facts.custody.models import Consultation, Incident, Loan, Slip
from xinheng.facts.custody.values import Back, NewIncident, NewLine, NewSlip, WantedLoans
from xinheng.facts.dossiers import errors as dossier_errors
from xinheng.facts.dossiers.models import Paper

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 27)  # a Monday
NINE = at("2024-05-27T09:00:00")


@pytest.fixture(autouse=True)
def _office(db: None) -> None:
    worlds.given(office)


def ask(login: str, no: str, way: str = "lend", *, on: date = DAY, purpose: str = "核对合同条款") -> Slip:
    return services.ask_for_papers(actor=who(login, on), on=on, new=NewSlip(no, purpose, way))


def decide(login: str, slip: Slip, verdict: str = "approve", *, on: date = DAY, **told: Any) -> Slip:
    assert slip.request_id is not None
    approvals.decide(
        actor=who(login, on), on=on, request_id=slip.request_id, decision=verdict,
        **({"reason": "理由不足"} if verdict != "approve" else {}) | told,
    )  # fmt: skip
    slip.refresh_from_db()
    return slip


def hand_out(slip: Slip, moment: Any = NINE, **told: Any) -> list[Loan]:
    return services.hand_out(actor=who("li", DAY), on=DAY, at=moment, slip_id=slip.pk, **told)


def back(loan: Loan, moment: str, **told: Any) -> Loan:
    day = date.fromisoformat(moment[:10])
    return services.take_back(actor=who("li", day), on=day, at=at(moment), loan_id=loan.pk, back=Back(**told))


@pytest.mark.req("LAR-14", "VEH-21", "W-26")
def test_a_secret_paper_is_due_four_hours_later_to_the_second() -> None:
    kept = volume("secret", DAY)
    slip = ask("qian", kept.no)
    assert slip.state == "asked"
    with pytest.raises(errors.SlipNotApproved):
        hand_out(slip)
    with pytest.raises(errors.LendingForbidden):  # nor is it copied
        ask("qian", kept.no, "copy")
    with pytest.raises(NotYourTurn):
        decide("feng", slip)
    decide("wang", slip)
    (loan,) = hand_out(slip)
    assert loan.due_at == at("2024-05-27T13:00:00")
    told: dict[str, Any] = {"actor": who("li", DAY), "on": DAY}
    late = WantedLoans(overdue=True)
    assert not queries.loans(told["actor"], late, on=DAY, at=at("2024-05-27T13:00:00"))
    assert list(queries.loans(told["actor"], late, on=DAY, at=at("2024-05-27T13:00:01"))) == [loan]
    with pytest.raises(errors.NoRenewal):
        services.renew(**told, at=NINE, loan_id=loan.pk)
    assert queries.is_out([loan.paper_id]) == {loan.paper_id}
    back(loan, "2024-05-27T13:00:00", pages=10)
    assert not queries.is_out([loan.paper_id])
    with pytest.raises(errors.NotOnLoan):
        back(loan, "2024-05-27T13:05:00")
    assert not Incident.objects.exists()


@pytest.mark.req("LAR-12", "LAR-13", "LAR-15", "W-26")
def test_top_secret_is_refused_to_everybody_and_confidential_is_read_in_the_room_only() -> None:
    top, room = volume("top_secret", DAY), volume("confidential", DAY)
    with pytest.raises(dossier_errors.DossierUnknown):  # to who is not cleared it does not exist
        ask("wang", top.no)
    for way in ("read", "lend", "copy"):  # and to who sees everything it is refused all the same
        with pytest.raises(errors.LendingForbidden):
            services.ask_for_papers(actor=system_actor(), on=DAY, new=NewSlip(top.no, "例外", way))
    for way in ("lend", "copy"):
        with pytest.raises(errors.LendingForbidden):
            ask("zheng", room.no, way)
    slip = decide("wang", ask("zheng", room.no, "read"))
    (loan,) = hand_out(slip)
    assert loan.due_at == at("2024-05-27T23:59:59")
    reading = Consultation.objects.get(slip=slip)
    assert (reading.at, reading.until) == (NINE, None)
    back(loan, "2024-05-27T11:30:00", left_the_room=True)
    reading.refresh_from_db()
    assert reading.until == at("2024-05-27T11:30:00")
    incident = Incident.objects.get()
    assert (incident.kind, incident.responsible, incident.paper_id) == ("taken_out", "zheng", loan.paper_id)
    assert [(one["login"], one["how"]) for one in incident.chain] == [("system", "kept"), ("zheng", "read")]


@pytest.mark.req("LAR-10", "LAR-11", "CTR-10")
def test_leaders_borrow_directly_others_by_two_approvals_and_dates_must_make_sense() -> None:
    kept = volume("internal", DAY)
    direct = ask("wang", kept.no)
    assert (direct.is_direct, direct.state, direct.request) == (True, "approved", None)
    with pytest.raises(errors.CustodyInvalid):
        ask("feng", kept.no, purpose=" ")
    with pytest.raises(dossier_errors.DossierUnknown):
        ask("feng", "LAR-none")
    other = ask("feng", kept.no)
    decide("qian", other)
    assert other.state == "asked"  # the manager signed; the office has not yet
    decide("wu", other)
    assert other.state == "approved"
    with pytest.raises(errors.CustodyInvalid):  # return before lending
        hand_out(direct, until=date(2024, 5, 24))
    with pytest.raises(errors.CustodyInvalid):  # longer than ten working days
        hand_out(direct, until=date(2024, 6, 12))
    (loan,) = hand_out(direct)
    assert loan.due_at == at("2024-06-11T23:59:59")  # ten working days; 10 June is a holiday
    with pytest.raises(errors.OriginalOut):
        hand_out(other)
    other.refresh_from_db()
    assert (other.state, Loan.objects.count()) == ("approved", 1)  # nothing is half done
    renewed = services.renew(actor=who("wang", DAY), on=DAY, at=NINE, loan_id=loan.pk)
    assert renewed.due_at == at("2024-06-25T23:59:59")
    with pytest.raises(errors.NoRenewal):
        services.renew(actor=who("wang", DAY), on=DAY, at=NINE, loan_id=loan.pk)
    with pytest.raises(errors.LoanUnknown):
        services.renew(actor=who("sun", DAY), on=DAY, at=NINE, loan_id=loan.pk)
    back(loan, "2024-06-03T10:00:00", pages=8, damage="缺第3、4页")
    found = Incident.objects.get()
    assert (found.kind, found.responsible, found.loan_id) == ("loss", "wang", loan.pk)  # pages are missing
    assert hand_out(other, at("2024-06-03T10:01:00"))
    rejected = decide("qian", ask("feng", kept.no), "reject")
    with pytest.raises(errors.SlipNotApproved):
        hand_out(rejected)
    manager = ask("qian", kept.no)  # the manager's own form goes to the office at once
    assert manager.is_direct or manager.request.chain["steps"][0]["code"] == "office"


@pytest.mark.req("LAR-14")
def test_a_deputy_by_proxy_approves_on_its_days_and_inside_its_content_only() -> None:
    june = date(2024, 6, 3)
    kept = volume("secret", june)
    told: dict[str, Any] = {"from_on": june, "until_on": date(2024, 6, 8)}
    wang = who("wang", june)
    approvals.delegate(actor=wang, on=june, taker="qian", role="general_manager", reason="出差", **told)
    bare = ask("feng", kept.no, on=june)
    with pytest.raises(errors.ProxyMissing):  # a delegation alone does not do
        decide("qian", bare, on=june)
    services.give_proxy(actor=wang, on=june, taker="zheng", role="general_manager",
                        kinds=("ctr_*",), **told)  # fmt: skip
    slip = ask("feng", kept.no, on=june)
    with pytest.raises(errors.ProxyMissing, match=str(errors.ProxyMissing.text)[:3]):
        decide("zheng", slip, on=june)
    services.give_proxy(actor=wang, on=june, taker="zheng", role="general_manager",
                        kinds=("lar_*",), grades=("secret",), **told)  # fmt: skip
    with pytest.raises((errors.ProxyMissing, NotYourTurn)):  # out of date
        decide("zheng", slip, on=date(2024, 6, 8))
    decide("zheng", slip, on=date(2024, 6, 7))
    assert slip.state == "approved"


@pytest.mark.req("FIL-06")
def test_whose_file_it_is_decides_who_lets_it_be_consulted() -> None:
    kept = volume("internal", DAY, kind="fil_customer")

    def roles(login: str) -> list[str]:
        slip = ask(login, kept.no, "read")
        assert slip.request is not None
        return list(slip.request.chain["steps"][0]["roles"])

    assert "department_head" in roles("feng")  # of the same department
    assert roles("zheng") == ["general_manager"]  # of another
    assert roles("qian") == ["general_manager"]  # the manager's own request


@pytest.mark.req("MIN-08", "MIN-09", "INF-07", "GRP-06", "LSE-26")
def test_consulting_needs_a_grant_with_an_end_and_is_proven_afterwards() -> None:
    mine, free = volume("internal", DAY, kind="min_customer"), volume("internal", DAY, kind="fil_customer")
    zheng, wang = who("zheng", DAY), who("wang", DAY)
    told: dict[str, Any] = {"on": DAY, "at": NINE, "purpose": "签约前查阅"}
    with pytest.raises(errors.GrantMissing):
        services.consult(actor=zheng, dossier_no=mine.no, **told)
    assert not queries.consulted("zheng", "customer:C-7", date(2024, 4, 27))
    span = {"from_on": DAY, "until_on": date(2024, 6, 27), "why": "常年签约"}
    with pytest.raises(errors.CustodyInvalid):  # only the general manager authorises
        services.give_grant(actor=who("wu", DAY), on=DAY, login="zheng", kinds=("min_customer",), **span)
    with pytest.raises(errors.CustodyInvalid):  # it has an end
        services.give_grant(
            actor=wang, on=DAY, login="zheng", kinds=("min_customer",), **span | {"until_on": DAY}
        )
    grant = services.give_grant(
        actor=wang, on=DAY, login="zheng", kinds=("min_customer",), is_standing=True, **span
    )
    kept = services.consult(actor=zheng, dossier_no=mine.no, **told)
    assert queries.consulted("zheng", "customer:C-7", DAY)
    assert not queries.consulted("zheng", "customer:C-7", date(2024, 5, 28))
    assert not queries.consulted("wang", "customer:C-7", DAY)
    expired = {"on": date(2024, 6, 27), "at": at("2024-06-27T09:00:00"), "purpose": "签约前查阅"}
    with pytest.raises(errors.GrantMissing):
        services.consult(actor=zheng, dossier_no=mine.no, **expired)
    services.end_grant(actor=wang, on=DAY, grant_id=grant.pk)
    with pytest.raises(errors.GrantMissing):
        services.consult(actor=zheng, dossier_no=mine.no, **told)
    with pytest.raises(errors.CustodyInvalid):
        services.correct(actor=zheng, on=DAY, consultation_id=kept.pk, field="电话", old="", new="010-1")
    fixed = services.correct(
        actor=zheng, on=DAY, consultation_id=kept.pk, field="电话", old="010-1", new="010-2"
    )
    assert (fixed.old_value, fixed.new_value, fixed.corrected_on) == ("010-1", "010-2", DAY)
    used = queries.files_by_use(zheng, on=DAY, since=DAY)
    never = queries.files_by_use(zheng, on=DAY, since=DAY, never=True)
    assert [one.pk for one in used] == [mine.pk]
    assert free.pk in {one.pk for one in never}
    assert queries.uses([mine.pk], DAY) == {mine.pk: (1, DAY)}


@pytest.mark.req("CTR-11", "KPR-05")
def test_an_incident_names_the_chain_of_holders_and_who_answers() -> None:
    kept = volume("internal", DAY)
    paper = paper_of(kept)
    (loan,) = hand_out(ask("wang", kept.no))
    back(loan, "2024-05-28T10:00:00", is_lost=True)
    paper.refresh_from_db()
    lost = Incident.objects.get()
    assert (paper.state, lost.kind, lost.responsible) == ("lost", "loss", "wang")
    li = who("li", DAY)
    new = NewIncident("leak", kept.no, "底价外泄", DAY, pieces=2)
    for wrong in ({"kind": "gossip"}, {"what": ""}, {"happened_on": date(2024, 6, 1)}):
        with pytest.raises(errors.CustodyInvalid):
            services.report_incident(actor=li, on=DAY, new=NewIncident(**{**new.__dict__, **wrong}))
    leak = services.report_incident(actor=who("qian", DAY), on=DAY, new=new)
    with pytest.raises(AccessDenied):
        services.close_incident(actor=who("qian", DAY), on=DAY, incident_id=leak.pk, responsible="",
                                measures="通报")  # fmt: skip
    closed = services.close_incident(
        actor=li, on=DAY, incident_id=leak.pk, responsible="zhang", measures="通报批评，调离岗位"
    )
    assert (closed.responsible, closed.closed_on, closed.pieces) == ("zhang", DAY, 2)
    assert [one.login for one in queries.holders(paper)] == ["system", "wang"]


@pytest.mark.req("CTR-10", "VEH-21")
def test_due_and_late_things_are_told_once_a_day_within_reach() -> None:
    kept = volume("internal", DAY)
    (loan,) = hand_out(ask("wang", kept.no))
    services.open_handover(
        actor=who("li", DAY), on=DAY, scheme="veh_sales", subject="vehicle:LSV1", from_unit=unit("SALES"),
        to_unit=unit("CARE"), started_on=date(2024, 5, 20), owner="zhang",
    )  # fmt: skip
    found = queries.dues(who("zheng", DAY), since=DAY, until=date(2024, 6, 30))
    assert {(one.kind, one.due_on, one.owner, one.is_late(DAY)) for one in found} == {
        ("custody.handover", date(2024, 5, 23), "zhang", True),
        ("custody.loan", date(2024, 6, 11), "wang", False),
    }
    assert [one.kind for one in queries.dues(who("sun", DAY), since=DAY, until=date(2024, 6, 30))] == []
    run = {"actor": system_actor(), "on": date(2024, 6, 10), "at": at("2024-06-10T23:59:59")}
    assert services.remind(**run) == 2
    assert services.remind(**run) == 0
    loan.refresh_from_db()
    assert loan.reminded_on == date(2024, 6, 10)


def test_a_list_of_too_many_lines_and_an_event_to_come_are_refused() -> None:
    li = who("li", DAY)
    told: dict[str, Any] = {"scheme": "general", "subject": "papers:1", "from_unit": unit("SALES"),
                            "to_unit": unit("CARE")}  # fmt: skip
    with pytest.raises(errors.CustodyInvalid):
        services.open_handover(actor=li, on=DAY, started_on=date(2024, 5, 28), **told)
    with pytest.raises(errors.SchemeUnknown):
        services.open_handover(actor=li, on=DAY, started_on=DAY, **told | {"scheme": "none"})
    kept = services.open_handover(actor=li, on=DAY, started_on=DAY, **told)
    for lines in ([NewLine("纸")] * 501, [NewLine(" ")], [NewLine("纸", formed_on=date(2024, 6, 1))]):
        with pytest.raises(errors.CustodyInvalid):
            services.write_list(actor=li, on=DAY, handover_id=kept.pk, lines=lines)
    with pytest.raises(errors.HandoverUnknown):
        services.cancel_handover(
            actor=access.actor_of(_nobody(), on=DAY), on=DAY, handover_id=kept.pk, why="x"
        )
    services.cancel_handover(actor=li, on=DAY, handover_id=kept.pk, why="未发生")
    with pytest.raises(errors.HandoverClosed):
        services.cancel_handover(actor=li, on=DAY, handover_id=kept.pk, why="未发生")
    assert Paper.objects.count() == 0


def _nobody() -> Any:
    """An archivist of another company."""
    system = system_actor()
    access.create_unit(actor=system, on=DAY, code="FAR", name="外地公司", kind="company")
    return access.create_person(
        actor=system, on=DAY, login="far", name="远", password="长江-river-2026", role="archivist", unit="FAR"
    )
