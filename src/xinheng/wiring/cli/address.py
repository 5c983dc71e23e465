"""Where the server listens: XINHENG_HOST and XINHENG_PORT, or the first free port from 8000 on."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from xinheng.wiring.cli.errors import AddressUnusable, PortsTaken, PortTaken, PortUnreadable

FIRST_PORT, PORTS_TRIED = 8000, 20


@dataclass(frozen=True)
class Address:
    """A host and port to listen on."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What a person opens in a browser on this machine."""
        host = self._near()
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"

    def answers(self) -> bool:
        """Whether a server answers requests there, whatever the answer is."""
        connection = HTTPConnection(self._near(), self.port, timeout=5)
        try:
            connection.request("HEAD", "/login/")
            connection.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        return True

    def is_free(self) -> bool:
        """Whether a server may listen there. Refuses: AddressUnusable."""
        with socket.socket(self._family()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    return False
                raise AddressUnusable(host=self.host, port=self.port, cause=error.strerror or error) from None
        return True

    def _near(self) -> str:
        """The host as this machine reaches it: a server on every address is reached on the loopback."""
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return self.host
        loopback = {4: "127.0.0.1", 6: "::1"}
        return loopback[address.version] if address.is_unspecified else self.host

    def _family(self) -> Any:
        try:
            return socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
        except (OSError, UnicodeError) as error:
            cause = getattr(error, "strerror", None) or error
            raise AddressUnusable(host=self.host, port=self.port, cause=cause) from None


def free_address() -> Address:
    """The address the server takes: as set, else the first free port of a few.

    Refuses: PortUnreadable, PortTaken, PortsTaken, AddressUnusable.
    """
    host = os.environ.get("XINHENG_HOST") or "127.0.0.1"
    if wanted := os.environ.get("XINHENG_PORT"):
        if not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted) < 65_536):
            raise PortUnreadable(port=wanted)
        address = Address(host, int(wanted))
        if not address.is_free():
            raise PortTaken(port=wanted)
        return address
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        address = Address(host, port)
        if address.is_free():
            return address
    raise PortsTaken(first=FIRST_PORT, last=FIRST_PORT + PORTS_TRIED - 1)
