"""Questions to privacy."""

from __future__ import annotations

from xinheng.facts.privacy.agreeing import usable
from xinheng.facts.privacy.caring import is_trained, next_checks
from xinheng.facts.privacy.copying import access_log, may_use
from xinheng.facts.privacy.dealing import outdated
from xinheng.facts.privacy.extracting import dealings_of, persons_of
from xinheng.facts.privacy.holding import HOLDS, holds_of
from xinheng.facts.privacy.keeping import candidates, next_cleanups
from xinheng.facts.privacy.policy import KIND, adopted, in_force, notice_of, of_the_site, schemes
from xinheng.facts.privacy.receiving import erased
from xinheng.facts.privacy.reckoning import counts, dues
from xinheng.facts.privacy.rules import holds_on
from xinheng.facts.privacy.selecting import (
    agreements,
    alerts,
    by_subject,
    checks,
    erasures,
    extracts,
    get_person,
    measures,
    one_of,
    partners,
    persons,
    requests,
    sharings,
    subject_of,
    trainings,
)
from xinheng.facts.privacy.watching import own_file

__all__ = [
    "HOLDS",
    "KIND",
    "access_log",
    "adopted",
    "agreements",
    "alerts",
    "by_subject",
    "candidates",
    "checks",
    "counts",
    "dealings_of",
    "dues",
    "erased",
    "erasures",
    "extracts",
    "get_person",
    "holds_of",
    "holds_on",
    "in_force",
    "is_trained",
    "may_use",
    "measures",
    "next_checks",
    "next_cleanups",
    "notice_of",
    "of_the_site",
    "one_of",
    "outdated",
    "own_file",
    "partners",
    "persons",
    "persons_of",
    "requests",
    "schemes",
    "sharings",
    "subject_of",
    "trainings",
    "usable",
]
