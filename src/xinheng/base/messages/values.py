"""What is sent: the ways, the states a message goes through, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Way = Literal["letter", "email", "sms", "chat", "phone"]
Form = Literal["print", "smtp", "signed", "wecom", "dingtalk", "feishu", "task"]

WAYS: dict[str, str | Promise] = {
    "letter": _("Letter by post"),
    "email": _("E-mail message"),
    "sms": _("Short message"),
    "chat": _("Enterprise chat"),
    "phone": _("Phone call"),
}
FORMS: dict[str, str | Promise] = {
    "print": _("printed and posted by us"),
    "smtp": _("mail server"),
    "signed": _("signed webhook"),
    "wecom": _("WeCom robot"),
    "dingtalk": _("DingTalk robot"),
    "feishu": _("Feishu robot"),
    "task": _("a task for a person"),
}
FORMS_OF: dict[str, tuple[str, ...]] = {
    "letter": ("print",),
    "email": ("smtp",),
    "sms": ("signed",),
    "chat": ("signed", "wecom", "dingtalk", "feishu"),
    "phone": ("task",),
}
STATES: dict[str, str | Promise] = {
    "waiting": _("on its way"),
    "to_do": _("to be done"),
    "sent": _("sent"),
    "delivered": _("received"),
    "opened": _("read"),
    "bounced": _("came back"),
    "failed": _("could not be sent"),
    "withdrawn": _("withdrawn"),
}
TOLD_BACK = ("delivered", "opened", "bounced", "failed")  # what a gateway may tell of a sent message
BY_HAND = ("letter", "phone")  # a person does them and notes what became of it


@dataclass(frozen=True)
class NewMessage:
    """What is to be sent. address: of the way (mail address, phone number; postal address of a letter).

    subject: whom it is about, as "customer:C-7": who lists messages narrows them by it. about: what it is
    about. paper: "archive:<hash>" or what a room offered to make, as "dunning:12". due_at: not before then.
    """

    way: Way
    recipient: str
    address: str
    title: str
    text: str
    subject: str
    about: str = ""
    paper: str = ""
    paper_name: str = ""
    language: str = "zh-hans"
    due_at: datetime | None = None


@dataclass(frozen=True)
class ChannelNow:
    """How a way is set up. is_ready: something can be sent by it; fault: else why not (a code)."""

    way: str
    form: str
    url: str
    is_on: bool
    quiet_from: time | None
    quiet_until: time | None
    gap_minutes: int
    is_ready: bool
    fault: str = ""
    changed_on: date | None = None
    changed_by: str = ""


@dataclass(frozen=True)
class ChannelWanted:
    """How a way shall be set up. Quiet hours both or none; url only where a gateway is told."""

    way: str
    form: str
    url: str = ""
    is_on: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None
    gap_minutes: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which messages are looked for. text: part of recipient, title or subject, or a whole message id.

    after: the number of the last one seen; older ones are given.
    """

    way: str = ""
    state: str = ""
    text: str = ""
    about: str = ""
    subject: str = ""
    after: int | None = None


@dataclass(frozen=True)
class Paper:
    """A file that goes with a message. sha256: by which the archive keeps it."""

    file_name: str
    content: bytes
    sha256: str


MakePaper = Callable[[str], Paper]  # given what follows the colon of `paper`
