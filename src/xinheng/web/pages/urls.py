"""Every address of the pages, a topic a line."""

from __future__ import annotations

from django.urls import URLResolver, include, path

TOPICS = [
    "shell",
    "home",
    "exports",
    "papers",
    "consents",
    "customers",
    "credit",
    "new_customer",
    "file_quality",
    "ledger",
    "customer_acts",
    "surveys",
    "survey_acts",
    "survey_forms",
    "survey_papers",
    "evidence",
    "investigations",
    "customer",
    "ratings",
    "reviews",
    "review_sheets",
    "review_calendar",
    "approved",
    "processes",
    "process_case",
    "process_start",
    "process_definitions",
    "policy_list",
    "policies",
    "workshop",
    "workshop_acts",
    "workshop_typing",
    "comparisons",
    "simulations",
    "scorecards",
    "fitted_cards",
    "indicators",
    "imports",
    "people",
    "roles",
    "organisation",
    "tokens",
    "trail",
]

urlpatterns: list[URLResolver] = [path("", include(f"xinheng.web.pages.{topic}")) for topic in TOPICS]
