"""Forms of retention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class AppraisalForm(Plain):
    """Which group looks at the chosen papers."""

    title = forms.CharField(label=_("Title of the appraisal"), max_length=200)
    members = forms.CharField(
        label=_("Members of the group"), max_length=400,
        help_text=_("Logins, parted by commas; at least two."),
    )  # fmt: skip


class ReasonForm(Plain):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class HoldForm(Plain):
    """What is held, or which hold is released."""

    code = "place"
    places = {
        "dossier_unknown": "name", "customer_unknown": "name", "kept_paper_unknown": "name",
        "paper_unknown": "name", "hold_unknown": "hold",
    }  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What is held"),
        choices=[("dossier", _("a dossier")), ("paper", _("a paper")), ("customer", _("all of a customer"))],
    )  # fmt: skip
    name = forms.CharField(label=_("Its number or label"), max_length=60)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    @classmethod
    def release(cls, *args: Any) -> HoldForm:
        """The form by which a hold ends."""
        form = cls(*args)
        form.code = "release"
        del form.fields["kind"], form.fields["name"]
        number = forms.IntegerField(label=_("Number of the hold"), min_value=1, max_value=10**15)
        form.fields = {"hold": number, **form.fields}
        dressed(form)
        return form


class StrikeForm(Plain):
    """A paper that leaves a list."""

    places = {"not_on_list": "label"}
    label = forms.CharField(label=_("Label"), max_length=24)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class ScanForm(Plain):
    """A label, as the scanner types it."""

    places = {"not_on_list": "label"}
    label = forms.CharField(
        label=_("Label"), max_length=24,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )  # fmt: skip


class SupervisorsForm(Plain):
    """Who watches."""

    department = forms.CharField(label=_("Of the department (login)"), max_length=150)
    others = forms.CharField(
        label=_("Others (logins)"), max_length=400, help_text=_("Parted by commas; at least one.")
    )  # fmt: skip


class ExecuteForm(Plain):
    """When, where and how."""

    done_on = day_field(_("Destroyed on"), required=True)
    place = forms.CharField(label=_("Place"), max_length=120)
    method = forms.CharField(label=_("Way of destruction"), max_length=120, initial=_("shredded"))


class BareForm(Plain):
    """Nothing to tell."""
