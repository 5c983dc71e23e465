"""Questions to dossiers and their papers."""

from __future__ import annotations

from xinheng.facts.dossiers.completing import completeness, lines_now, of_dossiers
from xinheng.facts.dossiers.four_properties import worst
from xinheng.facts.dossiers.gates import (
    customers_with_paper,
    missing_of_customers,
    missing_papers,
    papers_known,
    run_out_papers,
)
from xinheng.facts.dossiers.listing import (
    by_kind_and_unit,
    dossiers,
    missing_lines,
    work_counts,
)
from xinheng.facts.dossiers.numbering import is_paper_number
from xinheng.facts.dossiers.packaging import (
    CATALOGUE,
    CONTENT,
    MANIFEST,
    MANIFEST_XML,
    METADATA,
    as_xml,
    check_package,
    manifest,
    metadata,
    packed,
)
from xinheng.facts.dossiers.registers import series, void_numbers
from xinheng.facts.dossiers.selecting import (
    dossier_of,
    dossiers_visible,
    get_dossier,
    get_paper,
    kind_of,
    kinds,
    line_name,
    papers_visible,
)
from xinheng.facts.dossiers.sheet import checklist, facts_of, facts_told, papers_of, stages_of
from xinheng.facts.dossiers.waiting import dues, expired_papers
from xinheng.facts.dossiers.wording import form_word, line_word, paper_word, stage_word

__all__ = [
    "CATALOGUE",
    "CONTENT",
    "MANIFEST",
    "MANIFEST_XML",
    "METADATA",
    "as_xml",
    "by_kind_and_unit",
    "check_package",
    "checklist",
    "completeness",
    "customers_with_paper",
    "dossier_of",
    "dossiers",
    "dossiers_visible",
    "dues",
    "expired_papers",
    "facts_of",
    "facts_told",
    "form_word",
    "get_dossier",
    "get_paper",
    "is_paper_number",
    "kind_of",
    "kinds",
    "line_name",
    "line_word",
    "lines_now",
    "manifest",
    "metadata",
    "missing_lines",
    "missing_of_customers",
    "missing_papers",
    "of_dossiers",
    "packed",
    "paper_word",
    "papers_known",
    "papers_of",
    "papers_visible",
    "run_out_papers",
    "series",
    "stage_word",
    "stages_of",
    "void_numbers",
    "work_counts",
    "worst",
]
