"""The values of a draft as a form, and the small forms of its acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.errors import PolicyFieldInvalid
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

SENT = "v:"  # before the path of a value, so that no other field of the page is taken for one
MOST_VALUES = 2000
GROUPS = {
    "": _("The policy"),
    "scale": _("Words of the grades"),
    "parameters": _("Numbers of the policy"),
    "scoring.items": _("Scored items"),
    "bands": _("Bands"),
    "scoring.thresholds": _("Which score gives which grade"),
    "vetoes": _("Vetoes"),
    "caps": _("Caps"),
}
NAMES = {
    "version": _("version"),
    "value": _("value"),
    "mark": _("source"),
    "maximum": _("maximum"),
    "from": _("from"),
    "to": _("to"),
    "inclusive": _("bound included"),
    "points": _("points"),
    "grade": _("grade"),
    "soft": _("in principle"),
    "zh": _("Chinese"),
    "en": _("English"),
}
MARKS = {"given": _("given"), "assumed": _("assumed"), "lost": _("lost")}
YES_NO = {"true": _("yes"), "false": _("no")}


def groups_of(
    text: str, sent: Mapping[str, str] | None = None, *, wrong: PolicyFieldInvalid | None = None
) -> list[dict[str, Any]]:
    """The values by part of the policy and row, with what was sent and which of it cannot stand."""
    fields = policies.fields_of(text)
    grades = [one.code for one in fields if one.group == "scale" and one.name == "zh"]
    groups: dict[str, dict[str, Any]] = {}
    for one in fields:
        group = groups.setdefault(one.group, {"title": GROUPS[one.group], "rows": {}})
        row = group["rows"].setdefault(
            one.row, {"code": one.code, "words": one.zh if reads_chinese() else one.en, "fields": []}
        )
        value = one.value if sent is None else sent.get(one.path, one.value)
        told = {"field": one, "sent": f"{SENT}{one.path}", "name": NAMES[one.name], "value": value}
        is_wrong = wrong is not None and wrong.params["field"] == one.path
        row["fields"].append({**told, "choices": _choices(one.kind, grades), "wrong": is_wrong})
    return [
        {"title": groups[name]["title"], "rows": list(groups[name]["rows"].values())}
        for name in GROUPS
        if name in groups
    ]


def _choices(kind: str, grades: list[str]) -> list[tuple[str, Any]]:
    offered: dict[str, list[tuple[str, Any]]] = {
        "mark": list(MARKS.items()),
        "yes_no": list(YES_NO.items()),
        "grade": [(grade, grade) for grade in grades],
    }
    return offered.get(kind, [])


def sent_values(sent: Mapping[str, str]) -> dict[str, str]:
    """The values a form sent, by path."""
    named = [name for name in sent if name.startswith(SENT)][:MOST_VALUES]
    return {name.removeprefix(SENT): str(sent[name])[:600] for name in named}


class SubmitForm(forms.Form):
    """From which day the draft should hold."""

    places = {"day_gone_by": "effective_from", "policy_day_taken": "effective_from"}
    effective_from = day_field(_("Holds from"), required=True)
    backdated_why = forms.CharField(
        label=_("Why in the past"),
        required=False,
        max_length=300,
        help_text=_("Only where the day has gone by; those who approve read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class PurposeForm(forms.Form):
    """What a proposed change is for."""

    purpose = forms.CharField(
        label=_("What the change is for"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class ReasonForm(forms.Form):
    """Why something is turned down or given up."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)
