"""Calendars that a person subscribes to: made and ended on a page, read by a calendar at a secret address."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.errors import FeedUnknown
from xinheng.operations.duties.values import DuesWanted
from xinheng.runs.services import business_day
from xinheng.web.pages.duties_forms import FeedForm
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import tried

BACK, AHEAD = timedelta(days=31), timedelta(days=183)
LONGEST = 100


@signed_in
def my_calendars(request: HttpRequest) -> HttpResponse:
    """The calendars one reads elsewhere; a new address is shown once."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read")
    form, address = FeedForm(request.POST if request.method == "POST" else None), ""
    if form.is_bound and (
        made := tried(request, form, lambda: acts.subscribe(actor=actor, on=on, **form.cleaned_data))
    ):
        address = request.build_absolute_uri(reverse("calendar_feed", args=[made[0]]))
        form = FeedForm()
    told = {"form": form, "address": address, "feeds": duties.feeds(actor)}
    answer = render(request, "duties/calendars.html", told, status=422 if form.is_bound else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_POST
def end_calendar(request: HttpRequest, feed_id: int) -> HttpResponse:
    """End an address at once."""
    acts.unsubscribe(actor=actor_of(request), on=business_day(), feed_id=feed_id)
    messages.success(request, _("The address gives nothing any more."))
    return redirect("my_calendars")


@require_GET
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What is due to the person of the address, as an iCalendar; an unknown address gives nothing.

    Own things: of which the person is the owner, and those of nobody in the units it reaches.
    """
    on = business_day()
    try:
        actor = duties.reader_of(secret[:LONGEST], on=on)
    except FeedUnknown:
        raise Http404 from None
    with translation.override(people.person_by_login(actor.login).language):
        gathered = duties.gather(actor, since=on - BACK, until=on + AHEAD, on=on)
        mine = [one for one in duties.chosen(gathered, DuesWanted(), on=on) if one.owner in ("", actor.login)]
        address = request.build_absolute_uri(reverse("duties_month"))
        content = duties.calendar_file(mine, on=on, name=gettext("What is due"), address=address)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="xinheng.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


urlpatterns = [
    path("duties/calendars/", my_calendars, name="my_calendars"),
    path("duties/calendars/<int:feed_id>/end/", end_calendar, name="end_calendar"),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar_feed"),
]
