"""The API: version 1, described by OpenAPI at /api/v1/openapi.json and shown at /api/v1/docs."""

from __future__ import annotations

from django.urls import path, re_path

from xinheng.web.api import (
    advances,
    aged,
    applications,
    approved,
    approving,
    archived,
    business,
    cared,
    charged,
    claims,
    collected,
    confirmed,
    consented,
    consumer_risks,
    contracted,
    credit,
    credit_reports,
    customers,
    decided,
    desk,
    disputed,
    dossier_files,
    dossiers,
    due,
    dunning,
    evidenced,
    explained,
    exposed,
    factored,
    filed,
    forecast,
    held,
    inspected,
    instruments,
    investigated,
    judged,
    key_accounted,
    late_payment,
    ledger,
    losses,
    matching,
    measured,
    metered,
    people,
    privacy,
    problems,
    process_cases,
    receipts,
    retained,
    reviewed,
    scorecards,
    searched,
    sent,
    shadow,
    standing,
    surveyed,
    suspected,
    taken_away,
    taken_in,
    terms,
    trailed,
    warned,
    webhooks,
    workshop,
)
from xinheng.web.api.described import DescribedApi, PlainRenderer
from xinheng.web.api.reading import PlainParser
from xinheng.web.api.signing_in import Bearer, Session

api = DescribedApi(
    title="信衡 Xinheng",
    version="1",
    description=(
        "Customer credit files and credit management. Money is a decimal string; days are ISO dates; "
        "refusals are problem documents (RFC 9457) with stable codes. Every write takes an Idempotency-Key."
    ),
    auth=[Bearer(), Session()],
    parser=PlainParser(),
    renderer=PlainRenderer(),
    urls_namespace="api-1",
)
problems.install(api)
PARTS = (
    metered,
    searched,
    archived, dossier_files, matching, instruments,
    dunning, sent,
    advances, collected, applications, consented, terms, credit, desk, exposed, approved, reviewed, approving,
    scorecards, customers, standing, filed, surveyed, investigated, aged, confirmed, ledger, claims, business,
    measured, decided,
    explained, process_cases, evidenced, taken_away, judged, taken_in, trailed, people, webhooks,
    workshop, shadow, losses, disputed, cared, dossiers, contracted, credit_reports, charged, warned,
    late_payment, consumer_risks, due, privacy, retained, held, factored, forecast,
    suspected, inspected, key_accounted,
)  # fmt: skip
for part in PARTS:
    api.add_router("", part.router)
api.add_router("", customers.single)

urlpatterns = [
    path("message-receipts", receipts.take_receipt, name="message_receipts"),
    path("v1/", api.urls),
    re_path("", problems.unknown_address),
]
