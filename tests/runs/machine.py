"""Processes of their own, so that they can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests import worlds

WORLD = """
import os, sys, time
import django
django.setup()
from datetime import date
from pathlib import Path
from django.core.management import call_command
from tests.web import credit_world
from xinheng.facts.intake import services as intake
from xinheng.runs import services as runs
DAY = date(2026, 6, 30)

def work():
    call_command("db_worker", "--batch", "--no-startup-delay", "--interval", "0", verbosity=0)

def stand_still(*_args, **_named):
    print("standing still", flush=True)
    time.sleep(600)
"""


class Machine:
    """Processes of their own on a file database below `home`, so that they can be killed."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {
            **kept, "XINHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings",
        }  # fmt: skip
        self.home = home
        worlds.migrated(home)

    def run(self, script: str) -> str:
        """A script to its end; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", WORLD + script], env=self.environment, capture_output=True, text=True,
            timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill_where_it_stands_still(self, script: str) -> None:
        """A script that says so when it stands still, and is then killed without a chance to tidy up."""
        process = subprocess.Popen(
            [sys.executable, "-c", WORLD + script], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout
            for line in process.stdout:
                if line.strip() == "standing still":
                    break
            else:
                raise AssertionError("it never stood still")
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()
