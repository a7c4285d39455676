"""Batches come in: as a call, or as a file."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from litestar import post
from litestar.params import JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.batches import rejections, types, views
from culm.batches.parsing import call
from culm.batches.routes import bodies, keeping
from culm.book import idempotency
from culm.customers import api as customers
from culm.gateway import limits
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import errors
from culm.ledger import rejections as ledger
from culm.security import routes as security
from culm.wallets import api as wallets

MAX_FILE_BYTES: Final = 64 * 1024 * 1024

_REFUSES: Final = (
    rejections.BatchInvalid,
    rejections.BatchDuplicate,
    ledger.ReferenceInvalid,
    ledger.TenantNotFound,
    wallets.WalletNotFound,
    wallets.WalletFrozen,
    wallets.WalletClosed,
    wallets.CurrencyNotHeld,
    *customers.USABLE,
)

Source = Annotated[
    str,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH, description="The wallet that pays: `wal_...`."
    ),
]
Format = Annotated[
    Literal["csv", "nacha"], QueryParameter(name="format", description="What the file is.")
]
Mode = Annotated[
    types.Mode,
    QueryParameter(description="`all`: one entry that is refused refuses them all."),
]
SameDay = Annotated[bool, QueryParameter(description="Have banks carry it the same day.")]
Reference = Annotated[
    str, QueryParameter(max_length=limits.MAX_PARAMETER_LENGTH, description="Your name for it.")
]
Again = Annotated[
    bool, QueryParameter(description="The same content came before, and is meant once more.")
]


@post(
    "/batches",
    **operation(
        "create_batch",
        *_REFUSES,
        example={
            "source": "wal_00000000000000a1",
            "reference": "Payroll 2026-11",
            "entries": [
                {
                    "amount": 125_000,
                    "outside": {
                        "routing": "990000013",
                        "account": "123456789",
                        "holder_name": "Ada Lovelace",
                    },
                    "identification": "E-1001",
                },
                {"amount": 98_000, "to": "wal_00000000000000b7"},
            ],
        },
    ),
)
async def create_batch(data: JSONBody[bodies.NewBatch], request: request_.Request) -> views.Batch:
    """Pay many out by one call. Each entry is judged soon after, on its own; its result is one of
    the batch's entries. Who is paid is sealed before it is written anywhere."""
    if not 1 <= len(data.entries) <= call.MAX_ENTRIES:
        raise errors.Invalid(f"A call has 1 to {call.MAX_ENTRIES:,} entries.", field="entries")
    content = call.encode(data.entries)
    root = await security.sealing(request).root(request.caller.tenant)
    return await keeping.receive(
        request,
        content,
        data,
        format_="json",
        sha256=await keeping.digest(request, content),
        said=idempotency.said(data, pepper=root.pepper),
    )


@post(
    "/batches/files",
    **operation(
        "upload_batch",
        *_REFUSES,
        takes=("text/csv", "text/plain"),
        example="amount,to\n12.50,wal_00000000000000b7\n",
        max_bytes=MAX_FILE_BYTES,
        method="upload",
        meter="bulk",
    ),
)
async def upload_batch(
    request: request_.Request,
    source: Source,
    format_: Format = "csv",
    mode: Mode = "each",
    same_day: SameDay = False,
    reference: Reference = "",
    again: Again = False,
) -> views.Batch:
    """Pay many out by a file of dollars: CSV with a header line, or the credits of a NACHA file.
    What is wrong with a file, or with an entry of it, is told by the batch, which is read soon
    after."""
    content = (await request.upload()).body
    told = bodies.NewFile(
        source=source,
        format=format_,
        sha256=await keeping.digest(request, content),
        mode=mode,
        same_day=same_day,
        reference=reference,
        again=again,
    )
    try:
        return await keeping.receive(
            request,
            content,
            told,
            format_=format_,
            sha256=told.sha256,
            said=idempotency.said(told),
        )
    except errors.KeyConflict as conflict:
        if conflict.field == "sha256":  # by which the file is told from others
            conflict.field = "body"
        raise


ROUTES: Final[list[ControllerRouterHandler]] = [create_batch, upload_batch]
