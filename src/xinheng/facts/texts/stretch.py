"""One stretch of reading: processes apart read, one thread alone writes what they answer."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.folding import fold
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.archive import services as archive
from xinheng.facts.texts import indexing
from xinheng.facts.texts.apart import Reader
from xinheng.facts.texts.models import Page, Reading
from xinheng.facts.texts.taking.page import Taken
from xinheng.facts.texts.values import Ended, Failed, Told

ENGINE = "PP-OCRv6 small, 1"  # what reads; what another one recognised is read anew on request
Tell = Callable[[Reading], None]
Asked = queue.Queue[tuple[Reading, bytes] | None]
Answers = queue.Queue[tuple[Reading, Told | Exception]]


class Stretch:
    """Documents handed to workers, their pages kept one by one."""

    def __init__(self, actor: Actor, on: date, tell: Tell | None) -> None:
        self.documents = self.pages = self.failed = 0
        self._actor, self._on, self._tell = actor, on, tell
        self._errors: dict[int, str] = {}

    def run(self, rows: Iterator[Reading], workers: int) -> None:
        """Read the documents; what a killed run had kept of one is not read again."""
        threads = max(1, settings.TEXTS_THREADS // workers)
        asked: Asked = queue.Queue()
        answers: Answers = queue.Queue()
        readers = [
            threading.Thread(target=_work, args=(asked, answers, threads), daemon=True)
            for _ in range(workers)
        ]
        for thread in readers:
            thread.start()
        try:
            self._hand_out(rows, workers, asked, answers)
        finally:
            for _ in readers:
                asked.put(None)
            for thread in readers:
                thread.join(timeout=5)

    def _hand_out(self, rows: Iterator[Reading], workers: int, asked: Asked, answers: Answers) -> None:
        open_ones = 0
        for row in rows:
            if (content := self._content(row)) is None:
                continue
            open_ones += 1
            asked.put((row, content))
            while open_ones >= workers:
                open_ones -= self._keep(*answers.get())
        while open_ones:
            open_ones -= self._keep(*answers.get())

    def _content(self, row: Reading) -> bytes | None:
        """The bytes, proven; None where they are not what came in, which is kept as the failure."""
        subject = f"document:{row.document.sha256}"
        try:
            return archive.content(row.document, actor=self._actor, on=self._on, subject=subject)
        except Refusal as refusal:
            self._keep(row, Ended(None, never=str(refusal)))
            return None

    def _keep(self, row: Reading, told: Told | Exception) -> bool:
        """Keep a page, a failure or the end of a document; gives whether it was the end."""
        if isinstance(told, Exception):
            raise told
        if isinstance(told, Taken):
            keep_page(row, told)
            self.pages += 1
            return False
        if isinstance(told, Failed):
            self._errors[row.pk] = f"p. {told.no}: {told.words}"
            return False
        end_document(row, told, self._errors.pop(row.pk, ""), self._on)
        self.documents += 1
        self.failed += row.state == "failed"
        if self._tell:
            self._tell(row)
        return True


def _work(asked: Asked, answers: Answers, threads: int) -> None:
    """One worker: a process apart, one document after the other; it touches no database."""
    with Reader(threads) as reader:
        while (job := asked.get()) is not None:
            row, content = job
            try:
                for told in reader.read(content, row.document.content_type, first=row.pages_read + 1):
                    answers.put((row, told))
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                answers.put((row, error))
                return


@transaction.atomic
def keep_page(row: Reading, page: Taken) -> None:
    """Keep one page; the work goes on behind it whatever happens."""
    told = {"text": page.text, "folded": fold(page.text), "way": page.way, "confidence": page.confidence}
    Page.objects.update_or_create(document_id=row.pk, no=page.no, defaults=told)
    Reading.objects.filter(pk=row.pk).update(pages_read=page.no)


@transaction.atomic
def end_document(row: Reading, told: Ended, error: str, on: date) -> None:
    """A document is at its end: read, empty, or to be tried again until the site gives up."""
    pages = Page.objects.filter(document_id=row.pk)
    row.pages, row.pages_read = told.pages, pages.count()
    row.left_out = max(0, (told.pages or 0) - settings.TEXTS_MOST_PAGES)
    if not error and row.pages_read < (told.pages or 0) - row.left_out:
        error = "a page is missing"
    row.error = (told.never or error)[:300]
    row.confidence = pages.aggregate(least=Min("confidence"))["least"]
    row.engine = ENGINE
    if row.error:
        row.attempts += 1
        given_up = bool(told.never) or row.attempts >= settings.TEXTS_ATTEMPTS
        row.state = "failed" if given_up else "queued"
        row.pages_read = row.pages_read if given_up else 0  # the next attempt reads it from its beginning
    else:
        row.state = "read" if pages.exclude(folded="").exists() else "nothing"
        row.read_on = on
    row.save()
    indexing.index_document(row.pk, on)
