"""Acts on the trail as people read them."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as access
from xinheng.web.pages.trail_words_cash import CASH_ACTS
from xinheng.web.pages.trail_words_custody import CUSTODY_ACTS
from xinheng.web.pages.trail_words_duties import DUTY_ACTS
from xinheng.web.pages.trail_words_files import FILE_ACTS
from xinheng.web.pages.trail_words_power import POWER_ACTS
from xinheng.web.pages.trail_words_privacy import PRIVACY_ACTS
from xinheng.web.pages.trail_words_retention import RETENTION_ACTS

ACTS: dict[str, str | Promise] = (
    {
        "exports.fixity": _("export the checks of the kept files"),
        "exports.matching": _("export cash application"),
        "exports.instruments": _("export bills of exchange and deposits"),
        "access.sign_in": _("sign in"),
        "access.sign_out": _("sign out"),
        "access.use_token": _("use an API token"),
        "webhooks.subscribe": _("add a webhook"),
        "exports.webhooks": _("export what other systems were told"),
        "webhooks.switch": _("switch a webhook on or off"),
        "webhooks.renew_secret": _("give a webhook another secret"),
        "webhooks.send_trial": _("send a trial event"),
        "webhooks.send_again": _("send an event again"),
        "exports.ageing": _("export ageing"),
        "exports.claims": _("export a list of the ledger"),
        "exports.open_documents": _("export open documents"),
        "exports.confirmation": _("export a confirmation"),
        "exports.confirmations": _("export confirmations"),
        "approvals.submit": _("submit for the chain of approval"),
        "approvals.resubmit": _("submit again for approval"),
        "approvals.withdraw": _("take a submission back"),
        "approvals.approve": _("sign an approval"),
        "approvals.return": _("return a submission"),
        "approvals.reject": _("reject a submission"),
        "approvals.delegate": _("delegate approvals"),
        "approvals.end_delegation": _("end a delegation"),
        "ratings.open_review": _("begin a review"),
        "ratings.accept": _("accept proposed grades"),
        "ratings.override": _("override a proposed grade"),
        "ratings.reopen": _("review grades again"),
        "ratings.submit_sheet": _("submit a grade summary"),
        "ratings.change_line": _("change a grade on a grade summary"),
        "ratings.return_line": _("return a customer of a grade summary"),
        "ratings.reject_line": _("turn down a customer of a grade summary"),
        "ratings.take_effect": _("let approved grades take effect"),
        "ratings.call_review": _("call for a review"),
        "ratings.lift_call": _("take a call for a review back"),
        "ratings.lower_grade": _("lower a grade by an event"),
        "ratings.give_grade_back": _("give a lowered grade back"),
        "exports.approved": _("export approved grades"),
        "applications.write": _("write an application for credit"),
        "applications.submit": _("submit an application for credit"),
        "applications.withdraw": _("take an application for credit back"),
        "applications.alter": _("alter an application before signing"),
        "applications.approve": _("approve credit"),
        "applications.confirm_agreement": _("tell what a credit agreement states"),
        "applications.tell_condition": _("tell a condition that refuses credit"),
        "applications.lift_condition": _("take a condition that refuses credit back"),
        "applications.ask_batch": _("ask for a change of many limits"),
        "applications.apply_batch": _("set many limits at once"),
        "applications.watch_papers": _("look at key papers"),
        "exports.applications": _("export credit applications"),
        "processes.start": _("start cases of a process"),
        "processes.close": _("close a step of a case"),
        "processes.return": _("send a case back to an earlier step"),
        "processes.cancel": _("cancel a case"),
        "terms.grant": _("grant a customer terms"),
        "terms.watch": _("bring terms to a day"),
        "terms.take_measure": _("take a measure after breaches"),
        "terms.lift_measure": _("lift a measure"),
        "terms.ask_exception": _("ask for an exception to terms"),
        "terms.set_price": _("set a price to compare with"),
        "terms.keep_inquiry": _("note an inquiry"),
        "terms.answer_inquiry": _("note the answer to an inquiry"),
        "terms.keep_visit": _("note a call or visit"),
        "terms.note_review": _("note the examination of an order"),
        "exports.terms": _("export customers by terms"),
        "exports.sequence": _("export the sequence of orders"),
        "exports.cases": _("export cases of processes"),
        "exports.dunning": _("export reminders or messages"),
        "limits.note_reminders": _("note levels of reminders at accounts"),
        "advances.ask": _("draft a request for an advance"),
        "advances.amend": _("change a request for an advance"),
        "advances.keep_paper": _("keep a paper of an advance"),
        "advances.submit": _("submit a request for an advance"),
        "advances.discard": _("give up a request for an advance"),
        "advances.grant": _("grant an advance"),
        "advances.pay_out": _("pay out an advance"),
        "advances.repay": _("post a repayment of an advance"),
        "advances.close": _("close an advance to payouts"),
        "advances.change": _("change limit or period of an advance"),
        "advances.let_change_hold": _("let changed terms of an advance hold"),
        "advances.plan": _("begin a reduction plan"),
        "advances.tell_legacy": _("tell a debt from before"),
        "advances.lower_legacy": _("lower a debt from before"),
        "advances.collect": _("note a collection"),
        "advances.reconcile": _("reconcile advances with a customer"),
        "advances.check_quarter": _("check a customer with advances"),
        "advances.agree_next_term": _("agree the next term of a contract"),
        "exports.collection": _("export collection"),
        "exports.advances": _("export advances"),
        "exports.exposure": _("export the exposure of a day"),
        "exports.limits": _("export credit limits"),
        "exports.sheet": _("export a grade summary"),
        "exports.reviews": _("export the review calendar"),
        "exports.exceptions": _("export the exceptions"),
        "customers.add_contact": _("add a contact"),
        "customers.assign_responsibility": _("assign the responsible person"),
        "archive.attach": _("keep a file"),
        "archive.read": _("take a kept file"),
        "customers.accept_survey": _("accept a report"),
        "customers.cancel_investigation": _("call an investigation off"),
        "customers.look_at_point": _("look at a point of review"),
        "customers.reject_survey": _("reject a report"),
        "customers.file_survey": _("file a report with finance"),
        "customers.finish_investigation": _("note the report of an investigation"),
        "customers.give_up_survey": _("keep a questionnaire as not answered"),
        "customers.order_investigation": _("order an investigation"),
        "customers.read_report": _("read a report from the field"),
        "customers.remind_survey": _("note a reminder"),
        "customers.return_survey": _("return a report"),
        "customers.tell_report": _("note a report from the field"),
        "ratings.verify": _("examine an assessment"),
        "customers.begin_survey": _("begin a questionnaire"),
        "customers.classify_item": _("classify a file item"),
        "customers.close": _("close a customer file"),
        "customers.correct_codes": _("correct codes"),
        "customers.end_contact": _("end a contact"),
        "customers.end_link": _("end a related party"),
        "customers.link_party": _("link a related party"),
        "customers.post": _("post customers"),
        "customers.post_changes": _("post changed customers"),
        "customers.register": _("open a customer file"),
        "customers.rename": _("rename a customer"),
        "customers.reopen": _("reopen a customer file"),
        "customers.save_answers": _("save answers"),
        "customers.set_age_limit": _("set when a file item is out of date"),
        "customers.set_parent": _("set the parent company"),
        "customers.submit_survey": _("hand in a questionnaire"),
        "customers.tell_fact": _("tell a fact"),
        "customers.verify_fact": _("verify a fact"),
        "exports.customers": _("export customers"),
        "exports.indicators": _("export indicators"),
        "exports.run": _("export a rating run"),
        "exports.rows": _("export the rows behind a figure"),
        "exports.trail": _("export the audit trail"),
        "exports.evidence": _("export evidence"),
        "exports.risk_events": _("export credit-risk events"),
        "exports.file_report": _("export a customer's file as a report"),
        "financials.post_statement": _("post a statement"),
        "financials.post_statements": _("post statements"),
        "financials.post_trade_invoices": _("post invoices of customers"),
        "indicators.measure": _("measure indicators"),
        "intake.cancel": _("give up an import"),
        "intake.choose_mode": _("choose what an import takes"),
        "intake.post": _("post an import"),
        "intake.receive": _("take a file in"),
        "intake.resume": _("resume an import"),
        "intake.save_source": _("save a source of files"),
        "intake.set_mapping": _("assign columns of a file"),
        "people.assign": _("give a role"),
        "people.change_password": _("change the own password"),
        "people.close_unit": _("close a unit"),
        "people.create_person": _("add a person"),
        "people.create_unit": _("open a unit"),
        "people.deactivate": _("deactivate a person"),
        "people.end_assignment": _("take a role"),
        "people.issue_token": _("issue an API token"),
        "people.load_role": _("bring a shipped role to this version"),
        "people.move_unit": _("move a unit"),
        "people.reactivate": _("reactivate a person"),
        "people.rename_person": _("correct a person's name"),
        "people.rename_unit": _("rename a unit"),
        "people.revoke_token": _("revoke an API token"),
        "people.save_role": _("save a role"),
        "people.set_password": _("set a password"),
        "people.unlock": _("unlock a login"),
        "archive.keep": _("store a file"),
        "dossiers.take_in": _("take a folder of files into dossiers"),
        "dossiers.check_properties": _("check the four properties of a dossier"),
        "exports.dossier_files": _("take the files of a dossier"),
        "exports.package": _("make an archival package of a dossier"),
        "exports.map": _("take a mapping sheet of a folder"),
        "exports.labels": _("print labels of papers"),
        "archive.show": _("look at a page of a file"),
        "archive.wipe": _("overwrite the bytes of a file"),
        "archive.check": _("prove the kept files"),
        "archive.fault": _("a kept file is altered or gone"),
        "exports.decision": _("export why a customer has its grade"),
        "exports.summary": _("export the papers of a run"),
        "demand.begin_run": _("ask for a demand forecast"),
        "demand.make_run": _("make a demand forecast"),
        "demand.lay_overlay": _("lay an event over the forecasts"),
        "demand.withdraw_overlay": _("take an event over the forecasts back"),
        "demand.propose_weights": _("change the weights of outside factors"),
        "exports.demand": _("export a demand forecast"),
        "ratings.write_letters": _("write letters on a grade"),
        "ratings.disclose": _("give out what a rating rests on or came to"),
        "consents.tell": _("keep a consent"),
        "consents.withdraw": _("withdraw a consent"),
        "exports.scorecard": _("exported the report of a scorecard"),
        "scorecards.begin_fit": _("let a scorecard be fitted"),
        "scorecards.discard_fit": _("threw a fitted scorecard away"),
        "scorecards.fit": _("fitted a scorecard"),
        "scorecards.run_fit": _("fitted a scorecard that waited"),
        "scorecards.receive_table": _("brought a table to learn from"),
        "scorecards.challenge": _("let a card challenge a policy"),
        "scorecards.retire_challenger": _("retire a challenger"),
        "scorecards.rate_beside": _("rate by a challenger, silently"),
        "exports.side_by_side": _("export a run side by side with challengers"),
        "exports.compared_policies": _("export a comparison of policies"),
        "exports.simulation": _("export a simulation"),
        "exports.losses": _("take losses, targets or figures away"),
        "exports.shadow": _("export a replay"),
        "shadow.begin": _("replay a past against a policy"),
        "shadow.stop": _("stop a replay"),
        "shadow.discard": _("throw a replay away"),
        "shadow.run": _("replay a past"),
        "shadow.read": _("see replays"),
        "policies.adopt": _("adopt a policy"),
        "policies.adopt_past_chain": _("adopt a policy past the chain of approval"),
        "policies.begin_draft": _("begin a draft of a policy"),
        "policies.cancel_simulation": _("stop a simulation"),
        "policies.discard_draft": _("give a draft up"),
        "policies.discard_simulation": _("throw a simulation away"),
        "policies.propose_draft": _("propose a change of policy"),
        "policies.reject_proposal": _("turn a proposal down"),
        "policies.save_draft": _("save a draft"),
        "policies.simulate": _("simulate a policy"),
        "policies.submit_draft": _("submit a draft for approval"),
        "ratings.assess": _("enter an assessment"),
        "ratings.fail": _("mark a run failed"),
        "ratings.run": _("run ratings"),
        "orders.place": _("take an order"),
        "orders.change": _("change an order"),
        "orders.end": _("cancel or close an order"),
        "orders.deliver": _("post a delivery"),
        "orders.bill": _("bill an order"),
        "orders.post_orders": _("post orders"),
        "orders.post_deliveries": _("post deliveries"),
        "orders.post_billings": _("say which orders bills bill"),
        "limits.set": _("set a limit"),
        "limits.set_profile": _("change a credit account"),
        "limits.set_rate": _("set a rate of exchange"),
        "limits.check": _("check an order for credit"),
        "limits.recheck": _("check a held order again"),
        "limits.recheck_all": _("ask about all held orders again"),
        "limits.change": _("check a changed order"),
        "limits.release": _("release a held order"),
        "limits.hold": _("hold an order that passed"),
        "limits.ask_cover": _("ask a customer for cover"),
        "limits.meet_cover": _("note that cover is there"),
        "limits.withdraw_cover": _("ask a customer no more"),
        "limits.write_letter": _("write to the customer of a held order"),
        "exports.holds": _("export held orders"),
        "exports.orders": _("export orders"),
        "exports.severe_problems": _("export severe problems"),
        "limits.reject": _("turn a held order down"),
        "limits.post_limits": _("set limits of a file"),
        "limits.repair": _("bring the running sums to the facts"),
        "limits.refresh": _("measure how late customers pay"),
        "limits.reconcile": _("hold the running sums against the facts"),
        "sensitive.read": _("see sensitive fields"),
    }
    | CASH_ACTS
    | CUSTODY_ACTS
    | DUTY_ACTS
    | FILE_ACTS
    | POWER_ACTS
    | PRIVACY_ACTS
    | RETENTION_ACTS
)
OUTCOMES: dict[str, str | Promise] = {"done": _("done"), "refused": _("refused")}
WAYS_IN: dict[str, str | Promise] = {
    "page": _("pages"),
    "api": _("API"),
    "cli": _("command line"),
    "run": _("background"),
}
SUBJECTS: dict[str, str | Promise] = {
    "customer": _("customer"),
    "individual": _("person (personal data)"),
    "batch": _("import"),
    "run": _("rating run"),
    "person": _("person"),
    "policy": _("policy"),
    "draft": _("draft of a policy"),
    "simulation": _("simulation"),
    "shadow": _("replay of a past"),
    "unit": _("unit"),
    "role": _("role"),
    "token": _("token"),
    "day": _("day"),
    "bill": _("bill"),
    "receipt": _("receipt"),
    "source": _("source"),
    "survey": _("questionnaire"),
    "measurement": _("measurement"),
    "assignment": _("assignment"),
    "item": _("file item"),
    "kind": _("kind of file"),
}


def act_word(act: str) -> str:
    """An act in words; refused acts may be named by the right that was missing or by the page."""
    if word := ACTS.get(act):
        return str(word)
    if act.startswith("page."):
        return gettext("the page %(name)s") % {"name": act.removeprefix("page.")}
    return access.rights().get(act, act)


def entry_line(entry: Any) -> dict[str, Any]:
    """One entry as a row: words, the way to its subject, and what differs between before and after."""
    kind, _sign, name = entry.subject.partition(":")
    return {
        "entry": entry,
        "act": act_word(entry.act),
        "way_in": WAYS_IN.get(entry.via, entry.via),
        "outcome": OUTCOMES.get(entry.outcome, entry.outcome),
        "subject_kind": SUBJECTS.get(kind, kind) if name else "",
        "subject": name or kind,
        "address": _address(kind, name),
        "diff": differences(entry.before, entry.after),
    }


def differences(before: Any, after: Any) -> list[dict[str, Any]]:
    """Field by field what stood before and after; what did not change is said once."""
    old, new = _fields(before), _fields(after)
    names = [*old, *(name for name in new if name not in old)]
    rows = [
        {
            "name": name,
            "before": _text(old[name]) if name in old else None,
            "after": _text(new[name]) if name in new else None,
            "is_same": name in old and name in new and old[name] == new[name],
        }
        for name in names
    ]
    return sorted(rows, key=lambda row: row["is_same"])


def _fields(told: Any) -> dict[str, Any]:
    if told is None:
        return {}
    return dict(told) if isinstance(told, dict) else {"": told}


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, indent=1)


def _address(kind: str, name: str) -> str:
    routes = {"customer": "customer", "person": "person", "dossier": "dossier", "paper": "paper"}
    numbered = {"batch": "import", "run": "rating_run", "draft": "draft", "simulation": "simulation",
                "shadow": "shadow_run", "handover": "custody_handover", "slip": "custody_slip",
                "loan": "custody_loan", "incident": "custody_incident",
                "stock_take": "custody_count"}  # fmt: skip
    if kind in routes and name and "/" not in name:
        return reverse(routes[kind], args=[name])
    if kind in numbered and name.isascii() and name.isdigit() and len(name) < 19:
        return reverse(numbered[kind], args=[int(name)])
    return ""
