"""A real mail server and a real gateway."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.base.webhooks.receiver import Receiver


class Postbox:
    """What a mail server was handed. refuses: what it answers to a recipient, by address."""

    def __init__(self) -> None:
        self.got: list[tuple[str, list[str], Message]] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the names are the protocol's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        told = message_from_bytes(envelope.content)
        self.got.append((envelope.mail_from, list(envelope.rcpt_tos), told))
        return "250 OK"


class Server(Controller):
    """On whichever port is free."""

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A mail server of this machine that the system sends by."""
    box = Postbox()
    server = Server(box, hostname="127.0.0.1", port=0)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.DEFAULT_FROM_EMAIL = "ar@xinheng.example"
    yield box
    server.stop()


@pytest.fixture
def gateway() -> Iterator[Receiver]:
    """Another system that takes messages."""
    one = Receiver()
    yield one
    one.close()
