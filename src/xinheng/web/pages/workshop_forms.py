"""The values of a draft as a form, and the small forms of its acts."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
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
    "applies": _("Whom the policy is for"),
    "exclusions": _("Whom the policy does not rate"),
    "parameters": _("Numbers of the policy"),
    "questions": _("What people assess"),
    "terms": _("Named formulas"),
    "conditions": _("Conditions"),
    "criteria": _("How conditions give grades"),
    "criteria.grades": _("What gives which grade"),
    "scoring": _("Points"),
    "scoring.items": _("Scored items"),
    "bands": _("Bands"),
    "groups": _("Groups of answers"),
    "basics": _("Basic figures"),
    "corrections": _("Figures that correct them"),
    "standards": _("Standard values, the best first"),
    "scoring.thresholds": _("Which score gives which grade"),
    "scoring.quota.grades": _("How many get which grade"),
    "vetoes": _("Vetoes"),
    "caps": _("Caps"),
    "flags": _("Told beside the grade"),
    "approval": _("Who approves grades"),
    "approval.steps": _("Steps of approval"),
    "review": _("When grades are looked at again"),
    "review.intervals": _("Months to the next review"),
    "review.events": _("What calls a review before its day"),
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
    "code": _("code"),
    "clause": _("clause"),
    "when": _("rule"),
    "of": _("formula"),
    "any": _("any of"),
    "all": _("all of"),
    "known_at_least": _("known at least"),
    "missing.rule": _("when not measured"),
    "missing.points": _("points when not measured"),
    "missing.grade": _("grade when not measured"),
    "others": _("points of the others"),
    "counts_when": _("counts where"),
    "minimum": _("from"),
    "valid_months": _("valid for months"),
    "evidence": _("evidence"),
    "precedence": _("which grade holds"),
    "unknown": _("what is unknown"),
    "total": _("total"),
    "measured_at_least": _("points measured at least"),
    "share": _("share"),
    "handled_first": _("handled first"),
    "prepared_by": _("prepared by"),
    "notches_up": _("grades up at most"),
    "override_months": _("months of an override at most"),
    "roles": _("who signs"),
    "sign": _("how they sign"),
    "within_days": _("within working days"),
    "repeat": _("may have signed before"),
    "refresh": _("answers told anew"),
    "statement_months": _("statements stale after months"),
    "months": _("months"),
    "downgrade.by": _("grades down"),
    "downgrade.to": _("down to"),
    "downgrade.at_once": _("down at once"),
    "downgrade.mark": _("source of the downgrade"),
}
ANSWERS = {
    "worst": _("the worst"),
    "best": _("the best"),
    "first": _("the first"),
    "does_not_fire": _("does not fire"),
    "incomplete": _("leaves no grade"),
    "lowest": _("the lowest points"),
    "leave_out": _("left out"),
    "cap": _("caps the grade"),
    "points": _("so many points"),
    "required": _("needed"),
    "optional": _("not needed"),
    "any": _("one of them"),
    "all": _("each of them"),
    "quarter": _("each quarter"),
    "half_year": _("each half-year"),
    "year": _("each year"),
    "": "—",
}
MARKS = {"given": _("given"), "assumed": _("assumed"), "lost": _("lost")}
YES_NO = {"true": _("yes"), "false": _("no")}


def groups_of(
    text: str,
    sent: Mapping[str, str] | None = None,
    *,
    wrong: PolicyFieldInvalid | None = None,
    faults: Sequence[policies.Fault] = (),
) -> list[dict[str, Any]]:
    """The values by part of the policy and row, with what was sent, and what is wrong beside each."""
    fields = policies.fields_of(text)
    told = placed(fields, faults)
    if wrong is not None:
        told.setdefault(str(wrong.params["field"]), []).append(str(wrong.params["cause"]))
    choices = _Choices([one.code for one in fields if one.group == "scale" and one.name == "zh"])
    groups: dict[str, dict[str, Any]] = {
        name: {"key": name, "title": title, "rows": {}, "faults": told.get(name, []) if name else []}
        for name, title in GROUPS.items()
    }
    for one in fields:
        words = one.zh if reads_chinese() else one.en
        row = groups[one.group]["rows"].setdefault(
            one.row,
            {"code": one.code, "words": words, "fields": [], "aside": [], "place": one.place,
             "faults": told.get(one.place, []) if one.row else [],
             "is_list": bool(one.row) and one.group != "scale"},
        )  # fmt: skip
        value = one.value if sent is None else sent.get(one.path, one.value)
        row["aside" if one.aside else "fields"].append(
            {"field": one, "sent": f"{SENT}{one.path}", "name": _named(one.name), "value": value,
             "values": value.split(", "), "choices": choices.of(one), "faults": told.get(one.path, [])}
        )  # fmt: skip
    for name in groups.keys() & policies.BEGUN.keys():
        for row in groups[name]["rows"].values():
            row["besides"] = _besides(row, policies.BEGUN[name][0])
    for name in groups.keys() & policies.FIRST.keys():
        groups[name]["may_begin"] = not groups[name]["rows"]
    shown = [one for one in groups.values() if one["rows"] or one.get("may_begin")]
    return [{**one, "rows": list(one["rows"].values())} for one in shown]


def _named(name: str) -> Any:
    return NAMES.get(name) or policies.field_word(name)


def _besides(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a row may have besides: where, in which words, and whether it has it."""
    has = any(told["field"].name.startswith(f"{key}.") for told in row["fields"])
    return {"place": f"{row['place']}.{key}", "word": policies.key_word(key), "has": has}


def placed(fields: Sequence[policies.Field], faults: Sequence[policies.Fault]) -> dict[str, list[str]]:
    """The causes by the place of the form nearest to each: a value, a row, or a part."""
    places = {one.path for one in fields} | {one.place for one in fields} | set(GROUPS)
    found: dict[str, list[str]] = {}
    for fault in faults:
        found.setdefault(nearest(fault.path, places), []).append(fault.cause)
    return found


def nearest(path: str, places: Container[str]) -> str:
    """The place of a form that a path into the document leads to; blank where there is none."""
    while path and path not in places:
        path = path.rpartition(".")[0]
    return path


class _Choices:
    """The answers of the values that are chosen."""

    def __init__(self, grades: list[str]) -> None:
        self._grades = [(grade, grade) for grade in grades]
        self._roles = list(people.role_names().items())

    def of(self, one: policies.Field) -> list[tuple[str, Any]]:
        """The answers of one; nothing where it is typed."""
        match one.kind:
            case "mark":
                return list(MARKS.items())
            case "yes_no":
                return [*([] if one.value else [("", "—")]), *YES_NO.items()]
            case "grade":
                return [("", "—"), *self._grades] if one.may_lack else list(self._grades)
            case "roles":
                known = {code for code, _name in self._roles}
                others = [(code, code) for code in one.value.split(", ") if code and code not in known]
                return [*self._roles, *others]
        key = one.name.rpartition(".")[2]
        return [(answer, ANSWERS.get(answer) or policies.answer_word(key, answer)) for answer in one.among]


def sent_values(sent: QueryDict) -> dict[str, str]:
    """The values a form sent, by path; several of one are a list."""
    named = [name for name in sent if name.startswith(SENT)][:MOST_VALUES]
    return {name.removeprefix(SENT): ", ".join(sent.getlist(name))[:2000] for name in named}


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
