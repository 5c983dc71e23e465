"""The acts of the reports room, and the charts pages draw."""

from __future__ import annotations

from xinheng.facts.consents.errors import ConsentExpired, NotConsented
from xinheng.reports.advances_export import export_advances
from xinheng.reports.ageing_export import export_ageing, export_documents, key_told
from xinheng.reports.application_export import export_applications
from xinheng.reports.approved_export import export_approved
from xinheng.reports.arrears_charts import risk_indicator, risk_trend
from xinheng.reports.arrears_export import export_arrears
from xinheng.reports.care_lists import CARE_LISTS, export_care
from xinheng.reports.care_lists import ORDERS as CARE_ORDERS
from xinheng.reports.charges_export import export_accrued, export_charges, scheme_word
from xinheng.reports.charts import (
    Spark,
    ageing,
    calibration,
    credit_curve,
    grade_distribution,
    grades_by_group,
    moves,
    payment_curve,
    sparkline,
    tone,
    trade_curve,
)
from xinheng.reports.claim_lists import export_claims
from xinheng.reports.collection_export import export_collection
from xinheng.reports.compared_export import export_side_by_side
from xinheng.reports.compared_words import told_differences
from xinheng.reports.confirmation_papers import (
    confirmation_pdf,
    export_account,
    seal_confirmation,
    seal_round,
)
from xinheng.reports.confirmations_export import export_confirmations
from xinheng.reports.consumers_export import export_case, export_consumers, print_consumers
from xinheng.reports.contract_papers import contract_analysis, contract_draft, contract_months
from xinheng.reports.contracts_export import (
    export_contract_audit,
    export_contract_figures,
    export_contracts,
)
from xinheng.reports.credit_report import (
    compose_credit_report,
    export_credit_report,
    read_sealed_report,
    seal_credit_report,
    sealed_reports,
    verify_credit_report,
)
from xinheng.reports.credit_values import SECTION_WORDS
from xinheng.reports.custody_export import (
    export_catalogue,
    export_handovers,
    export_loans,
    export_place_labels,
    export_stock_take,
    print_handover,
    print_slip,
    print_stock_take,
)
from xinheng.reports.demand_charts import demand_curve, demand_errors, demand_moment, demand_parts
from xinheng.reports.demand_export import demand_parts_named, export_demand, print_demand
from xinheng.reports.disclosed import export_disclosed
from xinheng.reports.disputes_export import export_disputes
from xinheng.reports.dossier_files import export_dossier_files, export_package
from xinheng.reports.dossiers_export import export_dossiers, print_dossier
from xinheng.reports.dunning_export import export_dunning_letters, export_dunning_run, export_messages
from xinheng.reports.duties_export import (
    export_dues,
    export_fines,
    export_reports_owed,
    print_fines,
    rate_trend,
)
from xinheng.reports.errors import (
    GradeNotDisclosed,
    LetterIncomplete,
    NothingNeeded,
    NothingToSend,
    PrintFontMissing,
)
from xinheng.reports.evidence_export import EVIDENCE, export_evidence
from xinheng.reports.exports import export_customers, export_run
from xinheng.reports.exposure_export import export_exposure, export_exposures
from xinheng.reports.factors_export import export_factors
from xinheng.reports.figures import figure_text, told_text
from xinheng.reports.file_depth import DEPTHS
from xinheng.reports.file_report import export_file_report, file_report_depth
from xinheng.reports.file_words import told_word
from xinheng.reports.fitted_export import export_fitted
from xinheng.reports.fixity_export import export_fixity
from xinheng.reports.hold_export import export_holds, export_orders, export_severe
from xinheng.reports.hold_letters import HoldLetterWanted, export_hold_letter
from xinheng.reports.inspection_lists import (
    INSPECTION_LISTS,
    export_inspections,
    hit_columns,
    hit_name,
    hit_row,
    usefulness_rows,
)
from xinheng.reports.inspection_papers import print_notice
from xinheng.reports.instruments_export import export_instruments
from xinheng.reports.key_account_lists import KEY_LISTS, export_key_accounts
from xinheng.reports.labels import Label, export_labels, print_labels
from xinheng.reports.lawyer_letter import LawyerLetterWanted, export_lawyer_letter
from xinheng.reports.letters import export_letter, letter_choices, letter_securities
from xinheng.reports.limits_export import export_limits
from xinheng.reports.losses_charts import figure_trend, target_trend
from xinheng.reports.losses_export import (
    export_allowance,
    export_behind,
    export_expected,
    export_losses_list,
    export_target_summary,
    goal_text,
    share_text,
    value_text,
    wanted_text,
)
from xinheng.reports.losses_lists import BEHIND as BEHIND_TARGETS
from xinheng.reports.losses_lists import LISTS as LOSSES_LISTS
from xinheng.reports.losses_lists import cell, rows_of, target_words
from xinheng.reports.map_sheet import export_map, export_map_faults, read_map
from xinheng.reports.matching_export import export_matching
from xinheng.reports.measured_export import export_indicators
from xinheng.reports.metering_export import (
    counted_marks,
    export_metered_consumers,
    export_metered_readings,
    export_metering_rejected,
    words_of_marks,
)
from xinheng.reports.policies_export import export_compared_policies
from xinheng.reports.printed import in_words
from xinheng.reports.privacy_export import export_extract, export_privacy, privacy_copy
from xinheng.reports.privacy_papers import (
    access_words,
    privacy_access_log,
    privacy_answer,
    privacy_certificate,
    privacy_notice,
)
from xinheng.reports.process_export import export_cases
from xinheng.reports.properties_report import GROUPS as PROPERTY_GROUPS
from xinheng.reports.properties_report import OUTCOMES as PROPERTY_OUTCOMES
from xinheng.reports.properties_report import export_properties
from xinheng.reports.rating_sheet import export_decision
from xinheng.reports.reminder_letters import reminder_letter
from xinheng.reports.retention_export import (
    export_kept,
    export_register,
    print_destruction,
    seal_destruction,
)
from xinheng.reports.review_export import export_calendar, export_exceptions, export_sheet
from xinheng.reports.risk_events import export_risk_events
from xinheng.reports.rows_behind import has_rows
from xinheng.reports.rows_export import export_rows_behind
from xinheng.reports.rule_words import RuleWords, said, said_note
from xinheng.reports.shadow_charts import shadow_months, shadow_reasons
from xinheng.reports.shadow_export import MONEY as SHADOW_MONEY
from xinheng.reports.shadow_export import export_shadow
from xinheng.reports.shadow_export import headings as shadow_headings
from xinheng.reports.sheets import Column, Sheet, workbook
from xinheng.reports.simulated_export import export_simulation
from xinheng.reports.summary_export import export_summary
from xinheng.reports.terms_export import export_sequence, export_terms
from xinheng.reports.texts_export import export_found_papers
from xinheng.reports.theft_charts import theft_curves, theft_industries
from xinheng.reports.theft_export import evidence_lines, export_suspects, industry_words, print_suspects
from xinheng.reports.trail_export import export_trail
from xinheng.reports.warnings_export import export_warnings
from xinheng.reports.webhooks_export import export_deliveries
from xinheng.reports.words import BUCKETS, KINDS, SECTIONS, SIZES, STATES, STATUSES, in_full, word

__all__ = [
    "BEHIND_TARGETS",
    "BUCKETS",
    "CARE_LISTS",
    "CARE_ORDERS",
    "DEPTHS",
    "EVIDENCE",
    "INSPECTION_LISTS",
    "KEY_LISTS",
    "KINDS",
    "LETTER_REFUSALS",
    "LOSSES_LISTS",
    "PROPERTY_GROUPS",
    "PROPERTY_OUTCOMES",
    "SECTIONS",
    "SECTION_WORDS",
    "SHADOW_MONEY",
    "SIZES",
    "STATES",
    "STATUSES",
    "Column",
    "HoldLetterWanted",
    "Label",
    "LawyerLetterWanted",
    "RuleWords",
    "Sheet",
    "Spark",
    "access_words",
    "ageing",
    "calibration",
    "cell",
    "compose_credit_report",
    "confirmation_pdf",
    "contract_analysis",
    "contract_draft",
    "contract_months",
    "counted_marks",
    "credit_curve",
    "demand_curve",
    "demand_errors",
    "demand_moment",
    "demand_parts",
    "demand_parts_named",
    "evidence_lines",
    "export_account",
    "export_accrued",
    "export_advances",
    "export_ageing",
    "export_allowance",
    "export_applications",
    "export_approved",
    "export_arrears",
    "export_behind",
    "export_calendar",
    "export_care",
    "export_case",
    "export_cases",
    "export_catalogue",
    "export_charges",
    "export_claims",
    "export_collection",
    "export_compared_policies",
    "export_confirmations",
    "export_consumers",
    "export_contract_audit",
    "export_contract_figures",
    "export_contracts",
    "export_credit_report",
    "export_customers",
    "export_decision",
    "export_deliveries",
    "export_demand",
    "export_disclosed",
    "export_disputes",
    "export_documents",
    "export_dossier_files",
    "export_dossiers",
    "export_dues",
    "export_dunning_letters",
    "export_dunning_run",
    "export_evidence",
    "export_exceptions",
    "export_expected",
    "export_exposure",
    "export_exposures",
    "export_extract",
    "export_factors",
    "export_file_report",
    "export_fines",
    "export_fitted",
    "export_fixity",
    "export_found_papers",
    "export_handovers",
    "export_hold_letter",
    "export_holds",
    "export_indicators",
    "export_inspections",
    "export_instruments",
    "export_kept",
    "export_key_accounts",
    "export_labels",
    "export_lawyer_letter",
    "export_letter",
    "export_limits",
    "export_loans",
    "export_losses_list",
    "export_map",
    "export_map_faults",
    "export_matching",
    "export_messages",
    "export_metered_consumers",
    "export_metered_readings",
    "export_metering_rejected",
    "export_orders",
    "export_package",
    "export_place_labels",
    "export_privacy",
    "export_properties",
    "export_register",
    "export_reports_owed",
    "export_risk_events",
    "export_rows_behind",
    "export_run",
    "export_sequence",
    "export_severe",
    "export_shadow",
    "export_sheet",
    "export_side_by_side",
    "export_simulation",
    "export_stock_take",
    "export_summary",
    "export_suspects",
    "export_target_summary",
    "export_terms",
    "export_trail",
    "export_warnings",
    "figure_text",
    "figure_trend",
    "file_report_depth",
    "goal_text",
    "grade_distribution",
    "grades_by_group",
    "has_rows",
    "hit_columns",
    "hit_name",
    "hit_row",
    "in_full",
    "in_words",
    "industry_words",
    "key_told",
    "letter_choices",
    "letter_securities",
    "moves",
    "payment_curve",
    "print_consumers",
    "print_demand",
    "print_destruction",
    "print_dossier",
    "print_fines",
    "print_handover",
    "print_labels",
    "print_notice",
    "print_slip",
    "print_stock_take",
    "print_suspects",
    "privacy_access_log",
    "privacy_answer",
    "privacy_certificate",
    "privacy_copy",
    "privacy_notice",
    "rate_trend",
    "read_map",
    "read_sealed_report",
    "reminder_letter",
    "risk_indicator",
    "risk_trend",
    "rows_of",
    "said",
    "said_note",
    "scheme_word",
    "seal_confirmation",
    "seal_credit_report",
    "seal_destruction",
    "seal_round",
    "sealed_reports",
    "shadow_headings",
    "shadow_months",
    "shadow_reasons",
    "share_text",
    "sparkline",
    "target_trend",
    "target_words",
    "theft_curves",
    "theft_industries",
    "told_differences",
    "told_text",
    "told_word",
    "tone",
    "trade_curve",
    "usefulness_rows",
    "value_text",
    "verify_credit_report",
    "wanted_text",
    "word",
    "words_of_marks",
    "workbook",
]
LETTER_REFUSALS = (
    GradeNotDisclosed,
    LetterIncomplete,
    NothingNeeded,
    NothingToSend,
    PrintFontMissing,
    NotConsented,
    ConsentExpired,
)  # said beside the form of a letter
