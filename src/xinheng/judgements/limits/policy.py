"""Reading a check policy: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.limits.values import Checks, Rule
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem

KIND = "checks"
CODE = "checks"  # the policy every account is checked by
NEEDS_BOUND = (
    "document", "first", "oldest", "overdue_share", "overdue_amount", "dunning", "late_days",
)  # fmt: skip
_seen: list[tuple[Checks | None, str]] = [(None, "")]


@lru_cache(maxsize=64)
def load(text: str, file: str = "checks.yaml") -> Checks:
    """A checked policy from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Checks, problems=problems)


def check(text: str) -> None:
    """Whether a text is a check policy. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> tuple[Checks, str] | None:
    """The policy of a day and its hash; None where none was adopted: then nothing can be checked."""
    try:
        kept = packs.in_force(KIND, CODE, on=on)
    except PolicyNotInForce:
        return None
    return load(kept.text), kept.sha256


def seen_last() -> tuple[Checks | None, str]:
    """The policy this process saw last, and its hash; whether it still holds is asked with the account."""
    return _seen[-1]


def now_seen(sha256: str) -> Checks | None:
    """The policy of a hash, taken for the one in force until another is seen; "" for none."""
    checks = load(packs.document(sha256).text) if sha256 else None
    _seen[:] = [(checks, sha256)]
    return checks


def problems(policy: Checks) -> Iterator[Problem]:
    """Everything wrong with a check policy, as a path into the document and the cause."""
    counted = Counter(rule.code for rule in policy.rules)
    for place, rule in enumerate(policy.rules):
        if counted[rule.code] > 1:
            yield ("rules", place, "code"), _("The code %(code)s is used twice.") % {"code": rule.code}
        yield from _bounds(("rules", place), rule)
    for place, exclusion in enumerate(policy.exclusions):
        for code in exclusion.rules:
            if code not in counted:
                yield ("exclusions", place, "rules"), _("There is no rule %(code)s.") % {"code": code}


def _bounds(here: tuple[str | int, ...], rule: Rule) -> Iterator[Problem]:
    if rule.check in NEEDS_BOUND and rule.at_most is None:
        yield here, _("The rule %(code)s needs a bound: at_most.") % {"code": rule.code}
    if rule.check == "status" and not rule.statuses:
        yield here, _("The rule %(code)s names no status.") % {"code": rule.code}
    if (rule.check == "payment") != bool(rule.payments):
        yield here, _("Ways of payment are named by a rule on payment, and only there.")
    if rule.check == "critical" and not rule.fields:
        yield here, _("The rule %(code)s names no field.") % {"code": rule.code}
    if rule.check != "limit" and (rule.horizon_days is not None or rule.over_percent or rule.over_amount):
        yield here, _("Only a rule on the limit has a horizon or lets an excess pass.")
    if rule.check not in ("overdue_share", "overdue_amount") and rule.days:
        yield here, _("Only rules on what is overdue have days.")
