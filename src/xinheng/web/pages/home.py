"""What needs attention today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from xinheng.web.pages import edge


@edge.signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page: calls to act, each with where to go; nothing when all is quiet."""
    return render(request, "home/home.html", {"calls": []})


urlpatterns = [path("", home, name="home")]
