"""The web server and the worker: processes that end with the one that began them, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

from xinheng.wiring.cli.address import Address

PARENT = "XINHENG_PARENT"
GRACE_SECONDS = 10
WEB = [sys.executable, "-m", "xinheng.wiring.web"]  # by itself: it needs nothing of what it serves
WORKER = [sys.executable, "-c", "from xinheng.wiring.cli import main; main()", "worker"]


class Children:
    """The processes beside this one."""

    def __init__(self, address: Address, *, kept_open: list[int]) -> None:
        """kept_open: files that stay locked until the last child has ended too."""
        where = {"XINHENG_HOST": address.host, "XINHENG_PORT": str(address.port)}
        environment = {**os.environ, **where, PARENT: str(os.getpid())}
        self.processes = [
            subprocess.Popen(program, env=environment, pass_fds=kept_open)  # noqa: S603
            for program in (WEB, WORKER)
        ]

    def all_live(self) -> bool:
        """Whether none has fallen."""
        return all(child.poll() is None for child in self.processes)

    def end(self) -> None:
        """Let each finish what it is doing, and wait for it; not for ever."""
        for child in self.processes:
            child.terminate()
        for child in self.processes:
            try:
                child.wait(timeout=2 * GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def end_with_parent() -> None:
    """In a child: watch the process that began it, and end soon after it; without a parent's word, stay."""
    if told := os.environ.pop(PARENT, ""):
        threading.Thread(target=_watch, args=(int(told),), daemon=True).start()


def end_with_server() -> None:
    """In a process of the web server that serves requests: end when the one that began it has fallen."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
