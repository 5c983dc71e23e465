"""Every address the server answers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler400 = "xinheng.web.pages.edge.bad_request"
handler403 = "xinheng.web.pages.edge.forbidden"
handler404 = "xinheng.web.pages.edge.not_found"
handler500 = "xinheng.web.pages.edge.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("xinheng.web.api.urls")),
    path("", include("xinheng.web.pages.urls")),
]
