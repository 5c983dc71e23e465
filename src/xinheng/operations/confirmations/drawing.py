"""Drawing up a confirmation and sealing what was printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.operations.confirmations import accounts, selecting
from xinheng.operations.confirmations.errors import (
    ConfirmationInvalid,
    ConfirmationStands,
    NothingToConfirm,
    TotalDiffersFromLedger,
)
from xinheng.operations.confirmations.models import Balance, Confirmation
from xinheng.operations.confirmations.values import FORMS, Account, NewConfirmation
from xinheng.operations.confirmations.wording import STATES

LONGEST_ANSWER = timedelta(days=366)
LANGUAGES = ("zh-hans", "en")


@transaction.atomic
def draw_up(*, actor: Actor, on: date, customer_no: str, new: NewConfirmation) -> Confirmation:
    """Draw up a letter or a statement of a customer's account on a day; it is sealed when it is printed.

    Refuses: AccessDenied, CustomerUnknown, ConfirmationInvalid, NothingToConfirm; TotalDiffersFromLedger
    where its documents do not come to what the ledger says.
    """
    access.require(actor, "confirmations.write", f"customer:{customer_no}")
    check(new, on=on)
    customer = customers.get(actor, customer_no, on=on)
    if new.form == "statement":
        assert new.from_on is not None
        found, differing = accounts.statements([customer.pk], from_on=new.from_on, as_of=new.as_of)
    else:
        found, differing = accounts.letters([customer.pk], as_of=new.as_of)
    for _customer, currency, shown, facts in differing.iter_rows():
        raise TotalDiffersFromLedger(
            customer_no=customer_no, currency=currency, shown=Money(shown, currency),
            facts=Money(facts, currency),
        )  # fmt: skip
    told = [one for one in found.get(customer.pk, []) if one.lines or one.balance.minor or one.opening.minor]
    if not told:
        raise NothingToConfirm(customer_no=customer_no, as_of=new.as_of)
    kept = Confirmation.objects.create(
        customer=customer, form=new.form, company=new.company.strip(), language=new.language,
        from_on=new.from_on if new.form == "statement" else None, as_of=new.as_of, reply_by=new.reply_by,
        made_by=actor.login, made_on=on,
    )  # fmt: skip
    Balance.objects.bulk_create(balances(kept, told))
    after = {
        "confirmation": kept.pk, "form": kept.form, "as_of": kept.as_of, "from_on": kept.from_on,
        "balances": [f"{one.balance} {one.currency}" for one in told],
    }  # fmt: skip
    record(actor=actor, act="confirmations.draw_up", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


def check(new: NewConfirmation, *, on: date) -> None:
    """Refuse what cannot be drawn up. Refuses: ConfirmationInvalid."""
    company = new.company.strip()
    if new.form not in FORMS or new.language not in LANGUAGES:
        raise ConfirmationInvalid(cause=_("Choose one of the forms and languages."), field="form")
    if not company or len(company) > 200:
        raise ConfirmationInvalid(cause=_("Name the company that writes."), field="company")
    if new.as_of > on:
        raise ConfirmationInvalid(cause=_("A day to come cannot be confirmed."), field="as_of")
    if not on <= new.reply_by <= on + LONGEST_ANSWER:
        cause = _("The answer is due from today on and within a year.")
        raise ConfirmationInvalid(cause=cause, field="reply_by")
    if new.form == "statement" and (new.from_on is None or new.from_on > new.as_of):
        cause = _("A statement begins on a day before it ends.")
        raise ConfirmationInvalid(cause=cause, field="from_on")


def balances(confirmation: Confirmation, told: Sequence[Account]) -> list[Balance]:
    """The rows that keep the accounts of a confirmation as they are told."""
    return [
        Balance(
            confirmation=confirmation, currency=one.currency, opening_minor=one.opening.minor,
            balance_minor=one.balance.minor, lines=accounts.kept(one),
        )
        for one in told
    ]  # fmt: skip


@transaction.atomic
def seal(*, actor: Actor, on: date, confirmation_id: int, paper: Upload) -> Confirmation:
    """Keep the printed PDF of a confirmation in the archive, by its hash; it is sealed once.

    Refuses: AccessDenied, ConfirmationUnknown, ConfirmationStands where it is sealed already, and as the
    archive does.
    """
    access.require(actor, "confirmations.write", f"confirmation:{confirmation_id}")
    found = selecting.get(actor, confirmation_id, on=on, lock=True)
    if found.sha256:
        raise ConfirmationStands(confirmation=confirmation_id, state=STATES[found.state])
    kept = archive.attach(actor=actor, on=on, subject=f"confirmation:{confirmation_id}", upload=paper)
    found.sha256, found.attachment_no = kept.sha256, kept.id
    found.save(update_fields=["sha256", "attachment_no"])
    after = {"confirmation": found.pk, "sha256": kept.sha256}
    subject = f"customer:{found.customer.no}"
    record(actor=actor, act="confirmations.seal", subject=subject, on=on, after=after)
    return found
