"""The forms of a collection case, and the acts they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.archive.values import Upload
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.operations.collection.values import (
    NewContact,
    NewDeadline,
    NewInterruption,
    NewObstacle,
    NewPlan,
    NewStep,
    NextStep,
    text_of,
)
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.ledger_forms import money_of
from xinheng.web.pages.trying import dressed

Words = str | Promise


def amount_field(label: Any, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """An amount as text, to be read exactly in the case's currency."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=40, required=required, help_text=hint, widget=widget)


def text_field(label: Any, most: int = 300, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """A line of text."""
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


class CaseForm(forms.Form):
    """The fields of one act on a case. amounts: fields that are read as money of its currency."""

    amounts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, currency: str, on: date, sent: Any = None, files: Any = None, **given: Any) -> None:
        self.currency, self.on = currency, on
        super().__init__(sent, files, **given)
        self.prepare()
        dressed(self)

    def prepare(self) -> None:
        """Offer choices."""

    def clean(self) -> dict[str, Any]:
        """The amounts as money."""
        for name in self.amounts:
            if text := self.cleaned_data.get(name):
                try:
                    self.cleaned_data[name] = money_of(text, self.currency)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return self.cleaned_data

    def offer(self, name: str, choices: Any) -> None:
        """Offer choices in a field."""
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def upload(self, name: str) -> Upload | None:
        """A chosen file; None where none was."""
        found: Any = self.cleaned_data.get(name)
        return Upload(found.name or "", found.read()) if found else None


class ContactForm(CaseForm):
    """A contact, and what comes next."""

    on_day = day_field(_("Day"), required=True)
    way = forms.ChoiceField(label=_("Way"), choices=list(collection.WAYS.items()))
    result = forms.ChoiceField(label=_("Result"))
    person = text_field(_("Spoke to"), 60, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_step = text_field(_("Next step"), required=False)
    next_step_on = day_field(_("By"))

    def prepare(self) -> None:
        """The results of the policy."""
        policy = collection.in_force(self.on)
        self.offer("result", [(one.code, text_of(one)) for one in policy.results])

    def contact(self) -> NewContact:
        """As the room takes it."""
        told = self.cleaned_data
        then = NextStep(told["next_step"], told["next_step_on"] or self.on) if told["next_step"] else None
        return NewContact(told["on_day"], told["way"], told["result"], told["person"], told["note"], then)


class NextForm(CaseForm):
    """What is done next."""

    next_step = text_field(_("Next step"))
    next_step_on = day_field(_("By"), required=True)


class PromiseForm(CaseForm):
    """A promise to pay."""

    amounts = ("amount",)
    amount = amount_field(_("Amount"))
    due_on = day_field(_("Promised day of payment"), required=True)
    promised_by = text_field(_("Promised by whom"), 60)


class WhyForm(CaseForm):
    """Why something is taken back."""

    why = text_field(_("Reason"))


class PlanForm(CaseForm):
    """A payment plan: a line a part, or equal parts month by month."""

    amounts = ("total",)
    total = amount_field(_("Total"))
    parts = forms.CharField(
        label=_("Parts"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "2026-01-31 10000.00"}),
        help_text=_("A line a part: day and amount. Left empty: equal parts, month by month."),
    )
    count = forms.IntegerField(label=_("Number of equal parts"), min_value=1, max_value=120, required=False)
    first_on = day_field(_("First part on"))
    agreed_with = text_field(_("Agreed with"), 60)
    note = text_field(_("Note"), required=False)
    paper = forms.FileField(label=_("Signed paper"), required=False)

    def clean(self) -> dict[str, Any]:
        """The parts as days and amounts."""
        told = super().clean()
        if isinstance(told.get("total"), Money):
            try:
                told["told_parts"] = self._parts(told)
            except forms.ValidationError as error:
                self.add_error("parts", error)
        return told

    def _parts(self, told: dict[str, Any]) -> tuple[tuple[date, Money], ...]:
        if lines := [line.split() for line in told.get("parts", "").splitlines() if line.strip()]:
            return tuple(self._part(line) for line in lines)
        if not (told.get("count") and told.get("first_on")):
            raise forms.ValidationError(gettext("Give the parts, or their number and the first day."))
        days = [add_months(told["first_on"], month) for month in range(told["count"])]
        return tuple(collection.equal_parts(told["total"], told["count"], days))

    def _part(self, line: list[str]) -> tuple[date, Money]:
        try:
            day, amount = line
            return date.fromisoformat(day), money_of(amount, self.currency)
        except ValueError:
            words = gettext("%(line)s is not a day and an amount, as 2026-01-31 10000.00.")
            raise forms.ValidationError(words % {"line": " ".join(line)[:60]}) from None

    def plan(self) -> NewPlan:
        """As the room takes it."""
        told = self.cleaned_data
        return NewPlan(
            told["total"], told["told_parts"], told["agreed_with"], told["note"], self.upload("paper")
        )


class StepForm(CaseForm):
    """A step of the law."""

    amounts = ("amount", "cost")
    code = forms.ChoiceField(label=_("Step of the law"))
    on_day = day_field(_("Day"), required=True)
    court = text_field(_("Court"), 100, required=False)
    case_no = text_field(_("Court case no."), 60, required=False)
    amount = amount_field(_("Claimed or awarded"), required=False)
    cost = amount_field(_("Costs"), required=False, hint=_("They become a claim of their own."))
    perform_by = day_field(_("To be fulfilled by"), hint=_("Of a judgment: its time for enforcement begins."))
    note = text_field(_("Note"), 500, required=False)
    paper = forms.FileField(
        label=_("Paper"), required=False, help_text=_("Without it the step interrupts no time of limitation.")
    )

    def prepare(self) -> None:
        """The steps of the policy."""
        self.offer("code", [(one.code, text_of(one)) for one in collection.in_force(self.on).steps])

    def step(self) -> NewStep:
        """As the room takes it."""
        told = self.cleaned_data
        same = {name: told[name] for name in ("code", "court", "case_no", "perform_by", "note")}
        return NewStep(on=told["on_day"], amount=told["amount"] or None, cost=told["cost"] or None, **same)


class DeadlineForm(CaseForm):
    """Another time of the law."""

    code = forms.ChoiceField(label=_("Time of the law"))
    from_on = day_field(_("Begins on"), required=True)
    last_day = day_field(_("Last day"), hint=_("Left empty: as the policy counts it."))
    what = text_field(_("About"), 200, required=False)

    def prepare(self) -> None:
        """The times of the policy, with what they begin with."""
        others = collection.in_force(self.on).limitation.others
        self.offer("code", [(one.code, f"{text_of(one)} ({text_of(one.starts)})") for one in others])


class MeetForm(CaseForm):
    """That what a time was for was done."""

    deadline_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    how = text_field(_("What was done"))


class InterruptForm(CaseForm):
    """What makes the time of limitation run anew, with its proof."""

    code = forms.ChoiceField(label=_("What happened"))
    day = day_field(_("Day"), required=True)
    bills = text_field(
        _("Bills"), 2000, required=False, hint=_("Numbers, apart by blanks; empty: all that were due.")
    )
    note = text_field(_("Note"), required=False)
    evidence = forms.FileField(label=_("Evidence"), help_text=_("Without a file nothing is interrupted."))

    def prepare(self) -> None:
        """The kinds of the policy."""
        kinds = collection.in_force(self.on).limitation.interruptions
        self.offer("code", [(one.code, text_of(one)) for one in kinds])

    def interruption(self) -> NewInterruption:
        """As the room takes it."""
        told = self.cleaned_data
        bills = tuple(told["bills"].split())
        return NewInterruption(told["code"], told["day"], self.upload("evidence"), bills, told["note"])


class ObstacleForm(CaseForm):
    """What kept us from claiming."""

    reason = text_field(_("Obstacle"))
    from_on = day_field(_("From"), required=True)
    until_on = day_field(_("Until"), hint=_("Left empty: it lasts."))
    bills = text_field(
        _("Bills"), 2000, required=False, hint=_("Numbers, apart by blanks; empty: all that are due.")
    )
    evidence = forms.FileField(label=_("Evidence"))

    def obstacle(self) -> NewObstacle:
        """As the room takes it."""
        told = self.cleaned_data
        bills = tuple(told["bills"].split())
        return NewObstacle(told["reason"], told["from_on"], told["until_on"], self.upload("evidence"), bills)


@dataclass(frozen=True)
class CaseAct:
    """One act on a case: where it stands on the page, and the service it leads to."""

    label: Words
    done: Words
    form: type[CaseForm]
    do: Callable[[dict[str, Any], Any, Any], object]
    confirm: Words = ""


def _contact(who: dict[str, Any], case: Any, form: Any) -> object:
    return acts.log_contact(**who, customer_no=case.customer.no, contact=form.contact())


def _next(who: dict[str, Any], case: Any, form: Any) -> object:
    told = form.cleaned_data
    return acts.plan_step(**who, case_id=case.pk, step=NextStep(told["next_step"], told["next_step_on"]))


def _step(who: dict[str, Any], case: Any, form: Any) -> object:
    paper = form.upload("paper")
    return acts.take_step(**who, case_id=case.pk, step=form.step(), papers=[paper] if paper else [])


def _withdraw(who: dict[str, Any], case: Any, form: Any) -> object:
    account = collection.account_of(who["actor"], case.pk, on=who["on"])
    why = form.cleaned_data["why"]
    for promise in account.promises:
        if promise.state == "open":
            return acts.withdraw_promise(**who, promise_id=promise.pk, why=why)
    for plan, _parts in account.plans:
        if plan.state == "running":
            return acts.withdraw_plan(**who, plan_id=plan.pk, why=why)
    raise FieldsRefused(fields="withdraw")


ACTS: dict[str, CaseAct] = {
    "contact": CaseAct(_("Log a contact"), _("The contact is kept."), ContactForm, _contact),
    "next": CaseAct(_("Set the next step"), _("The next step is kept."), NextForm, _next),
    "promise": CaseAct(
        _("Note a promise to pay"), _("The promise is kept; reminders rest until it is judged."), PromiseForm,
        lambda who, case, form: acts.promise(**who, case_id=case.pk, **form.cleaned_data),
    ),
    "plan": CaseAct(
        _("Agree a payment plan"), _("The plan is kept; reminders rest while it is kept."), PlanForm,
        lambda who, case, form: acts.agree_plan(**who, case_id=case.pk, plan=form.plan()),
    ),
    "withdraw": CaseAct(
        _("Take back the promise or plan"), _("It is taken back; reminders go on."), WhyForm, _withdraw,
        _("Take back the open promise or plan?"),
    ),
    "step": CaseAct(
        _("Take a step of the law"), _("The step is kept."), StepForm, _step,
        _("Costs are posted as a claim and the step cannot be undone. Keep it?"),
    ),
    "interrupt": CaseAct(
        _("Interrupt the time of limitation"), _("The time runs anew."), InterruptForm,
        lambda who, case, form: acts.interrupt(
            **who, customer_no=case.customer.no, interruption=form.interruption()
        ),
    ),
    "obstacle": CaseAct(
        _("Note an obstacle"), _("The obstacle is kept."), ObstacleForm,
        lambda who, case, form: acts.note_obstacle(
            **who, customer_no=case.customer.no, obstacle=form.obstacle()
        ),
    ),
    "deadline": CaseAct(
        _("Watch another time of the law"), _("It is watched."), DeadlineForm,
        lambda who, case, form: acts.add_deadline(
            **who, case_id=case.pk, deadline=NewDeadline(**form.cleaned_data)
        ),
    ),
    "meet": CaseAct(
        _("Note that a deadline was met"), _("It is kept."), MeetForm,
        lambda who, _case, form: acts.meet_deadline(**who, **form.cleaned_data),
    ),
}  # fmt: skip


def form_of(code: str, case: Any, on: date, *sent: Any) -> CaseForm:
    """The form of an act, its fields named apart from those of the others on the page."""
    first = {"on_day": on, "day": on, "from_on": on, "next_step_on": case.next_step_on or on}
    return ACTS[code].form(case.currency, on, *sent, auto_id=f"{code}-%s", initial=first)
