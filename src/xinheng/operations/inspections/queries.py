"""Questions to inspections."""

from __future__ import annotations

from xinheng.operations.inspections.campaign import usefulness as usefulness_told
from xinheng.operations.inspections.charging import open_of
from xinheng.operations.inspections.counting import all_labels, labels, usefulness
from xinheng.operations.inspections.finding import how_found, reckon
from xinheng.operations.inspections.policy import in_force
from xinheng.operations.inspections.selecting import (
    appeal_of,
    case,
    cases,
    cases_of,
    evidence_file,
    exhibits_of,
    finding_of,
    findings,
    inspectors,
    signatures_of,
    visits_of,
    with_work_pass,
)
from xinheng.operations.inspections.wording import (
    BASIS_WORDS,
    KIND_WORDS,
    RESULT_WORDS,
    ROLE_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    USE_WORDS,
)

__all__ = [
    "BASIS_WORDS",
    "KIND_WORDS",
    "RESULT_WORDS",
    "ROLE_WORDS",
    "SOURCE_WORDS",
    "STATE_WORDS",
    "STEP_WORDS",
    "USE_WORDS",
    "all_labels",
    "appeal_of",
    "case",
    "cases",
    "cases_of",
    "evidence_file",
    "exhibits_of",
    "finding_of",
    "findings",
    "how_found",
    "in_force",
    "inspectors",
    "labels",
    "open_of",
    "reckon",
    "signatures_of",
    "usefulness",
    "usefulness_told",
    "visits_of",
    "with_work_pass",
]
