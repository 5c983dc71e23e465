"""Acts on the terms of one customer: granting, exceptions, inquiries, visits, findings on orders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms import services
from xinheng.judgements.terms.values import NewRequest, NewTerms
from xinheng.web.pages import terms_words
from xinheng.web.pages.acting import Act, ActForm, Words, day_field
from xinheng.web.pages.seen import Seen


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class GrantForm(ActForm):
    """Terms said by hand."""

    payment = forms.ChoiceField(label=_("Payment"), choices=list(terms.PAYMENTS.items()))
    days = forms.IntegerField(
        label=_("Days of credit"), required=False, min_value=1, max_value=3650,
        help_text=_("Only on account."),
    )  # fmt: skip
    until_on = day_field(_("Last day"), hint=_("Left empty: until told otherwise."))
    reason = _reason()

    def subject(self) -> list[tuple[Words, Words]]:
        """What holds and what the grade entitles to."""
        return _known(self.seen)


class ByGradeForm(ActForm):
    """Terms by the approved grade."""

    days = forms.IntegerField(
        label=_("Days of credit"), required=False, min_value=1, max_value=3650,
        help_text=_("Only where the grade sets none."),
    )  # fmt: skip
    reason = _reason()

    def subject(self) -> list[tuple[Words, Words]]:
        """What holds and what the grade entitles to."""
        return _known(self.seen)


class AskForm(ActForm):
    """An exception asked for."""

    what = forms.ChoiceField(label=_("What is asked for"), choices=list(terms.ASKED.items()))
    subject_no = forms.CharField(
        label=_("For which order, offer, measure or reward"), max_length=60, required=False
    )
    figure = forms.CharField(
        label=_("Figure"), max_length=60, required=False, help_text=_("The price, or the days of credit.")
    )
    until_on = day_field(_("Last day"), hint=_("Left empty: until told otherwise."))
    reason = _reason()


class VisitForm(ActForm):
    """A call or a visit."""

    how = forms.ChoiceField(label=_("How"), choices=[("phone", _("by phone")), ("visit", _("by a visit"))])
    visited_on = day_field(_("Day"), required=True)
    note = forms.CharField(
        label=_("What came of it"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def at_first(self) -> dict[str, Any]:
        """Today."""
        return {"visited_on": self.seen.on}


class InquiryForm(ActForm):
    """What a customer asked, and when."""

    text = forms.CharField(
        label=_("What was asked"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    asked_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def at_first(self) -> dict[str, Any]:
        """Now."""
        return {"asked_at": timezone.localtime().replace(second=0, microsecond=0)}


class ReviewForm(ActForm):
    """The finding on an order."""

    places = {"order_examined": "order_no", "order_unknown": "order_no"}
    order_no = forms.CharField(label=_("Order"), max_length=60)
    finding = forms.CharField(
        label=_("What was found"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


def _known(seen: Seen) -> list[tuple[Words, Words]]:
    held, to = terms.granted(seen.customer, on=seen.on), terms.entitlement(seen.customer, on=seen.on)
    told: list[tuple[Words, Words]] = []
    if held:
        told.append((_("What holds"), terms_words.pays(held.payment, held.days)))
    if to:
        pays = terms_words.pays(to.level.payment, to.level.days)
        told.append((_("By the grade"), f"{to.grade.grade if to.grade else '—'}: {pays}"))
    return told


def _who(seen: Seen) -> dict[str, Any]:
    return {"actor": seen.actor, "on": seen.on, "customer_no": seen.customer.no}


def _grant(seen: Seen, told: dict[str, Any]) -> object:
    return services.grant_terms(**_who(seen), terms=NewTerms(**told))


def _by_grade(seen: Seen, told: dict[str, Any]) -> object:
    return services.grant_by_grade(**_who(seen), **told)


def _ask(seen: Seen, told: dict[str, Any]) -> object:
    return services.ask_exception(**_who(seen), asked=NewRequest(**told))


def _visit(seen: Seen, told: dict[str, Any]) -> object:
    return services.keep_visit(**_who(seen), **told)


def _inquiry(seen: Seen, told: dict[str, Any]) -> object:
    return services.keep_inquiry(**_who(seen), **told)


def _review(seen: Seen, told: dict[str, Any]) -> object:
    return services.note_review(**_who(seen), **told)


ACTS = [
    Act(
        "terms-by-grade", "limits.write", "terms", _("Grant by the grade"), _("Grant"),
        _("The terms are granted."), ByGradeForm, _by_grade, place="terms",
        hint=_("The terms then follow the grade, until a word by hand or an application."),
    ),
    Act(
        "terms", "limits.write", "terms", _("Grant by hand"), _("Grant"), _("The terms are granted."),
        GrantForm, _grant, place="terms",
        hint=_("Orders are checked by them from now on; what was said before stays on record."),
    ),
    Act(
        "terms-exception", "terms.write", "terms", _("Ask for an exception"), _("Ask for it"),
        _("The exception waits for approval."), AskForm, _ask, place="terms_asked",
        hint=_("Nothing of it holds until it is approved."),
    ),
    Act(
        "terms-visit", "terms.write", "terms", _("Note a call or visit"), _("Note it"), _("It is noted."),
        VisitForm, _visit, place="terms_follow",
    ),
    Act(
        "terms-inquiry", "terms.write", "terms", _("Note an inquiry"), _("Note it"), _("It is noted."),
        InquiryForm, _inquiry, place="terms_follow",
    ),
    Act(
        "terms-review", "limits.write", "terms", _("Note the examination of an order"), _("Note it"),
        _("It is noted."), ReviewForm, _review, place="terms_follow",
    ),
]  # fmt: skip
