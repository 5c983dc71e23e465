"""The API: version 1, described by OpenAPI at /api/v1/openapi.json and shown at /api/v1/docs."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from xinheng.web.api import customers, judged, measured, problems, taken_in, trailed
from xinheng.web.api.signing_in import Bearer, Session

api = NinjaAPI(
    title="信衡 Xinheng",
    version="1",
    description="Customer credit files and credit management. Money is a decimal string; days are ISO dates.",
    auth=[Bearer(), Session()],
    urls_namespace="api-1",
)
problems.install(api)
api.add_router("/customers", customers.router)
for part in (measured, judged, taken_in, trailed):
    api.add_router("", part.router)

urlpatterns = [path("v1/", api.urls)]
