"""Saying what an account may owe: each word is kept with its reason, none is changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import is_currency
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.webhooks import services as webhooks
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import figures, keeping, looking
from xinheng.judgements.limits.errors import LimitInvalid
from xinheng.judgements.limits.models import Account, ForeignSum, Limit, Rate
from xinheng.judgements.limits.values import NewLimit, NewProfile

COVERS = ("insured", "guaranteed")
COMPONENTS = ("receivable", "delivered", "ordered")
PROFILE = ("status", "risk_class", "review_on", "payment", "terms_days", "dunning_level")


@transaction.atomic
def set_limit(*, actor: Actor, on: date, customer_no: str, limit: NewLimit) -> Limit:
    """Set what a customer may owe, from a day on; what it owed before is judged by what held before.

    A limit below the exposure is let stand, with its reason, and takes back no goods that were shipped.
    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, LimitInvalid.
    """
    access.require(actor, "limits.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    _check(limit)
    account = looking.locked(customer, limit.segment, on=on).account
    if limit.amount is not None and limit.amount.currency != account.currency:
        raise _invalid("amount", _("The account is kept in %(currency)s.") % {"currency": account.currency})
    told = Limit.objects.create(
        account=account,
        reach=limit.reach,
        kind=limit.kind,
        component=limit.component,
        state=limit.state,
        amount_minor=limit.amount.minor if limit.amount else 0,
        from_on=limit.from_on or on,
        until_on=limit.until_on,
        reason=limit.reason.strip(),
        told_by=actor.login,
        told_on=on,
    )
    keeping.changed(account.pk)
    audit.record(
        actor=actor,
        act="limits.set",
        subject=f"customer:{customer_no}",
        on=on,
        after={
            "segment": limit.segment, "reach": limit.reach, "kind": limit.kind,
            "component": limit.component, "state": limit.state,
            "amount": limit.amount, "from_on": told.from_on, "until_on": told.until_on,
            "exposure": figures.exposure_of(account).minor,
        },
        reason=told.reason,
    )  # fmt: skip
    _tell_outside(customer_no, limit.segment, told, account.currency)
    return told


@transaction.atomic
def set_profile(*, actor: Actor, on: date, customer_no: str, profile: NewProfile) -> Account:
    """Set an account's status, risk class or day of the next review; what is not named stays.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, LimitInvalid.
    """
    access.require(actor, "limits.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    told = {name: value for name in PROFILE if (value := getattr(profile, name)) is not None}
    if told.get("status", "open") not in ("open", "watch", "hold", "stop"):
        raise _invalid("status", _("There is no such status."))
    if len(told.get("risk_class", "")) > 10:
        raise _invalid("risk_class", _("A risk class has up to 10 signs."))
    if told.get("payment", "") not in ("", "credit", "prepaid", "delivery"):
        raise _invalid("payment", _("There is no such way of paying."))
    if not 0 <= told.get("terms_days", 0) <= 3650:
        raise _invalid("terms_days", _("Days of credit lie between 0 and 3,650."))
    if not 0 <= told.get("dunning_level", 0) <= 99:
        raise _invalid("dunning_level", _("A level of reminders lies between 0 and 99."))
    if not profile.reason.strip():
        raise _invalid("reason", _("Say why."))
    account = looking.locked(customer, profile.segment, on=on).account
    before = {name: getattr(account, name) for name in told}
    for name, value in told.items():
        setattr(account, name, value)
    account.save(update_fields=list(told))
    keeping.changed(account.pk)
    audit.record(
        actor=actor, act="limits.set_profile", subject=f"customer:{customer_no}", on=on,
        before=before, after={"segment": profile.segment, **told}, reason=profile.reason.strip(),
    )  # fmt: skip
    return account


@transaction.atomic
def set_rate(
    *, actor: Actor, on: date, currency: str, rate: Decimal, from_on: date, into: str = "CNY"
) -> Rate:
    """Say what one unit of a currency is worth from a day on; the same day again replaces nothing.

    Refuses: AccessDenied, LimitInvalid.
    """
    access.require(actor, "limits.write", f"rate:{currency}")
    if not is_currency(currency) or currency == into:
        raise _invalid("currency", _("There is no such currency."))
    if not 0 < rate < Decimal(10**9):
        raise _invalid("rate", _("A rate is above zero."))
    if Rate.objects.filter(currency=currency, into=into, from_on=from_on).exists():
        raise _invalid("from_on", _("A rate of that day is told already."))
    told = Rate.objects.create(
        currency=currency, into=into, from_on=from_on, rate=rate, told_on=on, told_by=actor.login
    )
    touched = ForeignSum.objects.filter(currency__in=(currency, into)).values("account")
    Account.objects.filter(pk__in=touched).update(is_rolled=False, version=F("version") + 1)
    after = {"currency": currency, "into": into, "rate": rate, "from_on": from_on}
    audit.record(actor=actor, act="limits.set_rate", subject=f"rate:{currency}", on=on, after=after)
    return told


def _tell_outside(customer_no: str, segment: str, told: Limit, currency: str) -> None:
    """Tell other systems of a limit, in the transaction that sets it."""
    is_amount = told.state == "limited"
    webhooks.tell(
        "limit.set",
        subject=f"customer:{customer_no}",
        payload={
            "customer_no": customer_no,
            "segment": segment,
            **{name: getattr(told, name) for name in ("reach", "kind", "component", "state")},
            "amount": str(Money(told.amount_minor, currency).decimal) if is_amount else None,
            "currency": currency,
            "from_on": told.from_on,
            "until_on": told.until_on,
        },
        on=told.told_on,
    )


def _check(limit: NewLimit) -> None:
    if not limit.reason.strip() or len(limit.reason.strip()) > 300:
        raise _invalid("reason", _("Say why, in up to 300 signs."))
    if (limit.state == "limited") != (limit.amount is not None):
        raise _invalid("amount", _("A limit is an amount, or says that there is none."))
    if limit.amount is not None and not 0 <= limit.amount.minor <= 10**17:
        raise _invalid("amount", _("A limit is zero or more."))
    if limit.kind in COVERS and limit.state not in ("limited", "withdrawn"):
        raise _invalid("state", _("What is insured or guaranteed is an amount."))
    if limit.component and (
        limit.component not in COMPONENTS or (limit.kind, limit.reach) != ("fixed", "own")
    ):
        raise _invalid("component", _("A sub-limit is a fixed limit of the customer itself."))
    if limit.kind == "temporary" and limit.until_on is None and limit.state != "withdrawn":
        raise _invalid("until_on", _("A temporary limit has a last day."))
    if limit.until_on and limit.from_on and limit.until_on < limit.from_on:
        raise _invalid("until_on", _("The last day lies before the first."))


def _invalid(field: str, cause: str) -> LimitInvalid:
    return LimitInvalid(field=field, cause=cause)
