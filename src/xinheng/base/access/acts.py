"""Rights, fields and kinds in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "customers.read": _("see customers"),
    "customers.write": _("change customers"),
    "customers.review": _("review reports on customers"),
    "customers.file": _("take reports into the files"),
    "archive.read": _("read kept documents"),
    "archive.write": _("keep documents"),
    "consents.read": _("see consents of customers"),
    "consents.write": _("keep and withdraw consents of customers"),
    "receivables.read": _("see bills and receipts"),
    "receivables.write": _("change bills and receipts"),
    "orders.read": _("see orders and deliveries"),
    "orders.write": _("take and change orders"),
    "orders.deliver": _("post deliveries and returns"),
    "orders.bill": _("bill orders"),
    "limits.read": _("see limits and exposure"),
    "limits.write": _("set limits and terms"),
    "limits.check": _("check orders against limits"),
    "limits.release": _("release held orders"),
    "terms.read": _("see what grades entitle to"),
    "terms.write": _("set terms and ask for exceptions"),
    "applications.read": _("see applications for credit"),
    "applications.write": _("apply for credit"),
    "advances.read": _("see advances"),
    "advances.write": _("ask for advances and post them"),
    "shadow.read": _("see shadow runs"),
    "shadow.run": _("replay past years against a policy"),
    "webhooks.read": _("see webhooks"),
    "webhooks.write": _("set up webhooks"),
    "financials.read": _("see statements"),
    "financials.write": _("change statements"),
    "intake.read": _("see imports"),
    "intake.write": _("import files"),
    "indicators.read": _("see indicators"),
    "indicators.measure": _("measure indicators"),
    "ratings.read": _("see ratings"),
    "ratings.run": _("run ratings"),
    "ratings.review": _("review proposed grades"),
    "ratings.assess": _("enter assessments"),
    "ratings.write_letters": _("write letters to customers"),
    "ratings.disclose": _("give material and results of ratings outside"),
    "processes.read": _("see processes and their cases"),
    "processes.start": _("start cases of a process"),
    "processes.close": _("close the steps of one's lane"),
    "processes.return": _("send a case back to an earlier step"),
    "processes.cancel": _("cancel a case"),
    "scorecards.read": _("see scorecards"),
    "scorecards.fit": _("fit and publish scorecards"),
    "policies.read": _("see policies"),
    "policies.draft": _("draft policies"),
    "policies.simulate": _("simulate policies"),
    "policies.adopt": _("adopt policies"),
    "emergency.adopt": _("adopt policies past the chain of approval"),
    "approvals.read": _("see approvals"),
    "approvals.submit": _("submit for approval"),
    "approvals.decide": _("decide on approvals"),
    "people.read": _("see people and roles"),
    "people.write": _("change people, roles and units"),
    "audit.read": _("search the audit trail"),
    "exports.read": _("export lists"),
    "tokens.read": _("see the API tokens of others"),
    "tokens.write": _("issue API tokens"),
    "runs.read": _("see runs"),
    "sensitive.read": _("see sensitive fields unmasked"),
}

FIELDS: dict[str, str | Promise] = {
    "code": _("unit or role code"),
    "name": _("full name"),
    "name_en": _("English name"),
    "kind": _("kind of unit"),
    "reach": _("reach of the role"),
    "permits": _("rights given"),
    "language": _("language of the pages"),
}
KINDS: dict[str, str | Promise] = {
    "group": _("a group"),
    "company": _("a company"),
    "department": _("a department"),
}


def words_of(act: str) -> str:
    """What a right allows, in the reader's language; the code itself where there are no words."""
    return str(ACTS.get(act, act))
