"""The form that asks for a replay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.shadow import queries as shadow
from xinheng.judgements.shadow.values import LimitsPlan, Plan
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.policy_list import named
from xinheng.web.pages.trying import dressed

KIND = "checks"


class SeveralFiles(forms.ClearableFileInput):
    """A place to hand in several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; gives a list."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file that was handed in."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class ReplayForm(forms.Form):
    """Which past, by which policy, with which limits."""

    places: ClassVar[Mapping[str, str]] = {
        "policy_invalid": "policy", "ledger_unreadable": "files", "policy_not_in_force": "policy",
    }  # fmt: skip
    policy = forms.ChoiceField(label=_("Check policy"))
    source = forms.ChoiceField(
        label=_("The past"),
        choices=[("files", _("files handed in")), ("books", _("what stands in the books here"))],
    )
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"),
        required=False,
        widget=SeveralFiles(attrs={"class": "form-control"}),
        help_text=_("Orders, deliveries, bills, receipts as CSV, Excel or Parquet, with headings."),
    )
    limits = forms.ChoiceField(label=_("Limits"), choices=[*shadow.HOWS.items()], initial="mean_sales")
    factor = forms.IntegerField(
        label=_("Percent of it"), min_value=1, max_value=10_000, initial=300,
        help_text=_("Of the mean month, or of the highest balance, where a rule finds limits."),
    )  # fmt: skip
    limits_file = forms.FileField(
        label=_("Table of limits"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control"}),
        help_text=_(
            "Columns customer_no and amount; from_on, until_on, state, status and risk_class if you like."
        ),
    )
    from_on = day_field(_("First day checked"), hint=_("Where none is named: when limits can be known."))
    until_on = day_field(_("Last day replayed"))
    late_days = forms.IntegerField(
        label=_("Late from"), min_value=0, max_value=3650, initial=30,
        help_text=_("A bill paid more days late than this counts as a loss."),
    )  # fmt: skip
    margin = forms.IntegerField(label=_("Margin, in percent"), min_value=0, max_value=100, initial=20)
    terms_days = forms.IntegerField(
        label=_("Days of credit"), required=False, min_value=0, max_value=3650,
        help_text=_("Assumed where no bills are told."),
    )  # fmt: skip
    paid_after_days = forms.IntegerField(
        label=_("Paid after days"), required=False, min_value=0, max_value=3650,
        help_text=_("Assumed where no receipts are told."),
    )  # fmt: skip
    mapping = forms.CharField(
        label=_("What the columns mean"),
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "form-control xh-code", "spellcheck": "false"}),
        help_text=_("A small document; where it is left out the headings say it."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy"].choices = policy_choices(actor)  # type: ignore[attr-defined]
        dressed(self)

    def handed_in(self) -> dict[str, UploadedFile[Any]]:
        """Every file by its name."""
        asked = self.cleaned_data
        limits = [asked["limits_file"]] if asked["limits_file"] else []
        return {str(file.name): file for file in [*asked["files"], *limits]}

    def plan(self, label: str, text: str) -> Plan:
        """What was asked, of a policy by its name and text."""
        asked = self.cleaned_data
        limits_file = asked["limits_file"].name if asked["limits_file"] else ""
        same = (
            "from_on",
            "until_on",
            "late_days",
            "margin",
            "terms_days",
            "paid_after_days",
            "mapping",
            "source",
        )
        return Plan(
            policy=label, text=text, limits=LimitsPlan(asked["limits"], asked["factor"]),
            limits_file=limits_file,
            **{name: asked[name] for name in same},
        )  # fmt: skip


def policy_choices(actor: Actor) -> list[tuple[str, str]]:
    """Every check policy that can be named: living drafts, versions, shipped packs."""
    versions = [(f"{one.code}@{one.version}", f"{named(one)} {one.version}") for one in packs.documents(KIND)]
    drafts = [
        (f"draft:{one.pk}", gettext("Draft %(no)s: %(name)s") % {"no": one.pk, "name": named(one)})
        for one in packs.drafts(actor, KIND).filter(state__in=["open", "proposed", "submitted"])
    ]
    shipped = [
        (f"shipped:{pack.header.code}", gettext("Shipped: %(name)s") % {"name": named(pack.header)})
        for pack in adopting.shipped()
        if pack.header.kind == KIND
    ]
    return [*drafts, *versions, *shipped]
