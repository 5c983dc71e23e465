"""What gateways tell back of messages: signed by their secret, so without anybody signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xinheng.base.kernel.refusal import Refusal
from xinheng.base.messages import services as messages

MOST_BYTES = 10_000


@csrf_exempt
@require_POST
def take_receipt(request: HttpRequest) -> HttpResponse:
    """Keep a receipt: {"message_id", "state", "note"}; 204 where it is kept, also told twice.

    The signature is checked before anything is looked up for the caller; a body of more than ten kilobytes is
    not read. The caller is a machine: refusals are told by their code alone.
    """
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or len(length) > 9 or int(length) > MOST_BYTES:
        return JsonResponse({"code": "receipt_too_large"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        messages.take_receipt(headers=headers, body=request.body)
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code}, status=refusal.status)
    return HttpResponse(status=204)
