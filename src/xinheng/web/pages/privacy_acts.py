"""What is done on the ledgers of privacy: answering, deciding, sharing, giving out, training, checking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.facts.archive.values import Upload
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import REQUESTS
from xinheng.web.pages.privacy_forms import PrivacyForm, answer_of
from xinheng.web.pages.privacy_ledger_forms import (
    AnswerForm,
    CheckForm,
    DecisionForm,
    EndPartnerForm,
    ExtractForm,
    IdentityForm,
    OutcomeForm,
    PartnerForm,
    PickForm,
    ShareForm,
    TrainingForm,
)


@dataclass(frozen=True)
class LedgerAct:
    """Something done on a ledger. rows: the rows it may be done to, where it is done to one."""

    view: str
    right: str
    label: Any
    done: Any
    form: type[PrivacyForm]
    do: Callable[[dict[str, Any], Any], object]
    rows: Callable[[Any, Any], list[tuple[int, str]]] | None = None
    confirm: Any = ""
    button: Any = ""


def _asked(actor: Any, on: Any) -> list[tuple[int, str]]:
    rows = privacy.requests(actor, on=on, state="open")[:200]
    return [(one.pk, f"{one.person.no} · {REQUESTS[one.kind]} · {one.due_on}") for one in rows]


def _unchecked(actor: Any, on: Any) -> list[tuple[int, str]]:
    rows = privacy.requests(actor, on=on, state="open").filter(checked_by="")[:200]
    return [(one.pk, f"{one.person.no} · {REQUESTS[one.kind]} · {one.due_on}") for one in rows]


def _erasures(*states: str) -> Callable[[Any, Any], list[tuple[int, str]]]:
    def rows(actor: Any, on: Any) -> list[tuple[int, str]]:
        found = privacy.erasures(actor, on=on).filter(state__in=states)[:200]
        return [(one.pk, f"{one.person.no} · {one.why}") for one in found]

    return rows


def _partners(actor: Any, on: Any) -> list[tuple[int, str]]:
    rows = privacy.partners(actor, on=on, running=True)[:200]
    return [(one.pk, f"{one.name} · {one.agreement_no} · {one.until_on}") for one in rows]


def _extracts(actor: Any, _on: Any) -> list[tuple[int, str]]:
    return [
        (one.pk, f"{one.recipient} · {one.purpose}") for one in privacy.extracts(actor, state="asked")[:200]
    ]


def _measures(actor: Any, _on: Any) -> list[tuple[int, str]]:
    return [
        (one.pk, f"{one.what} · {one.owner} · {one.due_on}")
        for one in privacy.measures(actor, is_open=True)[:200]
    ]


def _alerts(actor: Any, _on: Any) -> list[tuple[int, str]]:
    return [
        (one.pk, f"{one.login} · {one.on} · {one.persons}")
        for one in privacy.alerts(actor, is_open=True)[:200]
    ]


LEDGER_ACTS = {
    "identity": LedgerAct(
        "requests",
        "privacy.write",
        _("Note how identity was checked"),
        _("The check is noted."),
        IdentityForm,
        lambda told, form: acts.check_identity(
            **told, request_id=form.cleaned_data["row"], proof=form.cleaned_data["proof"]
        ),
        _unchecked,
    ),
    "answer": LedgerAct(
        "requests",
        "privacy.write",
        _("Answer a request"),
        _("The answer to the person is kept."),
        AnswerForm,
        lambda told, form: acts.answer_request(
            **told, request_id=form.cleaned_data["row"], answer=answer_of(form)
        ),
        _asked,
    ),
    "decide": LedgerAct(
        "erasures",
        "privacy.erase",
        _("Decide on an erasure"),
        _("The decision is kept."),
        DecisionForm,
        lambda told, form: acts.decide_erasure(
            **told,
            erasure_id=form.cleaned_data["row"],
            approves=form.cleaned_data["verdict"] == "yes",
            why=form.cleaned_data["why"],
        ),
        _erasures("asked", "approved", "frozen"),
    ),
    "carry-out": LedgerAct(
        "erasures",
        "privacy.erase",
        _("Carry an erasure out"),
        _("It is carried out: the data is erased, or frozen as long as something holds it."),
        PickForm,
        lambda told, form: acts.carry_out_erasure(**told, erasure_id=form.cleaned_data["row"]),
        _erasures("approved", "frozen"),
        _("What is erased cannot be brought back. Erase it?"),
    ),
    "partner": LedgerAct(
        "sharing",
        "privacy.write",
        _("Keep an agreement with a partner"),
        _("The agreement is kept."),
        PartnerForm,
        lambda told, form: acts.tell_partner(**told, new=form.partner(), paper=_upload(form)),
    ),
    "share": LedgerAct(
        "sharing",
        "privacy.write",
        _("Give data to a partner"),
        _("The hand-out stands in the log."),
        ShareForm,
        lambda told, form: acts.share(**told, partner_id=form.cleaned_data["row"], what=form.shared()),
        _partners,
    ),
    "end-partner": LedgerAct(
        "sharing",
        "privacy.write",
        _("End an agreement"),
        _("The agreement has ended."),
        EndPartnerForm,
        lambda told, form: acts.end_partner(
            **told, partner_id=form.cleaned_data["row"], why=form.cleaned_data["why"]
        ),
        _partners,
        _("An agreement that ended is not opened again. End it?"),
    ),
    "extract": LedgerAct(
        "extracts",
        "privacy.write",
        _("Take in a request from outside"),
        _("The request waits for another person."),
        ExtractForm,
        lambda told, form: acts.ask_extract(**told, new=form.extract()),
    ),
    "grant": LedgerAct(
        "extracts",
        "privacy.erase",
        _("Decide on a request from outside"),
        _("The decision is kept."),
        DecisionForm,
        lambda told, form: acts.decide_extract(
            **told,
            extract_id=form.cleaned_data["row"],
            grants=form.cleaned_data["verdict"] == "yes",
            why=form.cleaned_data["why"],
        ),
        _extracts,
    ),
    "training": LedgerAct(
        "safety",
        "privacy.write",
        _("Note a training"),
        _("The training is noted."),
        TrainingForm,
        lambda told, form: acts.tell_training(
            **told,
            login=form.cleaned_data["login"].strip(),
            topic=form.cleaned_data["topic"],
            trained_on=form.cleaned_data["on"],
        ),
    ),
    "check": LedgerAct(
        "safety",
        "privacy.write",
        _("Note a check"),
        _("The check is kept; what failed became measures."),
        CheckForm,
        lambda told, form: acts.tell_check(**told, new=form.check()),
    ),
    "measure": LedgerAct(
        "safety",
        "privacy.write",
        _("Finish a measure"),
        _("The measure is done."),
        OutcomeForm,
        lambda told, form: acts.finish_measure(
            **told, measure_id=form.cleaned_data["row"], outcome=form.cleaned_data["outcome"]
        ),
        _measures,
    ),
    "alert": LedgerAct(
        "safety",
        "privacy.erase",
        _("Clear an alert"),
        _("The alert is cleared."),
        OutcomeForm,
        lambda told, form: acts.clear_alert(
            **told, alert_id=form.cleaned_data["row"], finding=form.cleaned_data["outcome"]
        ),
        _alerts,
    ),
}


def _upload(form: Any) -> Upload:
    file = form.cleaned_data["file"]
    return Upload(file.name, file.read())
