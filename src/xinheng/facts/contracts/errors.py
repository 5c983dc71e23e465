"""What contracts refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class ContractRulesInvalid(Refusal):
    """A document of rules or a template is wrong; nothing of it is used."""

    code = "contract_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class ContractUnknown(Refusal):
    """There is no such contract, or its customer is out of reach."""

    code = "contract_unknown"
    status = 404
    text = _("There is no contract %(contract)s.")


class ContractInvalid(Refusal):
    """A value of a contract that cannot be."""

    code = "contract_invalid"
    status = 422
    text = _("%(cause)s")


class ContractNotInState(Refusal):
    """The contract is not where the act wants it."""

    code = "contract_not_in_state"
    status = 409
    text = _("Contract %(contract)s is %(state)s; this is done only to one that is: %(wanted)s.")


class ContractArchived(Refusal):
    """An archived contract is only read (FSP-04)."""

    code = "contract_archived"
    status = 409
    text = _("Contract %(contract)s was archived on %(archived_on)s and is only read.")


class ContractNumberTaken(Refusal):
    """The ledger has the number already (CTR-02)."""

    code = "contract_number_taken"
    status = 409
    text = _("The ledger of %(unit)s has %(no)s already: contract %(contract)s.")


class LegalCheckMissing(Refusal):
    """Nobody said that the clauses hold (FSP-05)."""

    code = "legal_check_missing"
    status = 409
    text = _("Contract %(contract)s has not passed the legal check; it is not signed before.")


class CountersignMissing(Refusal):
    """The chain has not countersigned."""

    code = "countersign_missing"
    status = 409
    text = _("Contract %(contract)s is not countersigned by all; it is not signed before.")


class CustomerFileMissing(Refusal):
    """The customer has no file (FSP-07)."""

    code = "customer_file_missing"
    status = 409
    text = _("Customer %(customer_no)s has no file; open its dossier first.")


class NotConsulted(Refusal):
    """The file was not read before the relation is signed (MIN-08)."""

    code = "file_not_consulted"
    status = 409
    text = _("%(handler)s has not read the file of customer %(customer_no)s in the last %(days)s days.")


class NoticeMissing(Refusal):
    """The process ends with telling the customer to pay in advance (FSP-02)."""

    code = "payment_notice_missing"
    status = 409
    text = _("The customer of contract %(contract)s was not told to pay in advance yet.")


class EventUnknown(Refusal):
    """There is no such event of the contract, or its clock was cancelled."""

    code = "contract_event_unknown"
    status = 404
    text = _("There is no event %(event)s whose clock runs.")


class RecordUnknown(Refusal):
    """There is no such open breach of the contract."""

    code = "contract_record_unknown"
    status = 404
    text = _("There is no open breach %(record)s.")


class AuditUnknown(Refusal):
    """There is no such audit."""

    code = "contract_audit_unknown"
    status = 404
    text = _("There is no audit %(audit)s of contracts.")


class AuditClosed(Refusal):
    """The audit was concluded."""

    code = "contract_audit_closed"
    status = 409
    text = _("Audit %(audit)s was concluded on %(closed_on)s.")


class AuditUnfinished(Refusal):
    """Tests are open yet."""

    code = "contract_audit_unfinished"
    status = 409
    text = _("Audit %(audit)s has %(count)s tests without a verdict.")


class NothingToAudit(Refusal):
    """No contract was signed in the days."""

    code = "nothing_to_audit"
    status = 409
    text = _("No contract was signed from %(first)s to %(last)s.")


class StageBackwards(Refusal):
    """Who is under contract is not latent again (GRP-12)."""

    code = "stage_backwards"
    status = 409
    text = _("Customer %(customer_no)s is %(stage)s; it does not go back to %(wanted)s.")
