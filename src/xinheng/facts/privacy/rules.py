"""What may be kept, used and answered by when: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from xinheng.base.kernel.periods import add_months
from xinheng.base.kernel.working_days import DueDay, add_working_days
from xinheng.facts.privacy import errors
from xinheng.facts.privacy.documents import PrivacyRules
from xinheng.facts.privacy.values import NewAgreement


def check_items(rules: PrivacyRules, items: Iterable[str]) -> None:
    """Refuse what stands on no necessity list, and what must never be kept: ItemNotNecessary."""
    for code in items:
        if code in rules.never or rules.item(code) is None:
            raise errors.ItemNotNecessary(item=code[:60], scheme=rules.name.words, field="items")


def check_agreement(rules: PrivacyRules, told: NewAgreement, items: Mapping[str, str]) -> None:
    """Refuse an agreement that does not carry what is to be kept.

    Refuses: WayNotListed, PrivacyInvalid (purpose, basis, notice), ConsentNotSeparate.
    """
    if rules.way(told.way) is None:
        raise errors.WayNotListed(way=told.way[:60], scheme=rules.name.words, field="way")
    if rules.notice(told.notice) is None:
        raise errors.PrivacyInvalid(cause=f"{told.notice[:60]}?", field="notice")
    for code in told.purposes:
        purpose = rules.purpose(code)
        if purpose is None or told.basis not in purpose.bases:
            raise errors.PrivacyInvalid(cause=f"{code[:30]} / {told.basis}?", field="purposes")
        if purpose.separate and code not in told.separate:
            raise errors.ConsentNotSeparate(what=purpose.words, field="separate")
    for code in items:
        item = rules.item(code)
        if item is not None and item.sensitive and code not in told.separate:
            raise errors.ConsentNotSeparate(what=item.words, field="separate")


def needs_guardian(rules: PrivacyRules, born_on: date | None, on: date) -> bool:
    """Whether the person is younger than the document lets decide alone; on the birthday it is old enough."""
    return born_on is not None and add_months(born_on, 12 * rules.adult_from) > on


def holds_on(agreement: Any, on: date) -> bool:
    """Whether a line of the ledger holds on a day; on the day of its withdrawal it does not."""
    return (
        agreement.given_on <= on
        and (agreement.until_on is None or agreement.until_on >= on)
        and (agreement.withdrawn_on is None or agreement.withdrawn_on > on)
    )


def goes_on(rules: PrivacyRules, agreement: Any, open_since: Iterable[date], on: date) -> bool:
    """Whether use goes on after a withdrawal: for what began before it and still runs, where it survives."""
    purpose = rules.purpose(agreement.purpose)
    withdrawn = agreement.withdrawn_on
    if purpose is None or not purpose.survives or withdrawn is None or withdrawn > on:
        return False
    return any(began <= withdrawn for began in open_since)


def answer_due(rules: PrivacyRules, asked_on: date) -> DueDay:
    """By when a request of a person is answered."""
    return add_working_days(asked_on, rules.requests.working_days)


def term_ends(rules: PrivacyRules, last_visit_on: date) -> date:
    """The day from which a person's data is no longer kept."""
    return add_months(last_visit_on, rules.retention.months)


def negative_ends(rules: PrivacyRules, ended_on: date) -> date:
    """The day from which bad conduct that ended is deleted; what has not ended has none."""
    return add_months(ended_on, 12 * rules.retention.negative_years)


def agreement_lacks(partner: Any, purpose: str, items: Iterable[str], on: date) -> str:
    """What an agreement with a partner does not cover: "term", the purpose or item; "" : nothing."""
    if not partner.from_on <= on <= partner.until_on or (partner.ended_on and partner.ended_on <= on):
        return "term"
    if purpose not in partner.purposes:
        return purpose
    return next((item for item in items if item not in partner.items), "")


def masked_name(name: str) -> str:
    """The first sign of a name and stars for the rest: 张*."""
    return name[:1] + "*" * max(len(name) - 1, 1)
