"""A write asked for twice with the same idempotency key is done once."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Schema, Status
from ninja.responses import NinjaJSONEncoder

from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.refusal import Refusal
from xinheng.web.api.described import describe_write
from xinheng.web.api.signing_in import actor_of, signed_by
from xinheng.web.models import AnsweredRequest

HEADER = "Idempotency-Key"
WRITTEN = re.compile(r"[\x21-\x7e]{1,80}")
KEPT_DAYS = 30


class KeyReused(Refusal):
    """An idempotency key came back with another request."""

    code = "idempotency_key_reused"
    status = 409
    text: ClassVar[str | Promise] = _("The idempotency key %(key)s was already used for another request.")


class KeyInvalid(Refusal):
    """An idempotency key is too long or holds signs a header should not."""

    code = "idempotency_key_invalid"
    status = 400
    text: ClassVar[str | Promise] = _("An idempotency key has 1 to 80 letters, digits or signs, no spaces.")


def once(*, secret: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Do the write and keep its answer in one transaction; a retry gets the kept answer.

    The handler answers Status(code, schema or dict), or what is answered with 200. Without the header the
    write is simply done.
    secret: fields of the answer that are never kept, so a retry gets them as null.
    """

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            key = request.headers.get(HEADER)
            if key is None:
                return function(request, *args, **kwargs)
            if not WRITTEN.fullmatch(key):
                raise KeyInvalid
            login, digest = actor_of(request).login, _digest(request)
            with transaction.atomic():
                row, new = AnsweredRequest.objects.select_for_update().get_or_create(
                    login=login,
                    key=_own(request, key),
                    defaults={"digest": digest, "status": 0, "body": {}, "at": timestamp()},
                )
                if not new:
                    if row.digest != digest:
                        raise KeyReused(key=key)
                    return Status(row.status, row.body)
                done = function(request, *args, **kwargs)
                done = done if isinstance(done, Status) else Status(200, done)
                row.status, row.body = done.status_code, _as_kept(done.value, secret)
                row.save(update_fields=["status", "body"])
                return done

        run.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        run._ninja_contribute_to_operation = [describe_write]  # type: ignore[attr-defined]
        return run

    return wrap


def _own(request: HttpRequest, key: str) -> str:
    """The key as it is kept: that of another token of the same person, who may do less, is another key."""
    return hashlib.sha256(f"{signed_by(request)}\n{key}".encode()).hexdigest()


def forget_old() -> int:
    """Drop answers nobody retries any more; gives how many."""
    return AnsweredRequest.objects.filter(at__lt=timestamp() - timedelta(days=KEPT_DAYS)).delete()[0]


def _digest(request: HttpRequest) -> str:
    """What was asked for: method, address and body; of a form its fields and the bytes of its files."""
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        asked.update(request.body)
        return asked.hexdigest()
    asked.update(json.dumps(sorted(request.POST.lists())).encode())
    for name, file in sorted(request.FILES.items()):
        assert isinstance(file, UploadedFile)
        asked.update(f"\n{name} {file.name} {file.size}\n".encode())
        for chunk in file.chunks():
            asked.update(chunk)
        file.seek(0)
    return asked.hexdigest()


def _as_kept(answer: Any, secret: tuple[str, ...]) -> Any:
    if isinstance(answer, Schema):
        answer = answer.model_dump()
    kept = json.loads(json.dumps(answer, cls=NinjaJSONEncoder))
    return {**kept, **dict.fromkeys(secret)} if secret else kept
