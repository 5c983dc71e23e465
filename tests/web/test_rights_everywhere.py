"""Every page and every operation of the API, as those see it who may see little and those who may change nothing.

The addresses are those the program answers, so one that is added tomorrow is asked tomorrow.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import worlds
from tests.operations.inspections.utility import ranking as ranking_of
from tests.web import credit_world
from xinheng.base.access import services as access
from xinheng.base.access.models import ApiToken, Assignment, Person, Unit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.base.kernel.working_days import add_working_days
from xinheng.base.messages.models import Message
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.base.packs.models import PolicyDraft
from xinheng.facts.archive.models import Attachment
from xinheng.facts.archive.values import Upload
from xinheng.facts.consents import services as consents
from xinheng.facts.consents.models import Consent
from xinheng.facts.consents.values import NewConsent
from xinheng.facts.contracts import services as contracts
from xinheng.facts.contracts.models import Analysis, Audit, Contract
from xinheng.facts.contracts.models import Finding as AuditFinding
from xinheng.facts.contracts.values import Draft
from xinheng.facts.custody import services as custody
from xinheng.facts.custody.models import Consultation, Handover, Loan, Slip, SlipPaper, StockTake
from xinheng.facts.custody.models import Difference as CountDifference
from xinheng.facts.custody.models import Incident as PaperIncident
from xinheng.facts.custody.values import Back, NewPlace
from xinheng.facts.customers import services as files
from xinheng.facts.customers.models import Customer, FieldReport, Investigation, Survey
from xinheng.facts.customers.values import NewInvestigation, NewSurvey
from xinheng.facts.disputes import services as disputes
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.values import NewDispute
from xinheng.facts.disputes.values import NewPause as NewClockPause
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.models import Dossier
from xinheng.facts.dossiers.models import Paper as DossierPaper
from xinheng.facts.instruments import services as instruments
from xinheng.facts.instruments.models import Deposit, Instrument
from xinheng.facts.instruments.values import NewDeposit, NewInstrument
from xinheng.facts.intake import services as intake
from xinheng.facts.intake.models import Batch
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.models import Batch as MeteringBatch
from xinheng.facts.metering.values import NewArea, NewConsumer
from xinheng.facts.metering.values import Terms as SupplyTerms
from xinheng.facts.orders.values import NewOrder
from xinheng.facts.privacy import services as privacy
from xinheng.facts.privacy.models import (
    Dealing,
    Erasure,
    Extract,
    Partner,
    PersonRequest,
    PersonSubject,
    ReadingAlert,
)
from xinheng.facts.privacy.values import NewAgreement as NewPersonAgreement
from xinheng.facts.privacy.values import (
    NewDealing,
    NewExtract,
    NewPartner,
    NewPerson,
    NewRequest,
)
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill, NewReceipt
from xinheng.facts.retention.models import Appraisal, Destruction
from xinheng.facts.retention.models import Line as ListLine
from xinheng.judgements.advances import services as advances
from xinheng.judgements.advances.models import Advance, Collection, LegacyDebt, Paper
from xinheng.judgements.advances.values import NewAdvance, NewCollection, Terms
from xinheng.judgements.applications import services as applications
from xinheng.judgements.applications.models import Application, Finding
from xinheng.judgements.applications.values import NewApplication, NewFinding
from xinheng.judgements.consumers import services as consumer_risk
from xinheng.judgements.consumers.models import RiskRun
from xinheng.judgements.consumers.values import NewDemerit
from xinheng.judgements.demand import policy, storing
from xinheng.judgements.demand import services as demand
from xinheng.judgements.demand.models import Overlay
from xinheng.judgements.demand.models import Run as DemandRun
from xinheng.judgements.demand.values import NewOverlay
from xinheng.judgements.demand.values import NewRun as NewForecast
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.models import CoverRequest, Decision
from xinheng.judgements.limits.queries import NewCover
from xinheng.judgements.losses import services as losses
from xinheng.judgements.losses.models import Allowance, RegisterEntry, SingleAssessment
from xinheng.judgements.losses.values import NewEntry
from xinheng.judgements.matching import services as matching
from xinheng.judgements.matching.models import BankLine, Proposal
from xinheng.judgements.processes import services as processes
from xinheng.judgements.processes.models import Case
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.ratings.values import Plan, PolicyText, Replay
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.reviews.values import Wanted
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.models import Fit
from xinheng.judgements.shadow import services as shadow
from xinheng.judgements.shadow.models import ShadowRun
from xinheng.judgements.shadow.values import Plan as Past
from xinheng.judgements.theft.models import Suspect
from xinheng.judgements.warnings import services as warnings
from xinheng.judgements.warnings.models import RaisedWarning
from xinheng.judgements.warnings.values import NewWarning
from xinheng.operations.care import services as care
from xinheng.operations.care.models import Departure, Matter
from xinheng.operations.care.models import Entry as CareEntry
from xinheng.operations.care.models import Visit as CareVisit
from xinheng.operations.care.values import NewEntry as NewCareEntry
from xinheng.operations.care.values import NewMatter, NewVisit
from xinheng.operations.charges import services as charges
from xinheng.operations.charges.models import Agreement, Charge
from xinheng.operations.charges.values import NewAgreement
from xinheng.operations.collection import services as collection
from xinheng.operations.collection.models import Case as Arrears
from xinheng.operations.collection.models import ClockEvent, Deadline, Promise
from xinheng.operations.collection.values import NewDeadline, NewStep
from xinheng.operations.confirmations import services as confirmations
from xinheng.operations.confirmations.models import Answer, Balance, Campaign, Confirmation, Difference
from xinheng.operations.confirmations.values import (
    NewAnswer,
    NewCampaign,
    NewConfirmation,
    NewDifference,
    NewSending,
    Selection,
)
from xinheng.operations.dunning import services as dunning
from xinheng.operations.dunning.models import Letter as DunningLetter
from xinheng.operations.dunning.models import Pause as DunningPause
from xinheng.operations.dunning.values import NewPause
from xinheng.operations.duties import services as duties
from xinheng.operations.duties.models import Incident
from xinheng.operations.duties.models import Task as DutyTask
from xinheng.operations.duties.values import NewIncident, NewLine, NewTask
from xinheng.operations.inspections import services as inspections
from xinheng.operations.inspections.models import Exhibit
from xinheng.operations.inspections.values import Assignment as AssignInspection
from xinheng.operations.inspections.values import NewCase, NewExhibit, VisitTold
from xinheng.operations.key_accounts import services as key_accounts
from xinheng.operations.key_accounts.models import Request as AskedOfUs
from xinheng.operations.key_accounts.models import Target as KeyTarget
from xinheng.operations.key_accounts.values import NewRequest as KeyRequest
from xinheng.operations.key_accounts.values import NewTarget as NewKeyTarget
from xinheng.runs.services import business_day
from xinheng.web.api.urls import api

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]  # who may what is Python on both
OWN, ANOTHERS = "C-0001", "C-0002"  # Wang's and Li's; the names of Li's customers begin with 东方
ANOTHERS_NAME = "东方"
READING = {  # asked by POST, change nothing
    "/api/v1/policy-checks", "/api/v1/rating-runs/{run_id}/replay", "/api/v1/rating-runs/{run_id}/replays/{no}",
    "/api/v1/survey-form-checks", "/api/v1/credit-report-proofs", "/api/v1/customers/{no}/offers/check",
    "/api/v1/inspections/reckon", "/api/v1/dossiers/{no}/property-checks", "/api/v1/demand/runs/{run_id}/replay", "/api/v1/dossier-packages/check",
}  # fmt: skip
NAMED = {  # who is named may do it; everybody else is turned down by name, not by right
    "/api/v1/destruction-lists/{no}/sign", "/api/v1/destruction-lists/{no}/supervisors",
    "/api/v1/appraisals/{appraisal_id}/opinions",
}  # fmt: skip
APART = {  # one names customers out of reach before a file is opened, one holds what is masked
    "/api/v1/like-names", "/api/v1/dossiers/{no}/package",
}  # fmt: skip
READING_PAGES = {
    "prove_credit_report",
    "replay_run",
    "replay_demand",
    "check_package",
    "check_properties",
    "appraise",
    "replay_one",
    "verify_trail",
    "login",
    "logout",
    "language",
    "password",
    "my_calendars",
}
TOKENS: dict[str, str] = {}  # of the module's company
A_KIND = 2  # addresses of one kind that a walk looks at


@pytest.fixture(scope="module", autouse=True)
def company(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    """The company of credit_world with a file taken in and a token issued."""
    with django_db_blocker.unblock():
        credit_world.found()
        rows: Path = tmp_path_factory.mktemp("rights") / "customers.csv"
        rows.write_text(
            f"客户编号,客户名称\nC-0900,{ANOTHERS_NAME}新客户有限公司\n,无编号\n", encoding="utf-8"
        )
        actor, on = access.actor_of(Person.objects.get(login="credit"), on=business_day()), business_day()
        batch = intake.receive(actor=actor, on=on, path=rows, kind="customers", file_name="customers.csv")
        intake.read_and_check(batch.pk)
        access.issue_token(
            actor=system_actor(), on=on, name="t", login="li", expires_on=on, permits=["customers.read"]
        )
        with_evidence(on)
        with_orders(on)
        with_advances(on)
        with_losses(on)
        with_collection(on)
        with_claims(on)
        with_dossiers(on)
        with_custody(on)
        with_care(on)
        with_key_accounts(on)
        with_power(on)
        with_retention(on)
        with_contracts(on)
        with_confirmations(on)
        with_money(on)
        with_applications(on)
        with_reminders(on)
        with_a_table(on)
        with_a_replay(on)
        drafted_and_simulated(on)
        with_persons(on)
        with_duties(on)
        with_demand(on)
        under_review(on)
        in_a_process(on)
        with_tokens(on)
    yield
    with django_db_blocker.unblock():
        worlds.empty()


def with_evidence(on: date) -> None:
    """A questionnaire and an investigation of Wang's and of Li's customer, with a file beside each."""
    chief = system_actor()
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "笔录")):
        upload = Upload(f"{name}.txt", name.encode())
        survey = files.begin_survey(actor=chief, on=on, no=no, new=NewSurvey("col_card", "observation"))
        files.attach_to_survey(actor=chief, on=on, survey_id=survey.pk, uploads=[upload])
        told = NewInvestigation("agency", "邓白氏", "新客户", on)
        ordered = files.order_investigation(actor=chief, on=on, no=no, new=told)
        files.attach_to_investigation(actor=chief, on=on, investigation_id=ordered.pk, uploads=[upload])
        report = files.tell_report(actor=chief, on=on, no=no, kind="urgent", text="仓库被查封")
        files.attach_to_record(actor=chief, on=on, kind="report", record_id=report.pk, uploads=[upload])
        new = NewConsent("material", name, on, on)
        consents.tell_consent(actor=chief, on=on, customer_no=no, new=new, paper=upload)


def evidence_of(no: str, route: str) -> dict[str, int]:
    """The numbers that an address names: the survey, the investigation, its report, the file beside."""
    no = OWN if no == OWN else ANOTHERS
    survey, ordered = Survey.objects.get(customer__no=no), Investigation.objects.get(customer__no=no)
    report = FieldReport.objects.get(customer__no=no)
    subject = f"investigation:{ordered.pk}" if "investigation" in route else f"survey:{survey.pk}"
    if "/evidence/" in route:
        subject = f"report:{report.pk}"
    return {
        "survey_id": survey.pk, "investigation_id": ordered.pk,
        "report_id": report.pk, "record_id": report.pk,
        "attachment_id": Attachment.objects.get(subject=subject).pk,
        "consent_id": Consent.objects.get(customer__no=no).pk, "order_no": f"O-{no}",
        "cover_id": CoverRequest.objects.get(order_no=f"O-{no}").pk,
        "decision_id": Decision.objects.filter(order_no=f"O-{no}").latest("pk").pk,
    }  # fmt: skip


def with_orders(on: date) -> None:
    """An order of Wang's and of Li's customer, for which a guarantee is asked."""
    for no in (ANOTHERS, OWN):
        order = NewOrder(f"O-{no}", on, on, Money.of("10"))
        chief: dict[str, Any] = {"actor": system_actor(), "on": on}
        limits.check_order(**chief, customer_no=no, order=order)  # held: no policy is in force
        limits.ask_cover(**chief, order_no=f"O-{no}", cover=NewCover("guarantee", Money.of("10")))


def with_advances(on: date) -> None:
    """An advance with a paper, and a debt from before, of Wang's and of Li's customer."""
    drafting.adopt_shipped(
        actor=system_actor(), on=on, effective_from=on, codes=["advances"], kind="advances"
    )
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no in (ANOTHERS, OWN):
        new = NewAdvance(Terms(Money.of("10"), 1), "发薪", f"HT-{no}")
        advance = advances.ask(**chief, customer_no=no, new=new)
        upload = Upload(f"补充协议-{no}.txt", no.encode())
        advances.keep_paper(**chief, advance_id=advance.pk, kind="supplement", upload=upload)
        then = NewCollection("li", on, "上门")
        advances.tell_legacy(**chief, customer_no=no, amount=Money.of("9"), note="旧账", collection=then)


def with_money(on: date) -> None:
    """A receipt that waits to be applied, a bank line, paper and a deposit of Wang's and of Li's customer."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    adopted = {"effective_from": on, "codes": ["matching"], "kind": "matching_rules"}
    drafting.adopt_shipped(**chief, **adopted)
    rows = ["日期,金额,付款人,流水号"]
    for no in (ANOTHERS, OWN):
        ledger.post_bill(**chief, customer_no=no, bill=NewBill(f"M-{no}", on, on, Money.of("90.01")))
        new = NewReceipt(f"R-{no}", on, Money.of("0.02"), payer=f"付款{no}")
        ledger.post_receipt(**chief, customer_no=no, receipt=new)
        rows.append(f"{on},1.00,付款{no},S-{no}")
        paper = NewInstrument(f"P-{no}", "bank_acceptance", Money.of("0.03"), f"出票{no}", "银行", on, on, on)
        instruments.receive(**chief, customer_no=no, new=paper)
        deposit = NewDeposit(f"Y-{no}", "押金", Money.of("5"), on)
        instruments.ask_deposit(**chief, customer_no=no, new=deposit)
    told = {"file_name": "bank.csv", "content": "\n".join(rows).encode(), "account": "6222"}
    matching.take_bank_file(**chief, **told)
    matching.run(**chief)
    line = BankLine.objects.get(serial=f"S-{ANOTHERS}")
    matching.assign(**chief, line_id=line.pk, customer_no=ANOTHERS)


def money_of(no: str, route: str) -> dict[str, int]:
    """The proposal, the bank line, the paper and the deposit that an address names."""
    if not re.match(r"(?:/?api/v1/)?(matching|bank-lines|instruments|bills-of-exchange|deposits)/", route):
        return {}
    no = OWN if no == OWN else ANOTHERS
    return {
        "proposal_id": Proposal.objects.filter(customer__no=no).latest("pk").pk,
        "line_id": BankLine.objects.get(serial=f"S-{no}").pk,
        "instrument_id": Instrument.objects.get(customer__no=no).pk,
        "deposit_id": Deposit.objects.get(customer__no=no).pk,
    }  # fmt: skip


def with_confirmations(on: date) -> None:
    """A round with a sealed letter to Wang's and to Li's customer, each answered with a slip and a difference."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no in (ANOTHERS, OWN):
        letter = NewConfirmation("letter", "信衡", on, on)
        kept = confirmations.draw_up(**chief, customer_no=no, new=letter)
        paper = Upload(f"{no}.txt", f"对账函{no}".encode())
        confirmations.seal(**chief, confirmation_id=kept.pk, paper=paper)
        confirmations.note_sent(**chief, confirmation_id=kept.pk, new=NewSending("post", "x", on))
        balance = Balance.objects.filter(confirmation=kept).earliest("pk")
        theirs = {balance.currency: Money(balance.balance_minor - 100, balance.currency)}
        answer = NewAnswer(
            agrees=False,
            answered_by="李会计",
            answered_on=on,
            theirs=theirs,
            slip=Upload(f"回执{no}.txt", f"回执{no}".encode()),
        )
        confirmations.note_answer(**chief, confirmation_id=kept.pk, new=answer)
        difference = NewDifference("error", Money(-100, balance.currency), "wang", on)
        confirmations.explain(**chief, confirmation_id=kept.pk, new=difference)
    least = Selection(Decimal("0.01"))
    confirmations.open_campaign(**chief, new=NewCampaign("季度", "quarterly", on, on, "信衡", least))


def confirmation_of(no: str, route: str) -> dict[str, int]:
    """The confirmation, its difference, the round and, of its papers, the slip that an address names."""
    no = OWN if no == OWN else ANOTHERS
    kept = Confirmation.objects.filter(customer__no=no).earliest("pk")
    difference = Difference.objects.get(balance__confirmation=kept)
    named = {
        "confirmation_id": kept.pk, "difference_id": difference.pk,
        "campaign_id": Campaign.objects.latest("pk").pk,
    }  # fmt: skip
    if "confirmations/" in route:
        named["attachment_id"] = Answer.objects.get(confirmation=kept).attachment_no or 0
    return named


def with_losses(on: date) -> None:
    """An allowance that was proposed, a promise, and Wang's and Li's customer judged by themselves."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for kind in ("loss_matrix", "credit_targets"):
        drafting.adopt_shipped(**chief, effective_from=on, codes=[kind], kind=kind)
    figures: dict[str, Any] = {"entries": [], "portfolios": [], "singles": []}
    Allowance.objects.create(  # as proposed; nobody of this company could sign it
        as_of=on, currency="CNY", method="given", opening_minor=0, written_off_minor=0, recovered_minor=0,
        required_minor=0, change_minor=0, figures=figures, state="submitted", asked_by="li", asked_on=on,
    )  # fmt: skip
    losses.enter(**chief, new=NewEntry("promise", "零事故", "safety", due_on=on))
    for no in (ANOTHERS, OWN):
        losses.assess_singly(**chief, customer_no=no, percent=Decimal(50), reason="停业")


def losses_of(no: str, route: str) -> dict[str, Any]:
    """What an address of losses, targets and registers names."""
    if not re.match(
        r"/?(?:api/v1/)?(losses|targets|registers|loss-|credit-(?:figures|targets|registers)|single-)", route
    ):
        return {}
    no = OWN if no == OWN else ANOTHERS
    return {
        "allowance_id": Allowance.objects.latest("pk").pk, "entry_id": RegisterEntry.objects.latest("pk").pk,
        "assessment_id": SingleAssessment.objects.get(customer__no=no).pk, "code": "overdue", "name": "figures",
        "register": "control", "form": "csv",
    }  # fmt: skip


def advance_of(no: str) -> dict[str, int]:
    """The advance, its paper and the debt from before that an address names."""
    no = OWN if no == OWN else ANOTHERS
    debt = LegacyDebt.objects.get(customer__no=no)
    return {
        "advance_id": Advance.objects.get(customer__no=no).pk,
        "paper_id": Paper.objects.get(advance__customer__no=no).pk,
        "debt_id": debt.pk, "collection_id": Collection.objects.get(debt=debt).pk,
    }  # fmt: skip


def with_collection(on: date) -> None:
    """A case of Wang's and of Li's customer, with a promise, a step with its paper, and a deadline."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    due = on - timedelta(days=40)
    for no in (ANOTHERS, OWN):
        ledger.post_bill(**chief, customer_no=no, bill=NewBill(f"F-{no}", due, due, Money.of("9000")))
    collection.refresh(**chief)
    for no in (ANOTHERS, OWN):
        case = Arrears.objects.get(customer__no=no, closed_on__isnull=True)
        told: dict[str, Any] = {"amount": Money.of("10"), "due_on": on, "promised_by": f"经理{no}"}
        collection.promise(**chief, case_id=case.pk, **told)
        paper = Upload(f"律师函{no}.txt", f"律师函{no}".encode())
        collection.take_step(**chief, case_id=case.pk, step=NewStep("lawyer_letter", on), papers=[paper])
        collection.add_deadline(
            **chief, case_id=case.pk, deadline=NewDeadline("guarantee", on, f"保证人{no}")
        )


def collection_of(no: str, route: str) -> dict[str, int]:
    """The case, the promise, the interruption, the deadline and the paper that an address names."""
    if not any(
        part in route for part in ("collection", "promises", "payment-plans", "interruptions", "legal-")
    ):
        return {}
    case = Arrears.objects.get(customer__no=OWN if no == OWN else ANOTHERS, closed_on__isnull=True)
    event = ClockEvent.objects.filter(bill__customer_id=case.customer_id).earliest("pk")
    return {
        "case_id": case.pk, "promise_id": Promise.objects.get(case=case).pk, "event_id": event.pk,
        "deadline_id": Deadline.objects.get(case=case).pk, "attachment_id": event.attachment_no,
    }  # fmt: skip


def with_claims(on: date) -> None:
    """A dispute with a paper and a pause, a charge, an agreement and a warning of Wang's and of Li's customer."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "自家")):
        told: dict[str, Any] = {**chief, "customer_no": no}
        ledger.post_bill(
            **told, bill=NewBill("D1", on - timedelta(90), on - timedelta(60), Money.of("9000.00"))
        )
        kept = disputes.open_dispute(
            **told, bill_no="D1", new=NewDispute("price", name, on, Money.of("10.00"))
        )
        paper = Upload(f"{name}.txt", name.encode())
        disputes.keep_evidence(**chief, dispute_id=kept.pk, upload=paper)
        disputes.pause_clock(**told, bill_no="D1", new=NewClockPause("court", on))
        charges.agree(**told, new=NewAgreement("customer", ("sme_default",), on))
        warnings.raise_warning(**told, new=NewWarning("promise_broken", f"x:{no}"))
    charges.post_charges(**chief, until_on=on, customer_nos=[ANOTHERS, OWN])


def claims_of(no: str, route: str) -> dict[str, int]:
    """The dispute with its paper and pause, the charge, the agreement and the warning that an address names."""
    named = re.match(
        r"(?:api/v1/|/api/v1/)?(disputes|clock-pauses|charges|charge-agreements|warnings)/", route
    )
    if not named:
        return {}
    dispute = Dispute.objects.get(customer__no=OWN if no == OWN else ANOTHERS)
    of = {"customer_id": dispute.customer_id}
    return {
        "dispute_id": dispute.pk,
        "paper_id": Attachment.objects.get(subject=f"dispute:{dispute.pk}").pk,
        "pause_id": Pause.objects.get(bill=dispute.bill_id, kind="court").pk,
        "charge_id": Charge.objects.filter(**of).earliest("pk").pk,
        "agreement_id": Agreement.objects.get(**of).pk,
        "warning_id": RaisedWarning.objects.get(**of, signal="promise_broken").pk,
    }


def with_custody(on: date) -> None:
    """A place, and of Wang's and of Li's customer an original that was lent and came back with damage."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    now = timestamp()
    east = Unit.objects.get(code="EAST")
    custody.add_place(**chief, unit=east, new=NewPlace("R1", "一号库", "room"))
    custody.plan_tidying(**chief, place="R1")
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "自家")):
        told: dict[str, Any] = {"subject": "", "title": name, "customer": Customer.objects.get(no=no)}
        kept = dossiers.open_dossier(**chief, kind="fil_customer", **told)
        paper = {"item": "basic", "title": name, "copy_form": "original", "has_original": True}
        label = dossiers.add_paper(**chief, dossier=kept, upload=None, **paper).label
        event = {"from_unit": east, "to_unit": east, "started_on": on, "dossier": kept}
        custody.expect_handover(system_actor(), on, "general", f"dossier:{kept.no}", **event)
        asked = {
            "dossier": kept,
            "reader": "credit",
            "secrecy": kept.secrecy,
            "asked_on": on,
            "rules": "fil@1",
        }
        slip = Slip.objects.create(**asked, purpose=name, way="lend", state="approved")
        SlipPaper.objects.create(slip=slip, paper=DossierPaper.objects.get(label=label))
        (loan,) = custody.hand_out(**chief, at=now, slip_id=slip.pk)
        custody.take_back(**chief, at=now, loan_id=loan.pk, back=Back(damage=name))
    count = custody.open_stock_take(**chief, place="R1")
    custody.scan(**chief, at=now, stock_take_id=count.pk, code=label)
    custody.close_stock_take(**chief, stock_take_id=count.pk)


def custody_of(no: str, route: str) -> dict[str, Any]:
    """The hand-over, slip, loan, incident, consultation, stock-take and place that an address names."""
    if not re.search("custody|handovers|paper-|stock-takes|consultations", route):
        return {}
    kept = Dossier.objects.get(customer__no=OWN if no == OWN else ANOTHERS, kind="fil_customer")
    count = StockTake.objects.get()
    return {
        "no": kept.no, "handover_id": Handover.objects.get(dossier=kept).pk,
        "slip_id": Slip.objects.get(dossier=kept).pk, "loan_id": Loan.objects.get(slip__dossier=kept).pk,
        "incident_id": PaperIncident.objects.get(dossier=kept).pk, "code": "R1", "side": "giver", "act": "tidy",
        "consultation_id": Consultation.objects.get(dossier=kept).pk, "stock_take_id": count.pk,
        "difference_id": CountDifference.objects.get(stock_take=count).pk, "what": "season", "key": 1,
    }  # fmt: skip


def with_key_accounts(on: date) -> None:
    """A profile, a request and a service level of each of the two customers."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "自家")):
        key_accounts.keep_profile(**chief, customer_no=no, told={"trade": name})
        asked = KeyRequest("repair", "centre", name, name, on)
        key_accounts.open_request(**chief, customer_no=no, new=asked)
    target = NewKeyTarget("repair", "percent", Decimal("95"), ("HQ",))
    key_accounts.propose_target(**chief, new=target)


def key_accounts_of(no: str, route: str) -> dict[str, Any]:
    """What a route of key accounts names, of a customer."""
    if "key-" not in route:
        return {}
    asked = AskedOfUs.objects.get(customer__no=OWN if no == OWN else ANOTHERS).pk
    named = "profile" if route.startswith("key-accounts/new") else "mark"
    return {
        "request_id": asked,
        "target_id": KeyTarget.objects.get().pk,
        "key": KeyTarget.objects.get().pk if "targets" in route else asked,
        "code": named,
        "what": "requests",
    }


def with_care(on: date) -> None:
    """A letter, a visit and a matter of Wang's and of Li's customer, and Li who leaves."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "自家")):
        told = {"sender": name, "receiver": "x", "party": name, "about": name, "passed_on": on}
        care.register(**chief, new=NewCareEntry("letter", "in", customer_no=no, **told))
        care.plan_visit(**chief, customer_no=no, new=NewVisit("regular", on, "li"))
        care.open_matter(**chief, customer_no=no, new=NewMatter("repair", name, on, name))
    care.begin_departure(**chief, login="li", successor="credit", receiver="credit", leaves_on=on)


def care_of(no: str, route: str) -> dict[str, Any]:
    """The letter, visit, matter and leaving that an address names."""
    if "care/" not in route:
        return {}
    whose = {"customer__no": OWN if no == OWN else ANOTHERS}
    key = {
        "register": CareEntry.objects.get(**whose).no, "visits": CareVisit.objects.get(**whose).pk,
        "matters": Matter.objects.get(**whose).no, "departures": Departure.objects.get().pk,
    }  # fmt: skip
    return {
        "entry_no": key["register"], "visit_id": key["visits"], "matter_no": key["matters"],
        "departure_id": key["departures"], "what": "register", "code": "entry", "paper_id": 1,
        "key": next((found for place, found in key.items() if f"care/{place}/" in route), 1),
    }  # fmt: skip


def with_power(on: date) -> None:
    """A consumer of Wang's and of Li's customer, both suspected, each with a case that was visited."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    metering.add_area(**chief, new=NewArea("T1", "台区", "transformer"))
    supplied = pl.DataFrame({"area": ["T1"], "day": [on], "kwh": [1.0]})
    metering.keep_areas(**chief, frame=supplied)
    for login in ("li", "credit"):
        inspections.set_inspector(**chief, login=login, pass_no=f"JC-{login}")
    ranking = ranking_of((f"E-{OWN}", f"E-{ANOTHERS}"), on)
    for rank, (no, name) in enumerate(((OWN, "自家"), (ANOTHERS, ANOTHERS_NAME)), 1):
        consumer_no = f"E-{no}"
        metering.open_consumer(**chief, new=NewConsumer(consumer_no, name, on, SupplyTerms(area="T1"), no))
        Suspect.objects.create(
            ranking=ranking, rank=rank, consumer_no=consumer_no, name=name, score=0.9, level="high"
        )
        case = inspections.open_case(**chief, new=NewCase(consumer_no, "tip", name))
        inspections.assign(**chief, no=case.no, new=AssignInspection(("li", "credit"), on))
        inspections.record_visit(
            **chief, no=case.no, told=VisitTold(timestamp(), ("li", "credit"), note=name)
        )
        photo = Upload(f"{name}.txt", f"照片 {name}".encode())
        inspections.add_exhibit(**chief, no=case.no, new=NewExhibit("photo", timestamp()), upload=photo)
        consumer_risk.add_demerit(**chief, new=NewDemerit(consumer_no, "manual", on, name))
    consumer_risk.run_risk(**chief)
    consumer_risk.load_case(**chief, title="x", figures={"suspects.high": Decimal(1)})


def power_of(no: str, route: str) -> dict[str, Any]:
    """The consumer, the case and the evidence that an address names."""
    consumer_no = f"E-{OWN if no == OWN else ANOTHERS}"
    told: dict[str, Any] = {"consumer_no": consumer_no}
    if "metering/files" in route:
        told["batch_id"] = MeteringBatch.objects.latest("id").pk
    if "consumer-risk" in route:
        told |= {"what": "risks", "outcome": "arrived", "run_id": RiskRun.objects.latest("id").pk}
    if "theft/" in route:
        told |= {"what": "rank", "job": "x"}
    if "inspections/" in route:
        exhibit = Exhibit.objects.get(case__consumer__consumer_no=consumer_no)
        told |= {"no": exhibit.case.no, "case_no": exhibit.case.no, "exhibit_id": exhibit.pk, "what": "work"}
    return told


def with_retention(on: date) -> None:
    """A list of destruction that was approved, and an appraisal of others."""
    told = {"drawn_by": "credit", "drawn_on": on, "approved_on": on}
    drawn = Destruction.objects.create(
        no="XH-2026-0001", chain="ordinary", reason="x", state="approved", **told
    )
    paper = DossierPaper.objects.filter(dossier__customer__no=OWN).earliest("pk")
    copied = {"label": paper.label, "title": paper.title, "dossier_no": paper.dossier.no, "term": "D10"}
    copied |= {"formed_on": on, "ends_on": on, "secrecy": paper.secrecy, "reason": "x"}
    ListLine.objects.create(destruction=drawn, position=1, paper=paper, **copied)
    Appraisal.objects.create(title="x", members=["credit"], opened_by="credit", opened_on=on)


def retention_of(route: str) -> dict[str, Any]:
    """The list of destruction and the appraisal that an address names."""
    if "destruction" not in route and "apprais" not in route:
        return {}
    return {"no": Destruction.objects.get().no, "appraisal_id": Appraisal.objects.get().pk}


def with_contracts(on: date) -> None:
    """A signed contract of Wang's and of Li's customer, an audit of Li's, and an analysis report."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no in (OWN, ANOTHERS):
        new = Draft("EAST", "sale", f"合同{no}", "钢管", Money.of("10"))
        kept = contracts.draft(**chief, customer_no=no, new=new)
    Contract.objects.filter(pk=kept.pk).update(state="signed", signed_on=on)
    contracts.draw_audit(**chief, period=Period(on, on))
    parts = dict.fromkeys(("overview", "problems", "measures"), "无")
    contracts.write_analysis(**chief, period=Period(on - timedelta(9), on - timedelta(1)), parts=parts)


def contract_of(no: str, route: str) -> dict[str, Any]:
    """The contract, the audit with a test, and the report that an address names."""
    if "contract" not in route:
        return {}
    kept = Contract.objects.get(customer__no=OWN if no == OWN else ANOTHERS)
    return {
        "contract_id": kept.pk, "audit_id": Audit.objects.get().pk, "analysis_id": Analysis.objects.get().pk,
        "finding_id": AuditFinding.objects.earliest("pk").pk, "act": "archive",
    }  # fmt: skip


def with_dossiers(on: date) -> None:
    """A file with a paper of Wang's and of Li's customer."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "自家")):
        told: dict[str, Any] = {"subject": "", "title": name, "customer": Customer.objects.get(no=no)}
        kept = dossiers.open_dossier(**chief, kind="general_customer", **told)
        paper = {"item": "application", "title": name, "copy_form": "electronic"}
        dossiers.add_paper(**chief, dossier=kept, upload=Upload(f"{name}.txt", f"申请{no}".encode()), **paper)


def dossier_of(no: str, route: str) -> dict[str, Any]:
    """The dossier and the paper that an address names."""
    if not re.match(r"(?:api/v1/|/api/v1/)?(dossiers|papers|paper-texts|texts)/", route):
        return {}
    kept = Dossier.objects.get(customer__no=OWN if no == OWN else ANOTHERS, kind="general_customer")
    label = DossierPaper.objects.get(dossier=kept).label
    return {"no": kept.no, "dossier_no": kept.no, "label": label, "line": "licence", "act": "close", "form": "pdf",
            "page": 1}  # fmt: skip


def with_applications(on: date) -> None:
    """An application with a paper, a finding and a change of limits, of Wang's and of Li's customer."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    adopted = {"effective_from": on, "codes": ["general", "lim"], "kind": "application"}
    drafting.adopt_shipped(**chief, **adopted)
    for no, login in ((ANOTHERS, "li"), (OWN, "wang")):
        who = {"actor": access.actor_of(Person.objects.get(login=login), on=on), "on": on}
        asked = NewApplication(Money.of("10"), 30, "新合同")
        one = applications.apply(**who, customer_no=no, code="general", asked=asked)
        upload = Upload(f"申请书-{no}.txt", no.encode())
        applications.keep_papers(**who, application_id=one.pk, paper="application", uploads=[upload])
        told = NewFinding("lim", "b", on, "走访")
        applications.tell_condition(**who, customer_no=no, told=told)


def application_of(no: str) -> dict[str, int]:
    """The application and the finding that an address names."""
    no = OWN if no == OWN else ANOTHERS
    return {
        "application_id": Application.objects.get(customer__no=no).pk,
        "finding_id": Finding.objects.get(customer__no=no).pk,
    }


def with_reminders(on: date) -> None:
    """What is overdue was reminded of, and one of Wang's and of Li's customers is paused."""
    day = add_working_days(on, -1).day
    chief: dict[str, Any] = {"actor": system_actor(), "on": day}
    dunning.send_run(**chief, run_id=dunning.plan_run(**chief).pk)
    for no in (ANOTHERS, OWN):
        new = NewPause(day + timedelta(days=30), "other", "对账中")
        dunning.pause(**chief, customer_no=no, new=new)


def reminders_of(no: str, route: str) -> dict[str, Any]:
    """The run, the letter, the pause, the message and the way that an address names."""
    no = OWN if no == OWN else ANOTHERS
    found: dict[str, Any] = {}
    if "dunning" in route:
        letter = DunningLetter.objects.filter(customer__no=no).latest("pk")
        pause = DunningPause.objects.filter(customer__no=no).latest("pk")
        found = {"run_id": letter.run_id, "letter_id": letter.pk, "pause_id": pause.pk}
    if "message" in route:
        message = Message.objects.filter(subject=f"customer:{no}").latest("pk")
        found = {"message_id": message.pk, "way": "sms"}
    return found


def with_persons(on: date) -> None:
    """A contact of Wang's and of Li's customer who agreed, asked, is to be erased and shared; an alert."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    for no, name in ((ANOTHERS, ANOTHERS_NAME), (OWN, "笔录")):
        agreed = NewPersonAgreement(("dealings",), "form", "person")
        one = privacy.register_person(**chief, new=NewPerson("general", "contact", name, agreed, {}, no))
        privacy.receive_request(**chief, person_no=one.no, new=NewRequest("know", on, "电话"))
        privacy.ask_erasure(**chief, person_no=one.no, cause="request", why="本人要求")
        privacy.tell_dealing(**chief, person_no=one.no, new=NewDealing("claim", on, is_open=True))
    days = {"from_on": on, "until_on": on}
    upload = Upload("协议.txt", "协议".encode())
    partner = NewPartner("general", "合作方", "HZ-1", ("dealings",), ("mobile",), **days)
    privacy.tell_partner(**chief, new=partner, paper=upload)
    order = NewExtract("general", "order", "法院", "调查", "调查令", (one.no,), (), **days, paper=upload)
    privacy.ask_extract(**chief, new=order)
    ReadingAlert.objects.create(login="li", on=on, persons=201, normal=200)


def persons_of(no: str, route: str) -> dict[str, Any]:
    """The person that an address names, and what the person asked."""
    if "priva" not in route and "person" not in route and "data-" not in route and "alerts" not in route:
        return {}
    one = PersonSubject.objects.get(customer__no=OWN if no == OWN else ANOTHERS)
    return {
        "person_no": one.no, "request_id": PersonRequest.objects.get(person=one).pk,
        "erasure_id": Erasure.objects.get(person=one).pk, "dealing_id": Dealing.objects.get(person=one).pk,
        "partner_id": Partner.objects.latest("pk").pk, "extract_id": Extract.objects.latest("pk").pk,
        "alert_id": ReadingAlert.objects.latest("pk").pk,
    }  # fmt: skip


def with_duties(on: date) -> None:
    """A task of the unit EAST and a breach of Li."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    duties.order_task(**chief, new=NewTask("整理档案", "EAST", on, "li"))
    late = NewIncident("veh", "handover:1", "新车档案迟交", on, "li", "EAST", (NewLine("sales_late"),))
    duties.propose_fine(**chief, new=late)


def duties_of(route: str) -> dict[str, int]:
    """The task and the breach that an address names."""
    if "dut" not in route and "fines" not in route:
        return {}
    return {"task_id": DutyTask.objects.earliest("pk").pk, "incident_id": Incident.objects.get().pk}


def factors_of(route: str) -> dict[str, str]:
    """The series of outside factors that an address names."""
    return {"code": "cdd"} if re.match(r"/?(?:api/v1/)?(outside-)?factors/", route) else {}


def with_demand(on: date) -> None:
    """A forecast of the company for one month, as it is kept, and an event of the company laid over."""
    chief: dict[str, Any] = {"actor": system_actor(), "on": on}
    run = demand.begin_run(**chief, new=NewForecast(on, horizon=1))
    month = datetime.combine(on.replace(day=1), time())
    leaf = {"leaf": "U", "consumer": "U", "area": "T", "industry": "?", "trade": ""}
    at, top = (
        {"ds": month, "base_wh": 1000},
        {"level": "company", "node": "", "model": "last", "is_short": True},
    )
    tables: dict[str, dict[str, Any]] = {
        "leaves": leaf, "base": {**leaf, **at}, "levels": {**top, **at, "low_wh": 900, "high_wh": 1100},
        "series": {"leaf": "U", "ds": month, "kwh": 1.0}, "calendar": {"day": on},
        "rates": {"trade": "", "day": month.date(), "code": "macro", "change": 0.0, "weight": 1.0, "share": 1.0, "rate": 0.0},
    }  # fmt: skip
    for name, row in tables.items():
        run.files[name] = storing.keep(run, name, pl.DataFrame([row]))
    run.state, run.first, run.policy_sha256 = "done", month.date(), policy.shipped().sha256
    run.report = {"levels": {}, "factors": [], "band": 80, "large": None}
    run.save()
    demand.lay_overlay(**chief, new=NewOverlay("company", "停电", on, "检修", percent=Decimal(-5)))


def demand_of(route: str) -> dict[str, int]:
    """The forecast and the overlay that an address names."""
    if not re.match(r"/?(?:api/v1/)?demand/", route):
        return {}
    forecast, overlay = DemandRun.objects.latest("pk").pk, Overlay.objects.latest("pk").pk
    return {"run_id": forecast, "overlay_id": overlay, "number": overlay if "overlays" in route else forecast}


def with_a_table(on: date) -> None:
    """A table that a card is to be fitted to."""
    rows = "no,bad,sales\n" + "".join(f"{row},{row % 2},{row}\n" for row in range(60))
    told: dict[str, Any] = {"file_name": "table.csv", "content": rows.encode()}
    scorecards.receive_table(actor=system_actor(), on=on, **told)


def with_a_replay(on: date) -> None:
    """A past handed in, that waits to be replayed."""
    _label, text = packs.text_named(system_actor(), "checks", "shipped:checks")
    shadow.begin(actor=system_actor(), on=on, plan=Past("checks", text), files={"orders.csv": [b"order_no"]})


def drafted_and_simulated(on: date) -> None:
    """A draft of the policy in force, and what it would do."""
    actor, (label, text) = system_actor(), packs.text_named(system_actor(), "rating", "adv@1")
    drafting.begin_draft(actor=actor, on=on, kind="rating", text=text, started_from=label)
    same = PolicyText(label, text)
    services.simulate(actor=actor, on=on, plan=Plan(same, same, (credit_world.DAYS[-1],)))


def worked_on() -> dict[str, Any]:
    """The draft and the simulation."""
    simulated = queries.simulations(system_actor())[0]
    return {
        "draft_id": PolicyDraft.objects.latest("id").pk,
        "number": simulated.number,
        "day": credit_world.DAYS[-1],
    }


def in_a_process(on: date) -> None:
    """A case of Wang's and of Li's customer, each with a paper."""
    drafting.adopt_shipped(actor=system_actor(), on=on, effective_from=on, codes=["tpb"], kind="process")
    for no, login in ((ANOTHERS, "li"), (OWN, "wang")):
        actor = access.actor_of(Person.objects.get(login=login), on=on)
        case = processes.start_case(actor=actor, on=on, process="tpb", customer_no=no)
        told: dict[str, Any] = {"actor": actor, "on": on, "case_id": case.pk, "form": "application"}
        processes.keep_papers(**told, uploads=[Upload(f"申请-{login}.txt", login.encode())])


def process_of(no: str, route: str) -> dict[str, Any]:
    """The process, the case and its paper, where an address speaks of one."""
    if "process" not in route:
        return {}
    case = Case.objects.get(customer__no=OWN if no == OWN else ANOTHERS)
    paper = Attachment.objects.get(subject__startswith=f"case:{case.pk}:")
    return {"code": "tpb", "case_id": case.pk, "attachment_id": paper.pk}


def under_review(on: date) -> None:
    """The newest run is under review; some of its grades wait for the managers, the others for a review."""
    for role in ("vice_president", "legal_manager", "finance_manager", "general_manager"):
        access.create_person(
            actor=system_actor(), on=credit_world.START, login=role, name=role,
            password=credit_world.PASSWORD, role=role, unit="HQ",
        )  # fmt: skip
    actor = access.actor_of(Person.objects.get(login="credit"), on=on)
    run = Run.objects.latest("id")
    reviews.open_review(actor=actor, on=on, run_id=run.pk)
    some = Wanted(text="C-000")
    reviews.accept(actor=actor, on=on, run_id=run.pk, wanted=some, reason="x")
    reviews.submit_sheet(actor=actor, on=on, run_id=run.pk)


@pytest.fixture(autouse=True)
def _plain_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def person_at_pages(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def with_tokens(on: date) -> None:
    """A token of each person whose program asks here, and one that was revoked."""
    for name, login in (
        ("wang", "wang"),
        ("auditor", "auditor"),
        ("credit", "credit"),
        ("revoked", "credit"),
    ):
        held = access.actor_of(Person.objects.get(login=login), on=on).permits
        told = {"name": "t", "login": login, "expires_on": on, "permits": sorted(held)}
        TOKENS[name], kept = access.issue_token(actor=system_actor(), on=on, **told)
    access.revoke_token(actor=system_actor(), on=on, token_id=kept.pk)


def program_of(name: str) -> Client:
    return Client(HTTP_AUTHORIZATION=f"Bearer {TOKENS[name]}")


def text_of(answer: Any) -> str:
    """The words of an answer, those in a workbook too."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    return str(content.decode("utf-8", "ignore"))


@cache
def at_first() -> dict[str, Any]:
    """What every table holds when the company is there: each test is undone, so it is looked at once."""
    return tables()


def tables() -> dict[str, Any]:
    """What every table holds, but for the trail, sessions and when a token was used."""
    held = worlds.held(
        "audit_", "django_session", "axes_", "sqlite_", "web_answeredrequest", "access_apitoken"
    )
    tokens = ApiToken.objects.order_by("id").values_list("id", "revoked_on", "permits")
    return {**held, "access_apitoken": list(tokens)}


# Pages


def pages() -> dict[str, str]:
    """The route of every page, by its name."""

    def walk(parts: Any, before: str) -> Iterator[tuple[str, str]]:
        for part in parts:
            route = before + str(part.pattern)
            if isinstance(part, URLResolver):
                yield from walk(part.url_patterns, route)
            elif isinstance(part, URLPattern) and not route.startswith("api/"):
                yield str(part.name), route

    return dict(walk(get_resolver().url_patterns, ""))


@cache  # the company stays as it is
def address(route: str, no: str) -> str:
    run = Run.objects.latest("id")
    known = {
        "no": no, "run_id": run.pk, "batch_no": Batch.objects.latest("id").pk, "login": "li", "code": "rename" if "<path:no>" in route else "adv",
        "version": run.policy_version, "kind": "customers", "job": "x", "act": "rename",
        "unit_id": Unit.objects.get(code="EAST").pk, "token_id": 1, **evidence_of(no, route), **advance_of(no), **application_of(no),
        **worked_on(), **process_of(no, route), **confirmation_of(no, route), **collection_of(no, route),
        **dossier_of(no, route), **custody_of(no, route), **contract_of(no, route), **claims_of(no, route), **money_of(no, route), **losses_of(no, route), **reminders_of(no, route),
        **persons_of(no, route), **duties_of(route), **care_of(no, route), **key_accounts_of(no, route), **retention_of(route), **factors_of(route), **demand_of(route),
        **power_of(no, route),
    }  # fmt: skip
    if route.startswith("credit-reports/file/"):
        known["form"] = "pdf"
    if route.startswith("replays/"):
        known["number"] = ShadowRun.objects.latest("id").pk
    if route.startswith("ledger/claims/"):
        known["name"] = "prepaid"
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known.get(found[1], 1)), route)


def walked(client: Client, start: str) -> Iterator[tuple[str, Any, str]]:
    """Every page that is reached by links from a first one, some of each kind."""
    waiting, kinds, seen = [start], dict[str, int](), set[str]()
    while waiting:
        here = waiting.pop(0)
        path, _sign, asked = here.partition("?")
        kind = re.sub(r"\d+", "9", re.sub(r"/file/[^/]+", "/file/X", path))
        kind += ",".join(sorted({part.partition("=")[0] for part in asked.split("&")}))
        if (
            here in seen
            or kinds.get(kind, 0) >= A_KIND
            or not here.startswith("/")
            or here.startswith("/static/")
        ):
            continue
        seen.add(here)
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = client.get(here)
        text = text_of(answer)
        yield here, answer, text
        for link in re.findall(r'(?:href|hx-get)="([^"#]+)"', text):
            there = link.replace("&amp;", "&")
            waiting.append(f"{path}{there}" if there.startswith("?") else there)


def test_a_salesperson_meets_no_customer_of_another_on_any_page() -> None:
    met, kinds = [], 0
    for here, answer, text in walked(person_at_pages("wang"), "/"):
        kinds += 1
        assert answer.status_code in {200, 302, 404, 405}, here
        if ANOTHERS_NAME in text or re.search(rf"(?<![\w-]){ANOTHERS}(?![\w-])", text):
            met.append(here)
    assert met == []
    assert kinds > 40  # the walk went through lists, files, runs, charts, exports


@pytest.mark.req("RR-14")
@pytest.mark.parametrize("name", sorted(name for name, route in pages().items() if "<path:no>" in route))
def test_a_page_of_anothers_customer_is_as_unknown_as_one_of_nobody(name: str) -> None:
    client, route = person_at_pages("wang"), pages()[name]
    for ask in (client.get, client.post):
        before = Entry.objects.count()
        anothers, nobodys = ask(address(route, ANOTHERS)), ask(address(route, "C-0009-X"))
        assert anothers.status_code == nobodys.status_code
        if anothers.status_code == 405:
            continue
        assert anothers.status_code in {403, 404}, anothers.content
        token = re.compile(r'csrf[^>]+>|name="csrfmiddlewaretoken"[^>]+>|nonce="[^"]+"')
        told = [token.sub("", text_of(one)) for one in (anothers, nobodys)]
        assert told[0].replace(ANOTHERS, "C-0009-X") == told[1]
        noted = Entry.objects.order_by("id")[before:]
        assert [(one.outcome, one.actor_login) for one in noted] == [("refused", "wang")] * 2
        assert f"customer:{ANOTHERS}" == noted[0].subject


@pytest.mark.parametrize("name", sorted(set(pages()) - READING_PAGES))
def test_an_auditor_changes_nothing_on_any_page(name: str) -> None:
    client, before = person_at_pages("auditor"), tables()

    answer = client.post(
        address(pages()[name], OWN), {"name": "x", "reason": "x", "no": "C-0901", "confirmed": "1"}
    )

    assert answer.status_code in {400, 403, 404, 405}, (answer.status_code, text_of(answer)[:500])
    assert tables() == before


def test_a_replay_names_no_customer_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.objects.latest("id")
    different = Replay(run.pk, same=False, customers=60, differences=(OWN, ANOTHERS), cause="x")
    monkeypatch.setattr(services, "replay", lambda **_told: different)

    told = [
        text_of(person_at_pages(login).post(f"/ratings/{run.pk}/replay/")) for login in ("wang", "auditor")
    ]

    assert [[no in text for no in (OWN, ANOTHERS)] for text in told] == [[True, False], [True, True]]


def test_an_auditor_reads_every_page() -> None:
    refused = [
        here
        for here, answer, _text in walked(person_at_pages("auditor"), "/")
        if answer.status_code not in {200, 302, 405}
    ]
    assert refused == []


# The API

DESCRIBED = api.get_openapi_schema()  # once: it is drawn anew at every call
OPERATIONS = [
    (path, method, operation)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]
READS = [(path, operation) for path, method, operation in OPERATIONS if method == "get"]
WRITES = [(path, method, operation) for path, method, operation in OPERATIONS if method != "get"]


@cache  # the company stays as it is
def filled(path: str, no: str) -> str:
    run = Run.objects.latest("id")
    known = {
        "no": no, "run_id": run.pk, "batch_no": Batch.objects.latest("id").pk, "login": "li", "code": "adv",
        "version": run.policy_version, "kind": "customers", "job_id": "x", "token_id": ApiToken.objects.earliest("id").pk,
        "assignment_id": Assignment.objects.latest("id").pk, **evidence_of(no, path), **advance_of(no), **application_of(no),
        **worked_on(), **process_of(no, path), **confirmation_of(no, path), **collection_of(no, path),
        **dossier_of(no, path), **custody_of(no, path), **claims_of(no, path), **money_of(no, path), **losses_of(no, path), **reminders_of(no, path),
        **persons_of(no, path), **duties_of(path), **care_of(no, path), **key_accounts_of(no, path), **retention_of(path), **factors_of(path), **demand_of(path),
        **power_of(no, path),
    }  # fmt: skip
    if "/rows/" in path or "/row-files/" in path:
        known["code"] = "worst_delay_24m"
    if "/survey-forms/" in path:
        known["code"] = "col_card"
    if "/evidence/" in path:
        known["kind"] = "report"
    if "/fitted-cards/" in path:
        known["number"] = Fit.objects.latest("id").pk
    if "/replays/" in path:
        known["number"] = ShadowRun.objects.latest("id").pk
    if path.startswith("/api/v1/contracts/"):
        known["act"] = "archive"
    if "/claims/" in path:
        known["name"] = "prepaid"
    return re.sub(r"\{(\w+)\}", lambda found: str(known.get(found[1], 1)), path)


def needed(operation: dict[str, Any]) -> str:
    """What must be asked for in the address."""
    held = f"adv@{Run.objects.latest('id').policy_version}"
    words = {
        "code": "dso", "name": "贸易", "policy_code": "adv", "since": business_day().isoformat(), "worth": "1.00",
        "until": business_day().isoformat(),
        "one": held, "other": held, "rules": "general", "bill_no": "D1",
    }  # fmt: skip
    asked = [
        one["name"] for one in operation.get("parameters", []) if one["in"] == "query" and one.get("required")
    ]
    return "?" + "&".join(f"{name}={words.get(name, 'x')}" for name in asked)


def sample(schema: dict[str, Any]) -> Any:
    """A value that a schema takes."""
    if "$ref" in schema:
        return sample(DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return sample(next(one for one in schema[several] if one.get("type") != "null"))
    if schema.get("type") == "object":
        return {name: sample(schema["properties"][name]) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [sample(schema["items"])]
    return plain_sample(schema)


def plain_sample(schema: dict[str, Any]) -> Any:
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    if schema.get("format") == "date-time":
        return timestamp().isoformat()
    if schema.get("format") == "date":
        return business_day().isoformat()
    if "[A-Z]{3}" in schema.get("pattern", ""):
        return "USD"
    if r"\d" in schema.get("pattern", "") or schema.get("format") == "decimal":
        return "1.00"
    usual = {"integer": 1, "number": 1, "boolean": True}
    return usual.get(str(schema.get("type")), "x" * max(schema.get("minLength", 1), 1))


def send(client: Client, path: str, method: str, operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    target = filled(path, OWN) + needed(operation)
    if "multipart/form-data" in content:
        file = SimpleUploadedFile("c.csv", "客户编号,客户名称\nC-0902,甲公司\n".encode())
        schema = content["multipart/form-data"]["schema"]
        told = sample(schema)
        for name, kept in schema.get("properties", {}).items():
            if kept.get("format") == "binary":
                told[name] = file
            elif kept.get("items", {}).get("format") == "binary":
                told[name] = [file]
        kind = "consumers" if "metering" in path else "customers"
        return client.post(target, {**told, "kind": kind})
    body = sample(content["application/json"]["schema"]) if content else None
    return client.generic(method.upper(), target, json.dumps(body) if content else "", "application/json")


@pytest.mark.parametrize(("path", "operation"), READS, ids=[path for path, _one in READS])
def test_a_salespersons_program_meets_no_customer_of_another(path: str, operation: dict[str, Any]) -> None:
    answer = program_of("wang").get(filled(path, ANOTHERS) + needed(operation))

    assert ANOTHERS_NAME not in text_of(answer)
    if "{no}" in path:
        assert answer.status_code in {403, 404}
        assert Entry.objects.filter(outcome="refused", actor_login="wang").exists()
    else:
        assert answer.status_code in {200, 403, 404}, text_of(answer)
        assert ANOTHERS not in text_of(answer)


@pytest.mark.parametrize(("path", "operation"), READS, ids=[path for path, _one in READS])
def test_an_auditors_program_reads_everything(path: str, operation: dict[str, Any]) -> None:
    answer = program_of("auditor").get(filled(path, OWN) + needed(operation))

    if path in APART:
        assert answer.status_code == 403
    else:
        assert answer.status_code == 200 or answer.json()["code"] == "job_unknown", text_of(answer)


@pytest.mark.parametrize(("path", "method", "operation"), WRITES, ids=[f"{m} {p}" for p, m, _one in WRITES])
def test_an_auditors_program_changes_nothing(path: str, method: str, operation: dict[str, Any]) -> None:
    client, before = program_of("auditor"), at_first()

    answer = send(client, path, method, operation)

    if path in NAMED:
        assert answer.status_code in (403, 409), text_of(answer)
    elif path in READING:
        assert answer.status_code in (200, 404, 409, 422)  # read, or there is nothing to read it by
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "access_denied"), text_of(answer)
        noted = Entry.objects.latest("id")
        assert (noted.outcome, noted.actor_login, noted.via) == ("refused", "auditor", "api")
    assert tables() == before


@pytest.mark.parametrize(("path", "method", "operation"), WRITES, ids=[f"{m} {p}" for p, m, _one in WRITES])
def test_nobody_without_a_valid_token_is_heard(path: str, method: str, operation: dict[str, Any]) -> None:
    for client in (Client(), Client(HTTP_AUTHORIZATION="Bearer xh_nothing"), program_of("revoked")):
        assert send(client, path, method, operation).status_code == 401


@pytest.mark.req("RR-14")
def test_a_token_turned_down_stands_on_the_trail_once_a_minute_without_its_text() -> None:
    on: date = business_day()
    text, token = access.issue_token(
        actor=system_actor(), on=on, name="t", login="li", expires_on=on, permits=["customers.read"]
    )
    ApiToken.objects.filter(pk=token.pk).update(expires_on=on - timedelta(days=1))
    for _attempt in range(3):
        for asked in (text, "xh_" + "0" * 40, "nonsense"):
            assert Client(HTTP_AUTHORIZATION=f"Bearer {asked}").get("/api/v1/customers").status_code == 401

    noted = Entry.objects.filter(act="access.use_token").order_by("id")
    assert [(one.actor_login, one.subject, one.outcome) for one in noted] == [
        ("li", f"token:{token.pk}", "refused"), ("", "token:", "refused"),
    ]  # fmt: skip
    assert "expired" in noted[0].reason
    assert text[12:] not in str([vars(one) for one in Entry.objects.all()])
