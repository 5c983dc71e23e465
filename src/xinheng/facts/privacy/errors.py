"""What privacy refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class PrivacyRulesInvalid(Refusal):
    """A privacy document is wrong; nothing of it is used."""

    code = "privacy_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class SchemeUnknown(Refusal):
    """There is no such privacy document."""

    code = "privacy_scheme_unknown"
    status = 404
    text = _("There is no privacy document “%(scheme)s”.")


class PersonUnknown(Refusal):
    """There is no such person, or the customer the person belongs to is out of reach."""

    code = "person_subject_unknown"
    status = 404
    text = _("There is no person %(person)s.")


class EntryUnknown(Refusal):
    """There is no such row of the privacy ledgers, or it is out of reach."""

    code = "privacy_entry_unknown"
    status = 404
    text = _("There is no entry %(entry)s here.")


class PrivacyInvalid(Refusal):
    """A value that cannot be; says which field and why."""

    code = "privacy_invalid"
    status = 422
    text = _("%(cause)s")


class ItemNotNecessary(Refusal):
    """The item stands on no necessity list, or must never be kept."""

    code = "item_not_necessary"
    status = 422
    text = _("“%(item)s” is not on the list of what may be kept (%(scheme)s). Nothing was kept.")


class WayNotListed(Refusal):
    """Data came in a way the document does not name."""

    code = "collection_way_not_listed"
    status = 422
    text = _("“%(way)s” is no way in which data may be collected (%(scheme)s). Nothing was kept.")


class ConsentRequired(Refusal):
    """Nothing lets the data be kept or used for the purpose."""

    code = "consent_required"
    status = 409
    text = _("There is no consent of %(person)s for “%(purpose)s” on %(on)s.")


class ConsentNotSeparate(Refusal):
    """What was agreed to among other things needs a consent of its own."""

    code = "consent_not_separate"
    status = 409
    text = _("“%(what)s” needs a consent of its own.")


class GuardianRequired(Refusal):
    """A child's data needs a guardian's consent."""

    code = "guardian_required"
    status = 409
    text = _("Below %(age)s years a guardian must consent.")


class PersonNotKept(Refusal):
    """The person's data is frozen or erased: nothing is done with it."""

    code = "person_not_kept"
    status = 409
    text = _("The data of person %(person)s is not in use any more: frozen or erased on %(on)s.")


class PersonErased(Refusal):
    """The person's data was erased before and may not come back by an import."""

    code = "person_erased"
    status = 409
    text = _("The data of this person was erased (%(certificate)s); only the person can let it come back.")


class IdentityUnchecked(Refusal):
    """Nobody checked who asks."""

    code = "identity_unchecked"
    status = 409
    text = _("First check that it is the person who asks, and how.")


class RequestClosed(Refusal):
    """The request was answered already."""

    code = "person_request_closed"
    status = 409
    text = _("Request %(request)s was answered on %(on)s.")


class ErasureStands(Refusal):
    """An erasure of the person is under way, or this one is past the step."""

    code = "erasure_stands"
    status = 409
    text = _("Erasure %(erasure)s of this person stands at: %(state)s.")


class AnotherMustDecide(Refusal):
    """Who asks does not decide."""

    code = "another_must_decide"
    status = 409
    text = _("Who asked does not decide: another person must.")


class NothingShared(Refusal):
    """The document lets nothing go to others."""

    code = "sharing_forbidden"
    status = 409
    text = _("%(scheme)s gives nothing to third parties. The attempt was noted.")


class AgreementMissing(Refusal):
    """No confidentiality agreement with the receiver holds for the purpose and items."""

    code = "sharing_agreement_missing"
    status = 409
    text = _("No confidentiality agreement with %(partner)s covers this on %(on)s: %(cause)s")


class ExtractForbidden(Refusal):
    """The document knows no extract of this kind."""

    code = "extract_forbidden"
    status = 409
    text = _("%(scheme)s gives out no extract of the kind “%(kind)s”.")


class LetterMissing(Refusal):
    """An outside request without its letter of introduction, or an order without its paper."""

    code = "introduction_letter_missing"
    status = 409
    text = _("The letter of introduction or the order is missing: %(field)s.")


class ExtractStands(Refusal):
    """The extract is past this step."""

    code = "extract_stands"
    status = 409
    text = _("Extract %(extract)s stands at: %(state)s.")


class NotTrained(Refusal):
    """Who was not trained sees no personal data."""

    code = "not_trained"
    status = 403
    text = _("Personal data is shown only to who was trained: no training of %(login)s counts on %(on)s.")


class OwnAlert(Refusal):
    """Nobody clears the alert about the own reading."""

    code = "own_alert"
    status = 409
    text = _("An alert about one's own reading is cleared by another person.")
