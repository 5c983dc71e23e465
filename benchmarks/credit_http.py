"""How many checks of orders a second the server answers over HTTP, and how long the slowest take.

    .venv/bin/python -m benchmarks.credit_http [--seconds 10] [--connections 16]
        [--database sqlite|postgresql] [--keys]

Granian as `xinheng start` begins it, two workers; one process asks over so many connections at once, each
sending its next order as soon as the last is answered. --keys: with an idempotency key, as an ERP sends
them. Prints checks a second, p50 and p99, and how many answers were of which status. The control in the
same run: an address that asks no database.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.credit_check import company, fsync_ms
from benchmarks.credit_world import Database, Served, token

CUSTOMERS = 16


class Connection:
    """One connection with one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began, self._got = 0.0, b""

    def send(self, request: bytes) -> None:
        self.began, self._got = time.perf_counter(), b""
        self.socket.sendall(request)

    def status(self) -> int | None:
        """The status once the whole answer is there."""
        self._got += self.socket.recv(65536)
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        return int(head.split(b" ", 2)[1]) if len(body) >= length else None


def asked_for(port: int, connections: int, seconds: float, request: Callable[[int], bytes]) -> str:
    """Ask for so long; gives the figures in words."""
    chosen = selectors.DefaultSelector()
    for _number in range(connections):
        one = Connection(port)
        chosen.register(one.socket, selectors.EVENT_READ, one)
    asked, times, statuses = 0, list[float](), Counter[int]()
    began = time.perf_counter()
    for key in list(chosen.get_map().values()):
        key.data.send(request(asked := asked + 1))
    while (now := time.perf_counter()) - began < seconds or not times:
        for key, _events in chosen.select(1):
            status = key.data.status()
            if status is not None:
                times.append(time.perf_counter() - key.data.began)
                statuses[status] += 1
                key.data.send(request(asked := asked + 1))
    took = now - began
    times.sort()
    p50, p99 = statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000
    return f"{len(times) / took:,.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, answers {dict(statuses)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--like", default="", help="a database of this version whose tables are taken")
    parser.add_argument("--keys", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xinheng-http-", ignore_cleanup_errors=True) as scratch:
        Database(asked.database, Path(scratch)).set_up(asked.like)
        company()
        from xinheng.runs.services import business_day

        today, head, served = business_day().isoformat(), f"Authorization: Bearer {token()}\r\n", Served()

        def check(run: str, number: int) -> bytes:
            order = {"order_no": f"{run}-{number}", "ordered_on": today, "ship_on": today, "amount": "100.00"}
            body = json.dumps(order).encode()
            key = f"Idempotency-Key: {run}{number}\r\n" if asked.keys else ""
            told = f"{head}{key}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            where = f"/api/v1/customers/K-{number % CUSTOMERS:04}/orders"
            return f"POST {where} HTTP/1.1\r\nHost: localhost\r\n{told}\r\n".encode() + body

        def nothing(_number: int) -> bytes:
            return b"GET /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"

        served.start()
        try:
            before = ("a", "b")  # every thread has its connection to the database
            for warm in before:
                asked_for(served.port, asked.connections, 1, partial(check, warm))
            told = (served.port, asked.connections, asked.seconds)
            print(
                f"{asked.database}, {asked.connections} connections, fsync {fsync_ms(Path(scratch)):.2f} ms"
            )
            print("  checks: " + asked_for(*told, partial(check, "O")))
            print("  an address that asks no database: " + asked_for(*told, nothing))
        finally:
            served.kill()


if __name__ == "__main__":
    main()
