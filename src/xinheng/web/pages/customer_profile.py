"""Acts on who a customer is: names, codes, group, related parties, contacts, who answers, closing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import Link, NewContact
from xinheng.web.pages.acting import Act, ActForm, Words, customer_named, day_field, perhaps_meant
from xinheng.web.pages.customer_file import RELATIONS
from xinheng.web.pages.seen import Seen


class RenameForm(ActForm):
    """A new name; like names of others are shown before it is taken."""

    places: ClassVar[Mapping[str, str]] = {"like_names_exist": "despite_like_names"}
    name = forms.CharField(label=_("New name"), max_length=200)
    until_on = day_field(_("Last day of the old name"), hint=_("Today if left empty."))
    despite_like_names = forms.BooleanField(
        label=_("It is none of them: take the name"), required=False, widget=forms.HiddenInput
    )

    def add_error(self, field: str | None, error: Any) -> None:
        """The box to tick appears once there is something to look at."""
        super().add_error(field, error)
        if field == "despite_like_names":
            self.fields[field].widget = forms.CheckboxInput(attrs={"class": "form-check-input"})

    def subject(self) -> list[tuple[Words, Words]]:
        """The name it carries now."""
        return [(_("Name now"), self.seen.customer.name)]


class CodesForm(ActForm):
    """The codes as they ought to be; an empty field is no code."""

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 letters and digits; the last one is checked."),
    )
    org_code = forms.CharField(label=_("Organisation code"), max_length=40, required=False)
    id_number = forms.CharField(label=_("ID number"), max_length=40, required=False)

    def at_first(self) -> dict[str, Any]:
        """The codes it has; an ID number is typed anew."""
        return {"uscc": self.seen.customer.uscc, "org_code": self.seen.customer.org_code}

    def prepare(self) -> None:
        """A company has no ID number; a person has no organisation code."""
        if self.seen.customer.kind == "company":
            del self.fields["id_number"]
            return
        del self.fields["org_code"]
        if self.seen.customer.id_number:
            self.fields["id_number"].help_text = gettext("Left empty, the number told before stays.")


def _correct_codes(seen: Seen, told: dict[str, Any]) -> object:
    codes = dict(told)
    if seen.customer.kind == "person" and not codes["id_number"].strip():
        del codes["id_number"]
    return files.correct_codes(actor=seen.actor, on=seen.on, no=seen.customer.no, **codes)


class OtherCustomerForm(ActForm):
    """A form that names another customer, by its number or its whole name."""

    other: ClassVar[str] = "other_no"

    def other_customer(self, text: str) -> str:
        """The number of the customer that is meant; an empty text means none."""
        if not text.strip():
            return ""
        if found := customer_named(self.seen, text.strip()):
            return str(found.no)
        perhaps = perhaps_meant(self.seen, text)
        if perhaps:
            raise forms.ValidationError(
                gettext("Which customer is meant? Give its number: %(names)s.") % {"names": perhaps}
            )
        raise forms.ValidationError(
            gettext("No customer within your reach is found by “%(text)s”.") % {"text": text}
        )


class ParentForm(OtherCustomerForm):
    """The customer above in the group."""

    places: ClassVar[Mapping[str, str]] = {"parent_cycle": "parent_no", "customer_closed": "parent_no"}
    parent_no = forms.CharField(
        label=_("Parent company"),
        max_length=200,
        required=False,
        help_text=_("Customer number or whole name. Left empty, it stands on top of its group."),
    )

    def at_first(self) -> dict[str, Any]:
        """The parent it has, where the reader may know it."""
        parent = self.seen.customer.parent
        reach = customers.visible(self.seen.actor, on=self.seen.on)
        known = parent and reach.filter(pk=parent.pk).exists()
        return {"parent_no": parent.no if known else ""}

    def clean_parent_no(self) -> str:
        """The number of the parent."""
        return self.other_customer(self.cleaned_data["parent_no"])


class LinkForm(OtherCustomerForm):
    """A related party: a customer of ours, or a name."""

    places: ClassVar[Mapping[str, str]] = {"shares_exceed": "share", "customer_unknown": "other_no"}
    relation = forms.ChoiceField(label=_("Relation"), choices=list(RELATIONS.items()))
    other_no = forms.CharField(
        label=_("Customer of ours"),
        max_length=200,
        required=False,
        help_text=_("Customer number or whole name, if the party has a file here."),
    )
    other_name = forms.CharField(
        label=_("Name of the party"), max_length=200, required=False, help_text=_("If it has no file here.")
    )
    share = forms.DecimalField(
        label=_("Share in per cent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=9,
        decimal_places=6,
        required=False,
        help_text=_("Of shareholders only. Together they hold at most 100 %."),
    )
    from_on = day_field(_("From"), hint=_("Today if left empty."))

    def clean_other_no(self) -> str:
        """The number of the other customer."""
        return self.other_customer(self.cleaned_data["other_no"])

    def clean(self) -> dict[str, Any]:
        """One of the two is named."""
        told = self.cleaned_data
        if "other_no" in told and bool(told["other_no"]) == bool(told.get("other_name", "").strip()):
            self.add_error(
                "other_name", gettext("Name a customer of ours or a party without a file: one of the two.")
            )
        return told


def _link(seen: Seen, told: dict[str, Any]) -> object:
    share = None if told["share"] is None else told["share"] / 100
    link = Link(
        told["relation"], other_no=told["other_no"], other_name=told["other_name"], share=share,
        from_on=told["from_on"],
    )  # fmt: skip
    return files.link_party(actor=seen.actor, on=seen.on, no=seen.customer.no, link=link)


class EndLinkForm(ActForm):
    """The link that ends, and when."""

    places: ClassVar[Mapping[str, str]] = {"link_unknown": "until_on"}
    link_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    until_on = day_field(_("Ends on"), hint=_("The first day it no longer holds; today if left empty."))

    def subject(self) -> list[tuple[Words, Words]]:
        """The link."""
        link_id = str(self["link_id"].value() or "")
        running = customers.related_parties(self.seen.customer, on=self.seen.on)
        found = running.filter(pk=int(link_id)).first() if _is_key(link_id) else None
        if found is None or (found.other_id and not _within_reach(self.seen, found.other_id)):
            return []
        return [(RELATIONS.get(found.relation, found.relation), found.other_name)]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _within_reach(seen: Seen, customer_id: int) -> bool:
    return customers.visible(seen.actor, on=seen.on).filter(pk=customer_id).exists()


class ContactForm(ActForm):
    """Someone to talk to."""

    name = forms.CharField(label=_("Contact"), max_length=60)
    post = forms.CharField(label=_("Post"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)


class EndContactForm(ActForm):
    """The contact that ends today."""

    contact_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def subject(self) -> list[tuple[Words, Words]]:
        """The contact."""
        contact_id = str(self["contact_id"].value() or "")
        running = customers.contacts(self.seen.customer, on=self.seen.on)
        found = running.filter(pk=int(contact_id)).first() if _is_key(contact_id) else None
        return [(_("Contact"), found.name)] if found else []


class DutyForm(ActForm):
    """Who answers for the customer from a day on."""

    places: ClassVar[Mapping[str, str]] = {"unit_unknown": "unit_code", "person_unknown": "person_login"}
    unit_code = forms.ChoiceField(label=_("Unit"))
    person_login = forms.ChoiceField(label=_("Salesperson"), required=False)
    from_on = day_field(_("From"), hint=_("Today if left empty."))

    def prepare(self) -> None:
        """The open units and the people in them."""
        units, people = customers.answerable(self.seen.actor, on=self.seen.on)
        self.fields["unit_code"].choices = units  # type: ignore[attr-defined]
        self.fields["person_login"].choices = [("", "—"), *people]  # type: ignore[attr-defined]

    def at_first(self) -> dict[str, Any]:
        """Who answers now."""
        held = customers.responsible([self.seen.customer], on=self.seen.on).get(self.seen.customer.pk)
        if held is None:
            return {}
        return {"unit_code": held.unit.code, "person_login": held.person.login if held.person else ""}


class ReasonForm(ActForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def _act(service: Any) -> Any:
    """A service whose arguments are the customer's number and the form's fields."""
    return lambda seen, told: service(actor=seen.actor, on=seen.on, no=seen.customer.no, **told)


def _add_contact(seen: Seen, told: dict[str, Any]) -> object:
    contact = NewContact(**told)
    return files.add_contact(actor=seen.actor, on=seen.on, no=seen.customer.no, contact=contact)


WRITE = "customers.write"
SAVE = _("Save")
ACTS = [
    Act(
        "rename", WRITE, "parties", _("Rename"), SAVE, _("The name is changed; the old one still finds it."),
        RenameForm, _act(files.rename), place="names",
    ),
    Act(
        "codes", WRITE, "parties", _("Correct codes"), SAVE, _("The codes are kept."),
        CodesForm, _correct_codes, place="names",
    ),
    Act(
        "parent", WRITE, "parties", _("Set the parent company"), SAVE, _("The group is changed."),
        ParentForm, _act(files.set_parent), place="group",
    ),
    Act(
        "link", WRITE, "parties", _("Add a related party"), SAVE, _("The related party is noted."),
        LinkForm, _link, place="group", hint=_("A newer share of the same party ends the older one."),
    ),
    Act(
        "end-link", WRITE, "parties", _("End a related party"), _("End it"),
        _("The link is ended; it stays in the history."), EndLinkForm, _act(files.end_link),
    ),
    Act(
        "contact", WRITE, "parties", _("Add a contact"), SAVE, _("The contact is noted."),
        ContactForm, _add_contact, place="contacts",
    ),
    Act(
        "end-contact", WRITE, "parties", _("End a contact"), _("End it"),
        _("The contact is ended; it stays in the history."), EndContactForm, _act(files.end_contact),
    ),
    Act(
        "duty", WRITE, "parties", _("Change who answers"), SAVE, _("From the day on others answer for it."),
        DutyForm, _act(files.assign_responsibility), place="duty",
        hint=_("Who answered until then stays in the history and may lose sight of the customer."),
    ),
    Act(
        "close", WRITE, "parties", _("Close the file"), _("Close the file"), _("The file is closed."),
        ReasonForm, _act(files.close), place="head",
        hint=_("Nothing new is told of a closed customer; all that was told stays."),
        confirm=_("Close the file of this customer?"),
    ),
    Act(
        "reopen", WRITE, "parties", _("Reopen the file"), _("Reopen the file"), _("The file is open again."),
        ReasonForm, _act(files.reopen), place="head", when="closed",
    ),
]  # fmt: skip
