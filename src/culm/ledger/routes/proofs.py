"""Proofs: signed checkpoints of the log, and receipts that anybody can check offline."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.book import merkle, proof, seals
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import ids
from culm.ledger import reads, rejections

_EVENTS: Final = "How many events the log had."
_MAX: Final = 2**63 - 1

Size = Annotated[int, PathParameter(ge=0, le=_MAX, description=_EVENTS)]
Old = Annotated[int, QueryParameter(ge=0, le=_MAX, description=_EVENTS)]
New = Annotated[int, QueryParameter(ge=0, le=_MAX, description="How many it has had later.")]


class Key(msgspec.Struct, frozen=True):
    """The public key that signs the checkpoints of the tenant's log (c2sp.org/signed-note)."""

    verifier: str


@get("/checkpoints", **operation("get_checkpoint", seals.PartitionNotFound))
async def get_checkpoint(request: request_.Request) -> str:
    """A signed checkpoint of all that the log holds now (c2sp.org/tlog-checkpoint)."""
    return await request.platform.seals.checkpoint(request.partition)


@get("/checkpoints/{size:str}", **operation("get_checkpoint_of_size", seals.CheckpointNotFound))
async def get_checkpoint_of_size(size: Size, request: request_.Request) -> str:
    """The checkpoint that was signed when the log had so many events."""
    return await request.platform.seals.stored_checkpoint(request.partition, size)


@get("/checkpoints/key", **operation("get_key"))
async def get_key(request: request_.Request) -> Key:
    """The key that checkpoints and receipts are checked with."""
    return Key(str(request.platform.seals.verifier(request.partition)))


@get("/checkpoints/consistency", **operation("get_consistency", merkle.NotInTree))
async def get_consistency(request: request_.Request, old: Old, new: New) -> proof.Consistency:
    """The proof that the log only grew between two sizes."""
    try:
        hashes = await request.platform.seals.consistency(request.partition, old, new)
    except merkle.NotInTree as error:
        field = (error.field or "old").removesuffix("_size")
        raise merkle.NotInTree(error.message, field=field) from None
    return proof.Consistency.of(old, new, hashes)


@get(
    "/transactions/{transaction:str}/proof",
    **operation("get_receipt", rejections.TenantNotFound, rejections.TransactionNotFound),
)
async def get_receipt(transaction: FromPath[str], request: request_.Request) -> str:
    """The proof that a transaction is in the log (c2sp.org/tlog-proof): it can be checked offline,
    with nothing but the public key."""
    found = await reads.transaction(
        request.db,
        **request.books,
        transaction=transaction,
    )
    return await request.platform.seals.receipt(request.partition, ids.position_of(found.id))


ROUTES: Final[list[ControllerRouterHandler]] = [
    get_checkpoint,
    get_checkpoint_of_size,
    get_key,
    get_consistency,
    get_receipt,
]
