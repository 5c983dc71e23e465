"""What customers refuse."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal

WORDS = {  # of fields, kinds of values and causes, as people read them
    "no": _("Customer number"),
    "name": _("Name"),
    "kind": _("Kind"),
    "uscc": _("Unified social credit code"),
    "id_number": _("ID number"),
    "org_code": _("Organisation code"),
    "is_customer": _("Customer or supplier"),
    "nature": _("Nature"),
    "industry": _("Industry code (GB/T 4754)"),
    "region": _("Region"),
    "address": _("Address"),
    "founded_on": _("Founded on"),
    "employees": _("People employed"),
    "revenue_minor": _("Revenue of a year"),
    "assets_minor": _("Total assets"),
    "parent_no": _("Parent company"),
    "unit_code": _("Responsible unit"),
    "person_login": _("Responsible salesperson"),
    "former_name": _("Former name"),
    "until_on": _("Until"),
    "from_on": _("From"),
    "true_on": _("True on"),
    "relation": _("Relation"),
    "share": _("Share"),
    "post": _("Post"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "reason": _("Reason"),
    "status": _("State"),
    "evidence": _("Evidence"),
    "source": _("Source"),
    "key": _("Case number or account"),
    "stale_after_months": _("Out of date after months"),
    "dimension": _("Dimension and class"),
    "text": _("a text"),
    "money": _("an amount"),
    "number": _("a number"),
    "count": _("a whole number from 0"),
    "date": _("a day, not in the future,"),
    "yes_no": _("yes or no"),
    "postcode": _("a postcode of six digits"),
    "choice": _("one of the choices"),
    "invalid": _("not valid"),
    "repeated": _("twice in the file"),
    "taken": _("belongs to another customer"),
    "unknown": _("not known"),
    "cycle": _("would stand below itself"),
    "changed": _("differs from what is kept"),
    "reminders": _("Reminders"),
    "due_on": _("Due on"),
    "report_on": _("Day of the report"),
    "assignee": _("Assigned to"),
    "cost": _("Cost"),
    "outcome": _("Finding"),
    "contradictions": _("contradictions between data"),
    "dealings": _("our dealings"),
    "credit_record": _("credit record"),
    "other": _("other"),
    "open": _("unfinished"),
    "handed_in": _("handed in"),
    "accepted": _("accepted"),
    "filed": _("filed with finance"),
    "rejected": _("rejected"),
    "not_answered": _("not answered"),
}


class Worded(Refusal):
    """A refusal that names a field, a kind or a cause in the reader's language."""

    named: tuple[str, ...] = ("field", "kind", "cause")

    def __str__(self) -> str:
        told = {name: self.params[name] for name in self.named if name in self.params}
        return str(self.text) % (self.params | {name: WORDS.get(code, code) for name, code in told.items()})


class CustomerUnknown(Refusal):
    """No customer has the number, or it is out of the actor's reach."""

    code = "customer_unknown"
    status = 404
    text = _("There is no customer %(no)s.")


class CustomerClosed(Refusal):
    """The customer is closed."""

    code = "customer_closed"
    status = 409
    text = _("The customer %(no)s is closed since %(closed_on)s.")


class FieldInvalid(Worded):
    """A field is empty, too long or none of the allowed values."""

    code = "field_invalid"
    text = _("The field “%(field)s” is empty, too long or not allowed: %(value)s.")


class IdentifierWrong(Worded):
    """A code does not hold together: length, letters or check digit."""

    code = "identifier_wrong"
    text = _("The %(field)s %(value)s is not valid: %(cause)s.")


class DuplicateIdentifier(Worded):
    """Another customer carries the same code."""

    code = "duplicate_identifier"
    status = 409
    text = _("The %(field)s %(value)s belongs to customer %(no)s already.")


class LikeNamesExist(Refusal):
    """Customers of a like name exist; look at them, then say so if it is another one."""

    code = "like_names_exist"
    status = 409
    text = _("Customers of a like name exist: %(names)s. Open a new file only if it is none of them.")

    def __init__(self, *, name: str, likes: list[Any]) -> None:
        self.likes = likes
        nos = [like.no for like in likes]
        super().__init__(name=name, nos=nos, names=", ".join(f"{like.no} {like.name}" for like in likes))


class ParentCycle(Refusal):
    """A customer would stand below itself."""

    code = "parent_cycle"
    status = 409
    text = _("%(no)s cannot stand below %(parent_no)s: it would stand below itself.")


class SharesExceed(Refusal):
    """The shareholdings would add up to more than the whole."""

    code = "shares_exceed"
    status = 409
    text = _("The shares of %(no)s would add up to %(percent)s %%, more than 100 %%.")


class FormInvalid(Refusal):
    """A document is no questionnaire that may be used; nothing of it is.

    params: line and cause of the first fault; problems: every fault as "line N: cause"; lines: theirs.
    """

    code = "form_invalid"
    status = 422
    text = _("The form, line %(line)s: %(cause)s")


class ItemUnknown(Refusal):
    """The credit file has no such item."""

    code = "item_unknown"
    text = _("The credit file has no item %(item)s.")


class ChannelMissing(Refusal):
    """A fact came without the channel it was told by."""

    code = "channel_missing"
    text = _("Say by which channel “%(item)s” was told.")


class SourceMissing(Refusal):
    """The channel or item needs a source that can be looked up."""

    code = "source_missing"
    text = _("Say from whom or where “%(item)s” was told: this channel or item needs it.")


class ValueInvalid(Worded):
    """The value is not of the item's kind."""

    code = "value_invalid"
    text = _("“%(value)s” is not a value for “%(item)s”: %(kind)s is wanted.")


class ConsentMissing(Refusal):
    """The person did not agree that personal items are kept."""

    code = "consent_missing"
    status = 409
    text = _("“%(item)s” is personal: note the person's consent first.")


class DayInvalid(Worded):
    """A day lies in the future, or before what it must follow."""

    code = "day_invalid"
    text = _("The day %(day)s of “%(field)s” is not possible.")


class FactUnknown(Refusal):
    """The customer's file has no such fact."""

    code = "fact_unknown"
    status = 404
    text = _("There is no fact %(fact)s in the file.")


class LinkUnknown(Refusal):
    """The customer has no such running link or contact."""

    code = "link_unknown"
    status = 404
    text = _("There is no running link or contact %(link)s.")


class OwnFactVerified(Refusal):
    """Nobody verifies what they told themselves."""

    code = "own_fact_verified"
    status = 409
    text = _("You told this yourself; someone else must verify it.")


class UnitUnknown(Refusal):
    """No open unit has the code."""

    code = "unit_unknown"
    status = 404
    text = _("There is no open unit %(unit)s.")


class PersonUnknown(Refusal):
    """No active person has the login."""

    code = "person_unknown"
    status = 404
    text = _("There is no active person %(login)s.")


class SurveyUnfinished(Refusal):
    """Questions are neither answered nor marked unknown."""

    code = "survey_unfinished"
    status = 409
    text = _("Not answered yet: %(items)s. Answer them or mark them unknown.")


class SurveyUnknown(Refusal):
    """There is no such survey or form, or it was handed in already."""

    code = "survey_unknown"
    status = 404
    text = _("There is no survey %(survey)s here, or it is no longer open.")


class SurveyUnsigned(Refusal):
    """The filler did not sign for the truth of the answers."""

    code = "survey_unsigned"
    text = _("Sign first: whoever fills in a report answers for its truth.")


class SurveyNotThere(Worded):
    """The survey is at another step than the act needs."""

    code = "survey_not_there"
    status = 409
    named = ("state",)
    text = _("The survey %(survey)s is %(state)s; this cannot be done to it now.")


class OwnReport(Refusal):
    """Nobody reviews or files what they signed themselves."""

    code = "own_report"
    status = 409
    text = _("You signed this report yourself; someone else must review and file it.")


class ReviewUnfinished(Refusal):
    """Points of the review were not looked at."""

    code = "review_unfinished"
    text = _("Not looked at yet: %(points)s.")


class PointNoteMissing(Refusal):
    """The form wants a note on this point of the review."""

    code = "point_note_missing"
    text = _("The form wants a note on this point: %(point)s.")


class InvestigationUnknown(Refusal):
    """There is no such running investigation, or it is out of reach."""

    code = "investigation_unknown"
    status = 404
    text = _("There is no running investigation %(investigation)s.")


class ReportMissing(Refusal):
    """An investigation of an agency ends with its report."""

    code = "report_missing"
    status = 409
    text = _("Attach the report of the agency first.")


class FieldReportUnknown(Refusal):
    """There is no such report from the field, or it was read already."""

    code = "field_report_unknown"
    status = 404
    text = _("There is no unread report %(report)s.")


class RowsNotPostable(Worded):
    """Rows of a bulk differ from what is kept, or their codes clash; nothing was posted."""

    code = "rows_not_postable"
    status = 409
    text = _("%(rows)s rows cannot be posted. The first is %(no)s: %(fields)s %(cause)s.")

    def __str__(self) -> str:
        fields = ", ".join(str(WORDS.get(field, field)) for field in self.params["fields"])
        cause = WORDS[self.params["cause"]]
        return str(self.text) % (self.params | {"fields": fields, "cause": cause})
