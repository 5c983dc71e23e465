"""The forms of taking a file in: which file and from whom, and how it is to be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.facts.intake import queries as batches
from xinheng.facts.intake.values import Look

SELECT = {"class": "form-select"}
INPUT = {"class": "form-control"}
TICK = forms.CheckboxInput(attrs={"class": "form-check-input d-block"})
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16")
DELIMITERS = ((",", ","), (";", ";"), ("\t", _("tab")), ("|", "|"))
UNITS = ("元", "千元", "万元", "百万元", "亿元")


class HandInForm(forms.Form):
    """A file, what it tells of, and who sends it."""

    kind = forms.ChoiceField(label=_("What it tells of"), widget=forms.Select(attrs=SELECT))
    source = forms.ChoiceField(
        label=_("Sent by"),
        required=False,
        help_text=_("A source whose columns are known already."),
        widget=forms.Select(attrs=SELECT),
    )
    new_source = forms.CharField(
        label=_("Or a new sender"),
        required=False,
        max_length=120,
        help_text=_("How the columns of its files are assigned and read is remembered under this name."),
        widget=forms.TextInput(attrs={**INPUT, "autocomplete": "off"}),
    )
    file = forms.FileField(label=_("File"), allow_empty_file=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {card.code: card.label for card in batches.kinds()}
        sources = [(card.code, f"{card.label} · {kinds[card.kind]}") for card in batches.sources()]
        self.fields["kind"].choices = list(kinds.items())  # type: ignore[attr-defined]
        self.fields["source"].choices = [("", _("Nobody in particular")), *sources]  # type: ignore[attr-defined]


class ReadingForm(forms.Form):
    """How a file is to be read, where it does not say so itself; the fields that its format and kind have."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False, widget=forms.Select(attrs=SELECT))
    encoding = forms.ChoiceField(label=_("Encoding"), required=False, widget=forms.Select(attrs=SELECT))
    delimiter = forms.ChoiceField(label=_("Separator"), required=False, widget=forms.Select(attrs=SELECT))
    date_order = forms.ChoiceField(
        label=_("Days such as 03/04/2026"),
        required=False,
        choices=[("", _("refuse them")), ("dmy", _("day first")), ("mdy", _("month first"))],
        widget=forms.Select(attrs=SELECT),
    )
    unit = forms.ChoiceField(
        label=_("Unit of amounts"),
        required=False,
        choices=[("", _("as the file says, else yuan")), *((unit, unit) for unit in UNITS)],
        widget=forms.Select(attrs=SELECT),
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency where no column tells it"),
        initial="CNY",
        widget=forms.TextInput(attrs={**INPUT, "maxlength": 3}),
    )
    side = forms.ChoiceField(
        label=_("Side of the invoices"),
        required=False,
        choices=[("", _("a column tells it")), ("sale", _("sales")), ("purchase", _("purchases"))],
        widget=forms.Select(attrs=SELECT),
    )
    terms_days = forms.IntegerField(
        label=_("Days until due where no column tells it"),
        required=False,
        min_value=0,
        max_value=3650,
        widget=forms.NumberInput(attrs=INPUT),
    )
    from_1904 = forms.BooleanField(label=_("Serials of days count from 1904"), required=False, widget=TICK)
    decimal_comma = forms.BooleanField(
        label=_("The decimal mark is a comma (1.234,56)"), required=False, widget=TICK
    )
    customers_from_file = forms.BooleanField(
        label=_("Make the customers that are not there yet"), required=False, widget=TICK
    )

    def __init__(self, *args: Any, look: Look, kind: str, form: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"currency": "CNY", **look.settings})
        super().__init__(*args, **kwargs)
        notes = look.notes
        sheets = [
            each for name in ("sheet", "other_sheets") for each in notes.get(name, "").split("、") if each
        ]
        self._offer("sheet", [(each, each) for each in sheets], _("all that have the same columns"))
        self._offer("encoding", [(each, each) for each in ENCODINGS], notes.get("encoding", ""))
        self._offer("delimiter", list(DELIMITERS), notes.get("delimiter", ""))
        unused = {
            *(("sheet",) if form in {"csv", "parquet"} or len(sheets) < 2 else ()),
            *(("encoding", "delimiter") if form != "csv" else ()),
            *(("side",) if kind != "trade_invoices" else ()),
            *(("terms_days",) if kind != "bills" else ()),
            *(("customers_from_file",) if kind not in {"bills", "receipts", "trade_invoices"} else ()),
            *(("unit", "currency", "decimal_comma") if kind == "assessments" else ()),
        }
        for name in unused:
            del self.fields[name]

    def _offer(self, name: str, choices: list[tuple[str, Any]], found: Any) -> None:
        self.fields[name].choices = [("", found or _("found out")), *choices]  # type: ignore[attr-defined]

    def settings(self) -> dict[str, Any]:
        """What was told, as settings of the intake."""
        told = dict(self.cleaned_data)
        if "currency" in told:
            told["currency"] = told["currency"].upper()
        return told
