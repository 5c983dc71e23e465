"""Forms of what is kept beside papers: reports, seasons, tidying, people, grants and proxies."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.web.pages.acting import day_field
from xinheng.web.pages.custody_forms import Plain


class ReportForm(Plain):
    """What is reported of a customer."""

    places = {"customer_unknown": "customer_no"}
    kind = forms.ChoiceField(
        label=_("Kind of report"), choices=[("new", _("new customer")), ("change", _("change at a customer"))]
    )
    source = forms.ChoiceField(label=_("Source of the report"))
    customer_no = forms.CharField(label=_("Customer no."), max_length=40, required=False)
    party = forms.CharField(
        label=_("Name of the customer"),
        max_length=200,
        required=False,
        help_text=_("Where it has no number yet."),
    )
    content = forms.CharField(label=_("What is reported"), max_length=1000)
    unit = forms.ChoiceField(label=_("Unit that keeps the file"))


class CheckForm(Plain):
    """Whether a report is right."""

    places = {"reported_unknown": "reported_id", "reported_not_verified": "reported_id"}
    reported_id = forms.IntegerField(label=_("No. of the report"), min_value=1)
    is_right = forms.BooleanField(label=_("it is right"), required=False)
    reason = forms.CharField(label=_("Why it is rejected"), max_length=300, required=False)


class FileForm(Plain):
    """Which report goes into the file of which customer."""

    places = {"reported_unknown": "reported_id", "reported_not_verified": "reported_id",
              "customer_unknown": "customer_no", "custody_invalid": "customer_no"}  # fmt: skip
    reported_id = forms.IntegerField(label=_("No. of the report"), min_value=1)
    customer_no = forms.CharField(label=_("Customer no."), max_length=40, required=False)


class SeasonForm(Plain):
    """Which season opens, for which departments."""

    code = forms.ChoiceField(label=_("Filing season"))
    units = forms.MultipleChoiceField(label=_("Departments"), widget=forms.CheckboxSelectMultiple)
    to_unit = forms.ChoiceField(label=_("Archive room of"))


class TidyForm(Plain):
    """What was found while tidying."""

    tidying_id = forms.IntegerField(label=_("No. of the tidying"), min_value=1)
    found = forms.CharField(label=_("What was found and done"), max_length=300)


class ArchivistForm(Plain):
    """What somebody learned and did before."""

    places = {"person_unknown": "login"}
    login = forms.CharField(label=_("Login"), max_length=150)
    unit = forms.ChoiceField(label=_("Archive of"))
    education = forms.ChoiceField(label=_("Schooling"))
    months = forms.IntegerField(label=_("Months of experience"), min_value=0, max_value=720)
    can_search = forms.BooleanField(label=_("can search databases"), required=False)
    is_full_time = forms.BooleanField(label=_("full time"), required=False, initial=True)
    why = forms.CharField(
        label=_("Why though not qualified"), max_length=300, required=False,
        help_text=_("Whoever lacks something is named only once a leader approved it."),
    )  # fmt: skip


class GrantForm(Plain):
    """Who may consult what until when."""

    places = {"person_unknown": "login", "dossier_unknown": "dossier_no"}
    login = forms.CharField(label=_("Login"), max_length=150)
    dossier_no = forms.CharField(label=_("Dossier no."), max_length=40, required=False)
    kinds = forms.CharField(
        label=_("Or kinds of dossiers"),
        max_length=200,
        required=False,
        help_text=_("Codes, as min_customer."),
    )
    from_on = day_field(_("From"), required=True)
    until_on = day_field(_("First day it no longer holds"), required=True)
    is_standing = forms.BooleanField(label=_("standing authorisation"), required=False)
    why = forms.CharField(label=_("Reason"), max_length=300)


class ProxyForm(Plain):
    """Who approves loans of secret papers in one's place."""

    places = {"person_unknown": "taker", "delegation_invalid": "role"}
    taker = forms.CharField(label=_("Deputy (login)"), max_length=150)
    role = forms.CharField(label=_("My role (code)"), max_length=40, initial="general_manager")
    from_on = day_field(_("From"), required=True)
    until_on = day_field(_("First day it no longer holds"), required=True)
    kinds = forms.CharField(label=_("Kinds of dossiers"), max_length=200, required=False)
    grades = forms.CharField(label=_("Grades of secrecy"), max_length=200, required=False)


class LeavingForm(Plain):
    """Who leaves, and who takes over."""

    places = {"person_unknown": "login"}
    login = forms.CharField(label=_("Who leaves (login)"), max_length=150)
    to = forms.CharField(label=_("Who takes over (login)"), max_length=150)
    last_day = day_field(_("Last day at work"), required=True)
