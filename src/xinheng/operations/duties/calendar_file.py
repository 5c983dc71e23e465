"""What is due as an iCalendar: all-day events under lasting ids, without a title of what others keep."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from xinheng.base.kernel.dues import Due
from xinheng.operations.duties.kinds import kind_word

ZONE = ZoneInfo("Asia/Shanghai")
OWN = "duties."  # tasks and reports of this room bear their words; of others the kind alone is told
FRESH = timedelta(hours=6)  # how often a calendar asks again


def calendar_file(dues: Sequence[Due], *, on: date, name: str, address: str) -> bytes:
    """The dues as an iCalendar (RFC 5545) of all-day events in the time zone of China.

    An event keeps its id while its kind and subject are the same, so that a moved day moves the event.
    address: of the page that shows them. What other rooms keep is told by its kind: whoever gets hold of
    the address learns no name from it.
    """
    book = Calendar()
    book.add("prodid", "-//Xinheng//duties//ZH")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    book.add("x-wr-timezone", str(ZONE))
    book.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    book.add_component(Timezone.from_tzinfo(ZONE))
    stamp = datetime.combine(on, time.min, ZONE).astimezone(UTC)
    several = Counter((one.kind, one.subject) for one in dues)
    for one in dues:
        book.add_component(_event(one, stamp, address, is_one=several[one.kind, one.subject] == 1))
    return bytes(book.to_ical())


def _event(one: Due, stamp: datetime, address: str, *, is_one: bool) -> Event:
    event = Event()
    key = f"{one.kind} {one.subject}" + ("" if is_one else f" {one.due_on}")
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@xinheng")
    event.add("dtstamp", stamp)
    event.add("dtstart", one.due_on)
    event.add("dtend", one.due_on + timedelta(days=1))
    words = one.words if one.kind.startswith(OWN) else kind_word(one.kind)
    event.add("summary", _("Done: %(what)s") % {"what": words} if one.done_on else words)
    event.add("categories", [kind_word(one.kind)])
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{address}?day={one.due_on.isoformat()}")
    return event
