"""A write asked for twice with the same idempotency key is done once."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from ninja.responses import NinjaJSONEncoder

from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.refusal import Refusal
from xinheng.web.api.signing_in import actor_of
from xinheng.web.models import AnsweredRequest

HEADER = "Idempotency-Key"


class KeyReused(Refusal):
    """An idempotency key came back with another request."""

    code = "idempotency_key_reused"
    status = 409
    text: ClassVar[str | Promise] = _("The idempotency key %(key)s was already used for another request.")


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the write and keep its answer in one transaction; a retry gets the kept answer.

    The handler answers (status, schema or dict). Without the header the write is simply done.
    """

    @functools.wraps(function)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER, "")[:80]
        if not key:
            return function(request, *args, **kwargs)
        login = actor_of(request).login
        asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
        digest = hashlib.sha256(asked).hexdigest()
        with transaction.atomic():
            row, new = AnsweredRequest.objects.select_for_update().get_or_create(
                login=login, key=key, defaults={"digest": digest, "status": 0, "body": {}, "at": timestamp()}
            )
            if not new:
                if row.digest != digest:
                    raise KeyReused(key=key)
                return row.status, row.body
            status, answer = function(request, *args, **kwargs)
            row.status, row.body = status, _as_json(answer)
            row.save(update_fields=["status", "body"])
            return status, answer

    return run


def _as_json(answer: Any) -> Any:
    if isinstance(answer, Schema):
        answer = answer.model_dump()
    return json.loads(json.dumps(answer, cls=NinjaJSONEncoder))
