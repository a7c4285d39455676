"""The operations of the API, from a thread.

Made from the API's description by `make client`: do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, overload

import msgspec

from culm.client import bodies, calls, pages, transport, types


class RailsAchFiles:
    """The operations of `client.rails.ach.files`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def get(self, file: str, *, request_id: str | None = None) -> types.AchFile:
        """One file.

        Refused with `ach_sent_file_not_found`.
        """
        return self._transport.get(
            f"/v1/rails/ach/files/{calls.segment(file)}", types.AchFile, request_id=request_id
        )

    def list(
        self,
        *,
        state: Literal["accepted", "cut", "rejected", "sending", "sent", "unknown"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.AchFile], types.AchFile]:
        """The tenant's files for its bank, newest first.

        `state`: Only files in this state.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/rails/ach/files",
            pages.Page[types.AchFile],
            "items",
            query={"state": state, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def resolve(
        self,
        file: str,
        *,
        outcome: Literal["accepted", "arrived", "lost"],
        reason: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.AchFile:
        """Say what the bank has told of a file that was sent, or may have been, and that it has
        not acknowledged. A file that is lost gives back what is held for its transfers, so ask
        first.

        Refused with `ach_reason_invalid`, `ach_sent_file_not_found`, `ach_sent_file_not_open`.
        """
        return self._transport.write(
            "POST",
            f"/v1/rails/ach/files/{calls.segment(file)}/resolve",
            types.AchFile,
            body=bodies.Resolution(outcome=outcome, reason=reason),
            key=idempotency_key,
            request_id=request_id,
        )


class RailsAchTransfers:
    """The operations of `client.rails.ach.transfers`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def dishonour(
        self,
        transfer: str,
        *,
        code: Literal["R61", "R62", "R67", "R68", "R69", "R70"],
        wrong: Sequence[
            Literal[
                "account",
                "amount",
                "company",
                "effective_date",
                "identification",
                "trace",
                "transaction_code",
            ]
        ]
        | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.AchTransfer:
        """Do not accept what came back of a transfer, within five banking days. The dishonour is a
        transfer of its own, which leaves with the next cut-off; the other bank may contest it.

        `wrong`: The fields of the return that are wrong, for R69 alone.

        Refused with `ach_dishonour_invalid`, `tenant_not_found`, `ach_transfer_not_found`,
        `ach_not_returned`, `ach_dishonour_too_late`, `ach_not_configured`, `account_closed`,
        `ach_not_dishonourable`, `account_frozen`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/rails/ach/transfers/{calls.segment(transfer)}/dishonour",
            types.AchTransfer,
            body=bodies.Refusal(code=code, wrong=wrong),
            key=idempotency_key,
            request_id=request_id,
        )

    def change(self, transfer: str, *, request_id: str | None = None) -> types.AchChange:
        """What the other bank wants corrected before the next entry to the same payee: the newest
        notification of change about the transfer. It is kept sealed, and opened for this
        answer.

        Refused with `ach_transfer_not_found`, `ach_change_not_found`.
        """
        return self._transport.get(
            f"/v1/rails/ach/transfers/{calls.segment(transfer)}/change",
            types.AchChange,
            request_id=request_id,
        )

    def get(self, transfer: str, *, request_id: str | None = None) -> types.AchTransfer:
        """One transfer.

        Refused with `ach_transfer_not_found`.
        """
        return self._transport.get(
            f"/v1/rails/ach/transfers/{calls.segment(transfer)}",
            types.AchTransfer,
            request_id=request_id,
        )

    def list(
        self,
        *,
        state: Literal[
            "batched",
            "cancelled",
            "contested",
            "dishonoured",
            "in_doubt",
            "queued",
            "rejected",
            "returned",
            "sent",
            "settled",
        ]
        | None = None,
        purpose: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.AchTransfer], types.AchTransfer]:
        """The tenant's transfers over ACH, newest first.

        `state`: Only transfers in this state.

        `purpose`: Only transfers for this, as in `pay_...`.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/rails/ach/transfers",
            pages.Page[types.AchTransfer],
            "items",
            query={"state": state, "purpose": purpose, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def reverse(
        self, transfer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.AchTransfer:
        """Undo a payment that was made in error: twice, to or from the wrong account, or with the
        wrong amount. What was sent is collected back; what was collected is paid back, and held
        until then on the account that had got it. The reversal is a transfer of its own, which
        leaves with the next cut-off, and may come back as any other.

        Refused with `tenant_not_found`, `ach_transfer_not_found`, `ach_not_settled`,
        `ach_already_reversed`, `ach_reversal_too_late`, `ach_not_configured`, `account_closed`,
        `ach_not_reversible`, `account_frozen`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/rails/ach/transfers/{calls.segment(transfer)}/reverse",
            types.AchTransfer,
            key=idempotency_key,
            request_id=request_id,
        )


class BatchesFiles:
    """The operations of `client.batches.files`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def upload(
        self,
        *,
        content: bytes | str,
        media_type: Literal["text/csv", "text/plain"],
        source: str,
        format: Literal["csv", "nacha"] | None = None,
        mode: Literal["all", "each"] | None = None,
        same_day: bool | None = None,
        reference: str | None = None,
        again: bool | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Batch:
        """Pay many out by a file of dollars: CSV with a header line, or the credits of a NACHA
        file. What is wrong with a file, or with an entry of it, is told by the batch, which is
        read soon after.

        `source`: The wallet that pays: `wal_...`.

        `format`: What the file is.

        `mode`: `all`: one entry that is refused refuses them all.

        `same_day`: Have banks carry it the same day.

        `reference`: Your name for it.

        `again`: The same content came before, and is meant once more.

        Refused with `batch_invalid`, `reference_invalid`, `tenant_not_found`,
        `wallet_not_found`, `customer_not_found`, `batch_duplicate`, `wallet_closed`,
        `customer_not_active`, `customer_restricted`, `customer_closed`, `wallet_frozen`,
        `wallet_currency_not_held`.
        """
        return self._transport.write(
            "POST",
            "/v1/batches/files",
            types.Batch,
            body=content,
            media_type=media_type,
            query={
                "source": source,
                "format": format,
                "mode": mode,
                "same_day": same_day,
                "reference": reference,
                "again": again,
            },
            key=idempotency_key,
            request_id=request_id,
        )


class EventsSchemas:
    """The operations of `client.events.schemas`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def get(self, type: str, version: int, *, request_id: str | None = None) -> dict[str, Any]:
        """The JSON Schema (2020-12) of one version of an event: what `data` of its CloudEvent is.

        `version`: The version of the event.

        Refused with `schema_not_found`.
        """
        return self._transport.get(
            f"/v1/events/schemas/{calls.segment(type)}/{calls.segment(version)}",
            dict[str, Any],
            request_id=request_id,
        )

    def list(self, *, request_id: str | None = None) -> types.EventSchemas:
        """Every version of every event that is recorded, or ever was, and where its schema is."""
        return self._transport.get("/v1/events/schemas", types.EventSchemas, request_id=request_id)


class FxQuotes:
    """The operations of `client.fx.quotes`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        sell_currency: str,
        buy_currency: str,
        amount: int | str,
        fixed: Literal["buy", "sell"] | None = None,
        seconds: int | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.FxQuote:
        """Ask what an exchange costs, and have the price kept for some seconds.

        Refused with `amount_invalid`, `fx_pair_invalid`, `fx_quote_invalid`,
        `tenant_not_found`, `currency_unknown`, `fx_no_rate`, `fx_amount_unfit`.
        """
        return self._transport.write(
            "POST",
            "/v1/fx/quotes",
            types.FxQuote,
            body=bodies.CreateQuote(
                sell_currency=sell_currency,
                buy_currency=buy_currency,
                amount=amount,
                fixed=fixed,
                seconds=seconds,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, quote: str, *, request_id: str | None = None) -> types.FxQuote:
        """One quote.

        Refused with `fx_quote_not_found`.
        """
        return self._transport.get(
            f"/v1/fx/quotes/{calls.segment(quote)}", types.FxQuote, request_id=request_id
        )

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, request_id: str | None = None
    ) -> pages.Pages[pages.Page[types.FxQuote], types.FxQuote]:
        """The tenant's quotes, newest first.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/fx/quotes",
            pages.Page[types.FxQuote],
            "items",
            query={"limit": limit},
            cursor=cursor,
            request_id=request_id,
        )


class FxRates:
    """The operations of `client.fx.rates`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, request_id: str | None = None
    ) -> pages.Pages[pages.Page[types.FxRate], types.FxRate]:
        """The rates that were set, by base and counter.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/fx/rates",
            pages.Page[types.FxRate],
            "items",
            query={"limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def set(
        self,
        *,
        base: str,
        counter: str,
        rate: str,
        valid_until: datetime,
        spread_basis_points: int | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.FxRate:
        """Set what a currency costs in another, in place of what was set before. It serves both
        ways.

        Refused with `fx_rate_invalid`, `fx_pair_invalid`, `time_invalid`, `tenant_not_found`,
        `fx_pair_reversed`, `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            "/v1/fx/rates",
            types.FxRate,
            body=bodies.SetRate(
                base=base,
                counter=counter,
                rate=rate,
                valid_until=valid_until,
                spread_basis_points=spread_basis_points,
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class LedgerAccounts:
    """The operations of `client.ledger.accounts`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def close(
        self, account: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Account:
        """Close an account for good: it must be at zero and have no holds.

        Refused with `tenant_not_found`, `account_not_found`, `account_closed`,
        `account_has_holds`, `account_not_empty`.
        """
        return self._transport.write(
            "POST",
            f"/v1/ledger/accounts/{calls.segment(account)}/close",
            types.Account,
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, account: str, *, request_id: str | None = None) -> types.Account:
        """One account, by id or by code.

        Refused with `tenant_not_found`, `account_not_found`.
        """
        return self._transport.get(
            f"/v1/ledger/accounts/{calls.segment(account)}", types.Account, request_id=request_id
        )

    def activity(
        self,
        account: str,
        *,
        from_: date | None = None,
        to: date | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[types.Activity, types.ActivityDay]:
        """How many postings there were on an account day by day, and what they came to on either
        side. Days are UTC days of effective time; those without postings are left out. The
        answer is read from a projection of the log, and says how far that lags behind.

        `from_`: From this UTC day on (default: all).

        `to`: Until this UTC day, included.

        `limit`: How many items a page has at most.

        Refused with `tenant_not_found`, `account_not_found`, `projection_not_built`.
        """
        return self._transport.pages(
            f"/v1/ledger/accounts/{calls.segment(account)}/activity",
            types.Activity,
            "days",
            query={"from": from_, "to": to, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def balance(
        self,
        account: str,
        *,
        effective: datetime | None = None,
        recorded: datetime | None = None,
        request_id: str | None = None,
    ) -> types.Balance:
        """What stands on an account, now or at any moment.

        `effective`: The balance of this moment in the world (default: all that is booked).

        `recorded`: As it was known at this moment (default: now).

        Refused with `time_invalid`, `tenant_not_found`, `account_not_found`.
        """
        return self._transport.get(
            f"/v1/ledger/accounts/{calls.segment(account)}/balance",
            types.Balance,
            query={"effective": effective, "recorded": recorded},
            request_id=request_id,
        )

    def statement(
        self,
        account: str,
        *,
        start: datetime,
        end: datetime,
        recorded: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[types.Statement, types.StatementLine]:
        """An account's statement of a period: opening balance, lines, closing balance.

        `start`: Lines effective from this moment on.

        `end`: Lines effective before this moment.

        `recorded`: As it was known at this moment (default: now).

        `limit`: How many items a page has at most.

        Refused with `time_invalid`, `tenant_not_found`, `account_not_found`.
        """
        return self._transport.pages(
            f"/v1/ledger/accounts/{calls.segment(account)}/statement",
            types.Statement,
            "lines",
            query={"start": start, "end": end, "recorded": recorded, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def list(
        self,
        *,
        prefix: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Account], types.Account]:
        """The tenant's accounts, by code.

        `prefix`: Only accounts whose code begins like this.

        `limit`: How many items a page has at most.

        Refused with `tenant_not_found`.
        """
        return self._transport.pages(
            "/v1/ledger/accounts",
            pages.Page[types.Account],
            "items",
            query={"prefix": prefix, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def entries(
        self,
        account: str,
        *,
        newest_first: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Entry], types.Entry]:
        """Everything that happened to an account, one entry an event.

        `newest_first`: Newest entries first.

        `limit`: How many items a page has at most.

        Refused with `tenant_not_found`, `account_not_found`.
        """
        return self._transport.pages(
            f"/v1/ledger/accounts/{calls.segment(account)}/entries",
            pages.Page[types.Entry],
            "items",
            query={"newest_first": newest_first, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def open(
        self,
        *,
        code: str,
        currency: str,
        side: Literal["credit", "debit"] | None = None,
        minimum: int | str | None = None,
        maximum: int | str | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Account:
        """Open an account under a code path, at zero.

        Refused with `code_invalid`, `limits_invalid`, `metadata_invalid`, `tenant_not_found`,
        `account_exists`, `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/accounts",
            types.Account,
            body=bodies.OpenAccount(
                code=code,
                currency=currency,
                side=side,
                minimum=minimum,
                maximum=maximum,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def update(
        self,
        account: str,
        *,
        minimum: int | str | msgspec.UnsetType | None = msgspec.UNSET,
        maximum: int | str | msgspec.UnsetType | None = msgspec.UNSET,
        freeze: Literal["both", "in", "none", "out"] | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Account:
        """Change an account's limits, freeze or metadata; what is left out stays as it is.

        Refused with `limits_invalid`, `metadata_invalid`, `tenant_not_found`,
        `account_not_found`, `account_closed`.
        """
        return self._transport.write(
            "PATCH",
            f"/v1/ledger/accounts/{calls.segment(account)}",
            types.Account,
            body=bodies.AccountChange(
                minimum=minimum, maximum=maximum, freeze=freeze, metadata=metadata
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class LedgerAssets:
    """The operations of `client.ledger.assets`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, request_id: str | None = None
    ) -> pages.Pages[pages.Page[types.Asset], types.Asset]:
        """The tenant's registered assets, by code.

        `limit`: How many items a page has at most.

        Refused with `tenant_not_found`.
        """
        return self._transport.pages(
            "/v1/ledger/assets",
            pages.Page[types.Asset],
            "items",
            query={"limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def register(
        self,
        *,
        code: str,
        scale: int,
        name: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Asset:
        """Make an asset usable as a currency, beside those of ISO 4217.

        Refused with `asset_invalid`, `tenant_not_found`, `asset_exists`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/assets",
            types.Asset,
            body=bodies.RegisterAsset(code=code, scale=scale, name=name),
            key=idempotency_key,
            request_id=request_id,
        )


class LedgerCheckpoints:
    """The operations of `client.ledger.checkpoints`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def get(self, *, request_id: str | None = None) -> str:
        """A signed checkpoint of all that the log holds now (c2sp.org/tlog-checkpoint).

        Refused with `partition_not_found`.
        """
        return self._transport.get("/v1/ledger/checkpoints", str, request_id=request_id)

    def of_size(self, size: int, *, request_id: str | None = None) -> str:
        """The checkpoint that was signed when the log had so many events.

        `size`: How many events the log had.

        Refused with `checkpoint_not_found`.
        """
        return self._transport.get(
            f"/v1/ledger/checkpoints/{calls.segment(size)}", str, request_id=request_id
        )

    def consistency(
        self, *, old: int, new: int, request_id: str | None = None
    ) -> types.Consistency:
        """The proof that the log only grew between two sizes.

        `old`: How many events the log had.

        `new`: How many it has had later.

        Refused with `not_in_tree`.
        """
        return self._transport.get(
            "/v1/ledger/checkpoints/consistency",
            types.Consistency,
            query={"old": old, "new": new},
            request_id=request_id,
        )

    def key(self, *, request_id: str | None = None) -> types.LedgerKey:
        """The key that checkpoints and receipts are checked with."""
        return self._transport.get(
            "/v1/ledger/checkpoints/key", types.LedgerKey, request_id=request_id
        )


class LedgerExchanges:
    """The operations of `client.ledger.exchanges`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        sell_account: str,
        buy_account: str,
        sell: int | str,
        buy: int | str,
        sell_position: str,
        buy_position: str,
        reference: str | None = None,
        effective: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Transaction:
        """Sell an amount of one currency for an amount of another, as one transaction of four
        postings through the position accounts of both currencies.

        Refused with `reference_invalid`, `metadata_invalid`, `time_invalid`, `amount_invalid`,
        `tenant_not_found`, `account_not_found`, `account_closed`, `same_account`,
        `currency_mismatch`, `account_frozen`, `period_closed`, `insufficient_funds`,
        `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/exchanges",
            types.Transaction,
            body=bodies.Exchange(
                sell_account=sell_account,
                buy_account=buy_account,
                sell=sell,
                buy=buy,
                sell_position=sell_position,
                buy_position=buy_position,
                reference=reference,
                effective=effective,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class LedgerHolds:
    """The operations of `client.ledger.holds`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def capture(
        self,
        hold: str,
        *,
        amount: int | str | None = None,
        release_rest: bool | None = None,
        kind: str | None = None,
        reference: str | None = None,
        effective: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Transaction:
        """Post a hold or a part of it (default: all that remains).

        Refused with `kind_invalid`, `reference_invalid`, `metadata_invalid`, `time_invalid`,
        `amount_invalid`, `tenant_not_found`, `hold_not_found`, `hold_in_use`, `hold_not_open`,
        `hold_expired`, `account_closed`, `amount_exceeds_hold`, `account_frozen`,
        `period_closed`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/ledger/holds/{calls.segment(hold)}/captures",
            types.Transaction,
            body=bodies.Capture(
                amount=amount,
                release_rest=release_rest,
                kind=kind,
                reference=reference,
                effective=effective,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, hold: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Hold: ...

    @overload
    def get(
        self,
        hold: str,
        *,
        expand: Sequence[Literal["credit", "debit"]],
        request_id: str | None = None,
    ) -> types.HoldExpandable: ...

    def get(
        self,
        hold: str,
        *,
        expand: Sequence[Literal["credit", "debit"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One hold.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `tenant_not_found`, `hold_not_found`.
        """
        answer: Any = types.Hold if expand is None else types.HoldExpandable
        return self._transport.get(
            f"/v1/ledger/holds/{calls.segment(hold)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        account: str | None = None,
        state: Literal["captured", "expired", "open", "released"] | None = None,
        expand: None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Hold], types.Hold]: ...

    @overload
    def list(
        self,
        *,
        account: str | None = None,
        state: Literal["captured", "expired", "open", "released"] | None = None,
        expand: Sequence[Literal["credit", "debit"]],
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.HoldExpandable], types.HoldExpandable]: ...

    def list(
        self,
        *,
        account: str | None = None,
        state: Literal["captured", "expired", "open", "released"] | None = None,
        expand: Sequence[Literal["credit", "debit"]] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """Holds, newest first.

        `account`: Only holds on this account, by id or code.

        `state`: Only holds in this state.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        `limit`: How many items a page has at most.

        Refused with `tenant_not_found`, `account_not_found`.
        """
        answer: Any = pages.Page[types.Hold] if expand is None else pages.Page[types.HoldExpandable]
        return self._transport.pages(
            "/v1/ledger/holds",
            answer,
            "items",
            query={"account": account, "state": state, "expand": expand, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def place(
        self,
        *,
        debit: str,
        credit: str,
        amount: int | str,
        expires: datetime | None = None,
        reference: str | None = None,
        metadata: Mapping[str, str] | None = None,
        up_to: bool | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Hold:
        """Reserve an amount on its way from one account to another, until it expires.

        Refused with `reference_invalid`, `metadata_invalid`, `time_invalid`, `amount_invalid`,
        `tenant_not_found`, `account_not_found`, `account_closed`, `same_account`,
        `currency_mismatch`, `account_frozen`, `expiry_in_past`, `insufficient_funds`,
        `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/holds",
            types.Hold,
            body=bodies.PlaceHold(
                debit=debit,
                credit=credit,
                amount=amount,
                expires=expires,
                reference=reference,
                metadata=metadata,
                up_to=up_to,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def release(
        self, hold: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Hold:
        """Give back what remains of a hold.

        Refused with `tenant_not_found`, `hold_not_found`, `hold_in_use`, `hold_not_open`.
        """
        return self._transport.write(
            "POST",
            f"/v1/ledger/holds/{calls.segment(hold)}/release",
            types.Hold,
            key=idempotency_key,
            request_id=request_id,
        )


class LedgerPeriods:
    """The operations of `client.ledger.periods`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def close(
        self, *, before: datetime, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Tenant:
        """Close the books before a moment: nothing more is booked with an earlier effective time.

        Refused with `time_invalid`, `tenant_not_found`, `period_not_later`, `period_in_future`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/periods/close",
            types.Tenant,
            body=bodies.ClosePeriod(before=before),
            key=idempotency_key,
            request_id=request_id,
        )


class LedgerTenants:
    """The operations of `client.ledger.tenants`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        name: str,
        sandbox: bool | None = None,
        clock: datetime | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Tenant:
        """Begin books for a new tenant: the one that the header Culm-Tenant names.

        Refused with `tenant_invalid`, `time_invalid`, `clock_needs_sandbox`, `tenant_exists`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/tenants",
            types.Tenant,
            body=bodies.CreateTenant(name=name, sandbox=sandbox, clock=clock),
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, tenant: str, *, request_id: str | None = None) -> types.Tenant:
        """Who keeps books, and up to when they are closed. Other tenants are not to be found.

        Refused with `tenant_not_found`.
        """
        return self._transport.get(
            f"/v1/ledger/tenants/{calls.segment(tenant)}", types.Tenant, request_id=request_id
        )


class LedgerTransactions:
    """The operations of `client.ledger.transactions`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def receipt(self, transaction: str, *, request_id: str | None = None) -> str:
        """The proof that a transaction is in the log (c2sp.org/tlog-proof): it can be checked
        offline, with nothing but the public key.

        Refused with `tenant_not_found`, `transaction_not_found`.
        """
        return self._transport.get(
            f"/v1/ledger/transactions/{calls.segment(transaction)}/proof",
            str,
            request_id=request_id,
        )

    def get(self, transaction: str, *, request_id: str | None = None) -> types.Transaction:
        """One booked transaction.

        Refused with `tenant_not_found`, `transaction_not_found`.
        """
        return self._transport.get(
            f"/v1/ledger/transactions/{calls.segment(transaction)}",
            types.Transaction,
            request_id=request_id,
        )

    def list(
        self,
        *,
        reference: str,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Transaction], types.Transaction]:
        """The transactions with a reference, newest first.

        `reference`: The reference they were given.

        `limit`: How many items a page has at most.

        Refused with `reference_invalid`, `tenant_not_found`.
        """
        return self._transport.pages(
            "/v1/ledger/transactions",
            pages.Page[types.Transaction],
            "items",
            query={"reference": reference, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def post(
        self,
        *,
        postings: Sequence[types.PostingRequest],
        kind: str | None = None,
        reference: str | None = None,
        effective: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        up_to: bool | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Transaction:
        """Book a transaction of 2 to 1,000 postings that balance in every currency.

        Refused with `kind_invalid`, `reference_invalid`, `metadata_invalid`, `time_invalid`,
        `postings_count`, `amount_invalid`, `up_to_postings`, `tenant_not_found`,
        `account_not_found`, `account_closed`, `unbalanced`, `account_frozen`, `period_closed`,
        `insufficient_funds`, `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/transactions",
            types.Transaction,
            body=bodies.PostTransaction(
                postings=postings,
                kind=kind,
                reference=reference,
                effective=effective,
                metadata=metadata,
                up_to=up_to,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def post_bulk(
        self,
        *,
        transactions: Sequence[types.PostTransaction],
        mode: Literal["all", "each"] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Results:
        """Book up to 10,000 transactions, with a result for each. In the mode `each`, every one is
        booked or refused on its own merits, in order, each seeing those before it. In the mode
        `all`, all are booked, or none: the first that is refused decides, and `field` says
        which one it was.

        Refused with `batch_size`, `kind_invalid`, `reference_invalid`, `metadata_invalid`,
        `time_invalid`, `postings_count`, `amount_invalid`, `up_to_postings`,
        `tenant_not_found`, `account_not_found`, `account_closed`, `unbalanced`,
        `account_frozen`, `period_closed`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            "/v1/ledger/transactions/bulk",
            types.Results,
            body=bodies.PostTransactions(transactions=transactions, mode=mode),
            key=idempotency_key,
            request_id=request_id,
        )

    def reverse(
        self,
        transaction: str,
        *,
        amount: int | str | None = None,
        amounts: Sequence[int | str] | None = None,
        reference: str | None = None,
        effective: datetime | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Transaction:
        """Book the opposite of what is left of a transaction, or of a part of it.

        Refused with `reference_invalid`, `metadata_invalid`, `time_invalid`, `amounts_count`,
        `amount_invalid`, `tenant_not_found`, `transaction_not_found`, `already_reversed`,
        `account_closed`, `reversal_of_reversal`, `reversal_exceeds_original`, `unbalanced`,
        `account_frozen`, `period_closed`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/ledger/transactions/{calls.segment(transaction)}/reversals",
            types.Transaction,
            body=bodies.Reversal(
                amount=amount,
                amounts=amounts,
                reference=reference,
                effective=effective,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class RailsAch:
    """The operations of `client.rails.ach`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.files = RailsAchFiles(transport)
        self.transfers = RailsAchTransfers(transport)

    def configure(
        self,
        *,
        odfi: str,
        company_name: str,
        company_id: str,
        destination: str | None = None,
        origin: str | None = None,
        destination_name: str | None = None,
        origin_name: str | None = None,
        standard: types.CutoffRequest | None = None,
        same_day: Sequence[types.CutoffRequest] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.AchTerms:
        """Set the terms with the bank, all of them. Windows that are closed keep those that they
        closed under; those that are open close when they were to close.

        Refused with `ach_terms_invalid`, `tenant_not_found`.
        """
        return self._transport.write(
            "PUT",
            "/v1/rails/ach",
            types.AchTerms,
            body=bodies.Configure(
                odfi=odfi,
                company_name=company_name,
                company_id=company_id,
                destination=destination,
                origin=origin,
                destination_name=destination_name,
                origin_name=origin_name,
                standard=standard,
                same_day=same_day,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def terms(self, *, request_id: str | None = None) -> types.AchTerms:
        """The terms with the bank. A tenant of the sandbox has ready-made ones until it sets
        others.

        Refused with `ach_not_configured`.
        """
        return self._transport.get("/v1/rails/ach", types.AchTerms, request_id=request_id)


class WebhooksEndpoints:
    """The operations of `client.webhooks.endpoints`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        url: str,
        event_types: Sequence[str] | None = None,
        payload: Literal["full", "thin"] | None = None,
        signature: Literal["ed25519", "hmac"] | None = None,
        description: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Endpoint:
        """Have a URL told of events of some types, or of all of them where none is given.

        Refused with `webhook_url_invalid`, `webhook_types_invalid`,
        `webhook_description_invalid`, `webhook_too_many_endpoints`.
        """
        return self._transport.write(
            "POST",
            "/v1/webhooks/endpoints",
            types.Endpoint,
            body=bodies.CreateEndpoint(
                url=url,
                event_types=event_types,
                payload=payload,
                signature=signature,
                description=description,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def delete(
        self, endpoint: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Endpoint:
        """Forget an endpoint.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/delete",
            types.Endpoint,
            key=idempotency_key,
            request_id=request_id,
        )

    def disable(
        self, endpoint: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Endpoint:
        """Tell an endpoint of nothing until it is enabled again.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/disable",
            types.Endpoint,
            key=idempotency_key,
            request_id=request_id,
        )

    def enable(
        self, endpoint: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Endpoint:
        """Tell an endpoint of events from now on. A replay tells it of those that it has missed.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/enable",
            types.Endpoint,
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, endpoint: str, *, request_id: str | None = None) -> types.Endpoint:
        """One endpoint.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.get(
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}",
            types.Endpoint,
            request_id=request_id,
        )

    def replay(self, endpoint: str, *, request_id: str | None = None) -> types.WebhookReplay:
        """The newest replay of an endpoint: whether it is still running.

        Refused with `webhook_endpoint_not_found`, `webhook_replay_not_found`.
        """
        return self._transport.get(
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/replay",
            types.WebhookReplay,
            request_id=request_id,
        )

    def secret(self, endpoint: str, *, request_id: str | None = None) -> types.Secret:
        """What an endpoint's deliveries are verified with. Who has it can sign as well, so a key
        needs the scope to write here.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.get(
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/secret",
            types.Secret,
            request_id=request_id,
        )

    def attempts(
        self,
        endpoint: str,
        *,
        event: str | None = None,
        outcome: Literal["failed", "succeeded"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Attempt], types.Attempt]:
        """The attempts to deliver events to an endpoint, newest first.

        `event`: Only attempts to deliver this event.

        `outcome`: Only attempts that ended so.

        `limit`: How many items a page has at most.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.pages(
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/attempts",
            pages.Page[types.Attempt],
            "items",
            query={"event": event, "outcome": outcome, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def deliveries(
        self,
        endpoint: str,
        *,
        state: Literal["delivered", "due", "given_up", "waiting"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.WebhookDelivery], types.WebhookDelivery]:
        """The deliveries that failed at least once, or were asked for again, newest events first.

        `state`: Only deliveries in this state.

        `limit`: How many items a page has at most.

        Refused with `webhook_endpoint_not_found`.
        """
        return self._transport.pages(
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/deliveries",
            pages.Page[types.WebhookDelivery],
            "items",
            query={"state": state, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, request_id: str | None = None
    ) -> pages.Pages[pages.Page[types.Endpoint], types.Endpoint]:
        """The tenant's endpoints, newest first.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/webhooks/endpoints",
            pages.Page[types.Endpoint],
            "items",
            query={"limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def replay_delivery(
        self,
        endpoint: str,
        event: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.WebhookDelivery:
        """Send one event to an endpoint again, whatever became of it before.

        Refused with `webhook_endpoint_not_found`, `webhook_event_not_found`,
        `webhook_endpoint_disabled`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/deliveries/{calls.segment(event)}/replay",
            types.WebhookDelivery,
            key=idempotency_key,
            request_id=request_id,
        )

    def start_replay(
        self,
        endpoint: str,
        *,
        since: datetime,
        again: bool | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.WebhookReplay:
        """Send an endpoint all events since a time that it has not got.

        Refused with `webhook_time_invalid`, `webhook_endpoint_not_found`,
        `webhook_endpoint_disabled`, `webhook_replay_running`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/replays",
            types.WebhookReplay,
            body=bodies.Replay(since=since, again=again),
            key=idempotency_key,
            request_id=request_id,
        )

    def rotate_secret(
        self,
        endpoint: str,
        *,
        overlap_seconds: int | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Endpoint:
        """Give an endpoint a new secret; until `previous_until` both sign.

        Refused with `webhook_overlap_invalid`, `webhook_endpoint_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/rotate",
            types.Endpoint,
            body=bodies.Rotation(overlap_seconds=overlap_seconds),
            key=idempotency_key,
            request_id=request_id,
        )

    def send_test(
        self, endpoint: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.WebhooksAccepted:
        """Send an event of the type `webhooks.test` to this endpoint alone.

        Refused with `webhook_endpoint_not_found`, `webhook_endpoint_disabled`.
        """
        return self._transport.write(
            "POST",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}/test",
            types.WebhooksAccepted,
            key=idempotency_key,
            request_id=request_id,
        )

    def update(
        self,
        endpoint: str,
        *,
        url: str | None = None,
        event_types: Sequence[str] | None = None,
        payload: Literal["full", "thin"] | None = None,
        description: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Endpoint:
        """Change where and what an endpoint is told; what is left out stays as it is.

        Refused with `webhook_url_invalid`, `webhook_types_invalid`,
        `webhook_description_invalid`, `webhook_endpoint_not_found`.
        """
        return self._transport.write(
            "PATCH",
            f"/v1/webhooks/endpoints/{calls.segment(endpoint)}",
            types.Endpoint,
            body=bodies.EndpointChange(
                url=url, event_types=event_types, payload=payload, description=description
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class BankAccounts:
    """The operations of `client.bank_accounts`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    @overload
    def get(
        self, bank_account: str, *, expand: None = None, request_id: str | None = None
    ) -> types.BankAccount: ...

    @overload
    def get(
        self,
        bank_account: str,
        *,
        expand: Sequence[Literal["customer"]],
        request_id: str | None = None,
    ) -> types.BankAccountExpandable: ...

    def get(
        self,
        bank_account: str,
        *,
        expand: Sequence[Literal["customer"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One bank account.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `bank_account_not_found`.
        """
        answer: Any = types.BankAccount if expand is None else types.BankAccountExpandable
        return self._transport.get(
            f"/v1/bank_accounts/{calls.segment(bank_account)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    def link(
        self,
        *,
        customer: str,
        routing: str,
        account: str,
        holder_name: str,
        kind: Literal["checking", "savings"] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.BankAccount:
        """Keep a bank account of a customer. Its number and its holder's name are sealed before
        they are written anywhere; the number is not shown again. Money can be paid to it at
        once; it is collected from once it is verified.

        Refused with `routing_number_invalid`, `account_number_invalid`, `holder_name_invalid`,
        `tenant_not_found`, `customer_not_found`, `customer_not_active`, `customer_restricted`,
        `customer_closed`.
        """
        return self._transport.write(
            "POST",
            "/v1/bank_accounts",
            types.BankAccount,
            body=bodies.NewBankAccount(
                customer=customer,
                routing=routing,
                account=account,
                holder_name=holder_name,
                kind=kind,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        customer: str | None = None,
        state: Literal["blocked", "failed", "new", "removed", "verified", "verifying"]
        | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.BankAccount], types.BankAccount]: ...

    @overload
    def list(
        self,
        *,
        customer: str | None = None,
        state: Literal["blocked", "failed", "new", "removed", "verified", "verifying"]
        | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["customer"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.BankAccountExpandable], types.BankAccountExpandable]: ...

    def list(
        self,
        *,
        customer: str | None = None,
        state: Literal["blocked", "failed", "new", "removed", "verified", "verifying"]
        | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["customer"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's bank accounts, newest first.

        `customer`: Only the bank accounts of this customer.

        `state`: Only bank accounts in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.BankAccount]
            if expand is None
            else pages.Page[types.BankAccountExpandable]
        )
        return self._transport.pages(
            "/v1/bank_accounts",
            answer,
            "items",
            query={"customer": customer, "state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    def remove(
        self,
        bank_account: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.BankAccount:
        """Let a bank account take part in nothing new, for good. What is under way comes to its
        end.

        Refused with `bank_account_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/bank_accounts/{calls.segment(bank_account)}/remove",
            types.BankAccount,
            key=idempotency_key,
            request_id=request_id,
        )

    def send_micro_deposits(
        self,
        bank_account: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.BankAccount:
        """Pay two amounts of some cents to a bank account, for its holder to find on a statement.
        In a sandbox they are always 32 and 45.

        Refused with `ach_order_invalid`, `bank_account_not_found`, `customer_not_found`,
        `bank_account_removed`, `bank_account_blocked`, `bank_account_verified`,
        `verification_under_way`, `too_many_verifications`, `customer_not_active`,
        `customer_restricted`, `customer_closed`, `ach_not_configured`, `ach_same_day_limit`,
        `ach_transfer_currency`, `ach_same_day_not_offered`.
        """
        return self._transport.write(
            "POST",
            f"/v1/bank_accounts/{calls.segment(bank_account)}/micro_deposits",
            types.BankAccount,
            key=idempotency_key,
            request_id=request_id,
        )

    def verify(
        self,
        bank_account: str,
        *,
        amounts: Sequence[int | str],
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.BankAccount:
        """Tell the amounts of the micro-deposits. A wrong answer is an answer: the account stays
        `verifying` with a try less, and is `failed` after the third.

        Refused with `deposit_amounts_invalid`, `bank_account_not_found`,
        `bank_account_removed`, `bank_account_verified`, `verification_not_begun`,
        `deposits_pending`.
        """
        return self._transport.write(
            "POST",
            f"/v1/bank_accounts/{calls.segment(bank_account)}/verify",
            types.BankAccount,
            body=bodies.DepositAmounts(amounts=amounts),
            key=idempotency_key,
            request_id=request_id,
        )


class Batches:
    """The operations of `client.batches`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.files = BatchesFiles(transport)

    def create(
        self,
        *,
        source: str,
        entries: Sequence[types.NewEntry],
        currency: str | None = None,
        mode: Literal["all", "each"] | None = None,
        same_day: bool | None = None,
        reference: str | None = None,
        again: bool | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Batch:
        """Pay many out by one call. Each entry is judged soon after, on its own; its result is one
        of the batch's entries. Who is paid is sealed before it is written anywhere.

        Refused with `batch_invalid`, `reference_invalid`, `tenant_not_found`,
        `wallet_not_found`, `customer_not_found`, `batch_duplicate`, `wallet_closed`,
        `customer_not_active`, `customer_restricted`, `customer_closed`, `wallet_frozen`,
        `wallet_currency_not_held`.
        """
        return self._transport.write(
            "POST",
            "/v1/batches",
            types.Batch,
            body=bodies.NewBatch(
                source=source,
                currency=currency,
                mode=mode,
                same_day=same_day,
                reference=reference,
                again=again,
                entries=entries,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, batch: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Batch: ...

    @overload
    def get(
        self, batch: str, *, expand: Sequence[Literal["source"]], request_id: str | None = None
    ) -> types.BatchExpandable: ...

    def get(
        self,
        batch: str,
        *,
        expand: Sequence[Literal["source"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One batch.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `batch_not_found`.
        """
        answer: Any = types.Batch if expand is None else types.BatchExpandable
        return self._transport.get(
            f"/v1/batches/{calls.segment(batch)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def entries(
        self,
        batch: str,
        *,
        verdict: Literal["accepted", "refused"] | None = None,
        state: Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.BatchEntry], types.BatchEntry]: ...

    @overload
    def entries(
        self,
        batch: str,
        *,
        verdict: Literal["accepted", "refused"] | None = None,
        state: Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.BatchEntryExpandable], types.BatchEntryExpandable]: ...

    def entries(
        self,
        batch: str,
        *,
        verdict: Literal["accepted", "refused"] | None = None,
        state: Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """What became of each entry that was judged, in the order of the batch.

        `verdict`: Only entries that were accepted, or refused.

        `state`: Only entries whose payments are in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `batch_not_found`.
        """
        answer: Any = (
            pages.Page[types.BatchEntry]
            if expand is None
            else pages.Page[types.BatchEntryExpandable]
        )
        return self._transport.pages(
            f"/v1/batches/{calls.segment(batch)}/entries",
            answer,
            "items",
            query={"verdict": verdict, "state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        state: Literal["processed", "processing", "received", "refused"] | None = None,
        source: str | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Batch], types.Batch]: ...

    @overload
    def list(
        self,
        *,
        state: Literal["processed", "processing", "received", "refused"] | None = None,
        source: str | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["source"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.BatchExpandable], types.BatchExpandable]: ...

    def list(
        self,
        *,
        state: Literal["processed", "processing", "received", "refused"] | None = None,
        source: str | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["source"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's batches, newest first.

        `state`: Only batches in this state.

        `source`: Only batches that this wallet pays.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.Batch] if expand is None else pages.Page[types.BatchExpandable]
        )
        return self._transport.pages(
            "/v1/batches",
            answer,
            "items",
            query={"state": state, "source": source, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )


class Clock:
    """The operations of `client.clock`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def advance(
        self, *, to: datetime, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Clock:
        """Send the tenant's virtual clock on its way to a later time. What is due by then fires on
        the way, in order, each at its time. The clock has come to its target when `target` is
        null again.

        Refused with `moment_invalid`, `virtual_clock_not_found`, `clock_advancing`,
        `clock_not_later`, `clock_too_far`.
        """
        return self._transport.write(
            "POST",
            "/v1/clock/advance",
            types.Clock,
            body=bodies.AdvanceClock(to=to),
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, *, request_id: str | None = None) -> types.Clock:
        """Where the tenant's virtual clock stands, and where it is on its way to.

        Refused with `virtual_clock_not_found`.
        """
        return self._transport.get("/v1/clock", types.Clock, request_id=request_id)


class Customers:
    """The operations of `client.customers`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def activate(
        self, customer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Customer:
        """Let a customer take part.

        Refused with `customer_not_found`, `customer_restricted`, `customer_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/activate",
            types.Customer,
            key=idempotency_key,
            request_id=request_id,
        )

    def close(
        self, customer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Customer:
        """End the business with a customer, for good, once their wallets are closed.

        Refused with `customer_not_found`, `customer_in_use`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/close",
            types.Customer,
            key=idempotency_key,
            request_id=request_id,
        )

    def create(
        self,
        *,
        person: types.PersonRequest | None = None,
        business: types.BusinessRequest | None = None,
        email: str | None = None,
        phone: str | None = None,
        address: types.AddressRequest | None = None,
        reference: str | None = None,
        metadata: Mapping[str, str] | None = None,
        tier: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Customer:
        """Keep a person or a business as a customer. What is known of them is sealed before it is
        written anywhere. Business with them begins when they are activated.

        Refused with `customer_invalid`, `customer_tier_invalid`, `tenant_not_found`.
        """
        return self._transport.write(
            "POST",
            "/v1/customers",
            types.Customer,
            body=bodies.NewCustomer(
                person=person,
                business=business,
                email=email,
                phone=phone,
                address=address,
                reference=reference,
                metadata=metadata,
                tier=tier,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def erase(
        self, customer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Customer:
        """Forget all that is known of a closed customer, by destroying the key that seals it. What
        happened stays in the log, and can be proven as before.

        Refused with `customer_not_found`, `customer_not_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/erase",
            types.Customer,
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, customer: str, *, request_id: str | None = None) -> types.Customer:
        """One customer, and what is known of them.

        Refused with `customer_not_found`.
        """
        return self._transport.get(
            f"/v1/customers/{calls.segment(customer)}", types.Customer, request_id=request_id
        )

    def give_consent(
        self,
        customer: str,
        *,
        purpose: str,
        version: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Consent:
        """Record that a customer consents to something. A newer version takes the older one's
        place; the log keeps both.

        Refused with `customer_consent_invalid`, `customer_not_found`, `customer_closed`,
        `customer_too_many_consents`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/consents",
            types.Consent,
            body=bodies.CustomerConsent(purpose=purpose, version=version),
            key=idempotency_key,
            request_id=request_id,
        )

    def consents(
        self,
        customer: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Consent], types.Consent]:
        """What a customer has consented to, by purpose, withdrawn consents too.

        `limit`: How many items a page has at most.

        Refused with `customer_not_found`.
        """
        return self._transport.pages(
            f"/v1/customers/{calls.segment(customer)}/consents",
            pages.Page[types.Consent],
            "items",
            query={"limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def list(
        self,
        *,
        state: Literal["active", "closed", "created", "restricted"] | None = None,
        kind: Literal["business", "person"] | None = None,
        tier: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Customer], types.Customer]:
        """The tenant's customers, newest first.

        `state`: Only customers in this state.

        `kind`: Only persons, or only businesses.

        `tier`: Only customers of this tier.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/customers",
            pages.Page[types.Customer],
            "items",
            query={"state": state, "kind": kind, "tier": tier, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def restrict(
        self,
        customer: str,
        *,
        reason: Literal[
            "court_order", "fraud_suspected", "other", "owner_request", "review", "sanctions"
        ],
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Customer:
        """Let a customer take part in nothing new. What is under way comes to its end.

        Refused with `customer_not_found`, `customer_not_active`, `customer_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/restrict",
            types.Customer,
            body=bodies.CustomerRestriction(reason=reason),
            key=idempotency_key,
            request_id=request_id,
        )

    def search(
        self,
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        reference: str | None = None,
        after: str | None = None,
        limit: int | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> pages.Page[types.Customer]:
        """The tenant's customers with exactly this name, email address, phone number or reference,
        newest first. Nothing changes; it is a POST so that what is looked for stands in no URL.

        Refused with `customer_invalid`.
        """
        return self._transport.write(
            "POST",
            "/v1/customers/search",
            pages.Page[types.Customer],
            body=bodies.CustomerSearch(
                name=name, email=email, phone=phone, reference=reference, after=after, limit=limit
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def set_tier(
        self,
        customer: str,
        *,
        tier: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Customer:
        """Move a customer to another tier: the limits of that count from now on.

        Refused with `customer_tier_invalid`, `customer_not_found`, `customer_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/tier",
            types.Customer,
            body=bodies.CustomerTier(tier=tier),
            key=idempotency_key,
            request_id=request_id,
        )

    def unrestrict(
        self, customer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Customer:
        """Let a restricted customer take part again.

        Refused with `customer_not_found`, `customer_not_active`, `customer_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/unrestrict",
            types.Customer,
            key=idempotency_key,
            request_id=request_id,
        )

    def update(
        self,
        customer: str,
        *,
        person: types.PersonRequest | None = None,
        business: types.BusinessRequest | None = None,
        email: str | msgspec.UnsetType | None = msgspec.UNSET,
        phone: str | msgspec.UnsetType | None = msgspec.UNSET,
        address: types.AddressRequest | msgspec.UnsetType | None = msgspec.UNSET,
        reference: str | msgspec.UnsetType | None = msgspec.UNSET,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Customer:
        """Change what is known of a customer; what is left out stays as it is.

        Refused with `customer_invalid`, `customer_not_found`, `customer_closed`,
        `customer_changed`.
        """
        return self._transport.write(
            "PATCH",
            f"/v1/customers/{calls.segment(customer)}",
            types.Customer,
            body=bodies.CustomerChange(
                person=person,
                business=business,
                email=email,
                phone=phone,
                address=address,
                reference=reference,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def withdraw_consent(
        self,
        customer: str,
        *,
        purpose: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Consent:
        """Record that a customer consents to something no longer.

        Refused with `customer_consent_invalid`, `customer_not_found`,
        `customer_consent_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/customers/{calls.segment(customer)}/consents/withdraw",
            types.Consent,
            body=bodies.CustomerConsentEnd(purpose=purpose),
            key=idempotency_key,
            request_id=request_id,
        )


class Disputes:
    """The operations of `client.disputes`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def accept(
        self, dispute: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Dispute:
        """End a dispute because the payee gives in.

        Refused with `dispute_not_found`, `tenant_not_found`, `dispute_ended`, `account_closed`,
        `account_frozen`, `period_closed`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/disputes/{calls.segment(dispute)}/accept",
            types.Dispute,
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, dispute: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Dispute: ...

    @overload
    def get(
        self, dispute: str, *, expand: Sequence[Literal["payment"]], request_id: str | None = None
    ) -> types.DisputeExpandable: ...

    def get(
        self,
        dispute: str,
        *,
        expand: Sequence[Literal["payment"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One dispute.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `dispute_not_found`.
        """
        answer: Any = types.Dispute if expand is None else types.DisputeExpandable
        return self._transport.get(
            f"/v1/disputes/{calls.segment(dispute)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        payment: str | None = None,
        state: Literal["accepted", "lost", "open", "won"] | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Dispute], types.Dispute]: ...

    @overload
    def list(
        self,
        *,
        payment: str | None = None,
        state: Literal["accepted", "lost", "open", "won"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.DisputeExpandable], types.DisputeExpandable]: ...

    def list(
        self,
        *,
        payment: str | None = None,
        state: Literal["accepted", "lost", "open", "won"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's disputes, newest first.

        `payment`: Only disputes of this payment.

        `state`: Only disputes in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.Dispute] if expand is None else pages.Page[types.DisputeExpandable]
        )
        return self._transport.pages(
            "/v1/disputes",
            answer,
            "items",
            query={"payment": payment, "state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    def resolve(
        self,
        dispute: str,
        *,
        outcome: Literal["lost", "won"],
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Dispute:
        """End a dispute: won by the payee, or lost to the payer.

        Refused with `dispute_not_found`, `tenant_not_found`, `dispute_ended`, `account_closed`,
        `account_frozen`, `period_closed`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/disputes/{calls.segment(dispute)}/resolve",
            types.Dispute,
            body=bodies.DisputeResolution(outcome=outcome),
            key=idempotency_key,
            request_id=request_id,
        )


class Events:
    """The operations of `client.events`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.schemas = EventsSchemas(transport)

    def get(self, event: str, *, request_id: str | None = None) -> types.CloudEvent:
        """One event, as it is published: what the `dataref` of a very large one leads to.

        Refused with `event_not_found`.
        """
        return self._transport.get(
            f"/v1/events/{calls.segment(event)}", types.CloudEvent, request_id=request_id
        )


class FeeSchedules:
    """The operations of `client.fee_schedules`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        name: str,
        currency: str,
        tiers: Sequence[types.Tier],
        graduated: bool | None = None,
        minimum: int | str | None = None,
        maximum: int | str | None = None,
        rounding: Literal["down", "half_even", "half_up", "up"] | None = None,
        bearer: Literal["payee", "payer"] | None = None,
        refunds: Literal["kept", "proportional"] | None = None,
        kinds: Sequence[
            Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
        ]
        | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.FeeSchedule:
        """Say what payments cost in a currency, and be the standing price of some kinds.

        Refused with `fee_schedule_invalid`, `tenant_not_found`, `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            "/v1/fee_schedules",
            types.FeeSchedule,
            body=bodies.CreateFeeSchedule(
                name=name,
                currency=currency,
                tiers=tiers,
                graduated=graduated,
                minimum=minimum,
                maximum=maximum,
                rounding=rounding,
                bearer=bearer,
                refunds=refunds,
                kinds=kinds,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, schedule: str, *, request_id: str | None = None) -> types.FeeSchedule:
        """One fee schedule.

        Refused with `fee_schedule_not_found`.
        """
        return self._transport.get(
            f"/v1/fee_schedules/{calls.segment(schedule)}", types.FeeSchedule, request_id=request_id
        )

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, request_id: str | None = None
    ) -> pages.Pages[pages.Page[types.FeeSchedule], types.FeeSchedule]:
        """The tenant's fee schedules, newest first, retired ones too.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/fee_schedules",
            pages.Page[types.FeeSchedule],
            "items",
            query={"limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def retire(
        self, schedule: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.FeeSchedule:
        """Price no payment by this schedule any more.

        Refused with `fee_schedule_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/fee_schedules/{calls.segment(schedule)}/retire",
            types.FeeSchedule,
            key=idempotency_key,
            request_id=request_id,
        )


class Fx:
    """The operations of `client.fx`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.quotes = FxQuotes(transport)
        self.rates = FxRates(transport)


class Keys:
    """The operations of `client.keys`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        name: str,
        scopes: Sequence[
            Literal[
                "access:read",
                "access:write",
                "bank_accounts:read",
                "bank_accounts:write",
                "batches:read",
                "batches:write",
                "customers:read",
                "customers:write",
                "events:read",
                "events:write",
                "fx:read",
                "fx:write",
                "ledger:read",
                "ledger:write",
                "payments:read",
                "payments:write",
                "rails:read",
                "rails:write",
                "read",
                "recurring:read",
                "recurring:write",
                "timers:read",
                "timers:write",
                "wallets:read",
                "wallets:write",
                "webhooks:read",
                "webhooks:write",
                "work:read",
                "work:write",
                "write",
            ]
        ],
        addresses: Sequence[str] | None = None,
        rate: types.RateRequest | None = None,
        daily_quota: int | None = None,
        routes: Mapping[str, types.RouteRequest] | None = None,
        expires: datetime | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.IssuedKey:
        """Make a key. Its secret is in this answer and never again.

        Refused with `key_name_invalid`, `key_addresses_invalid`, `key_rate_invalid`,
        `key_routes_invalid`, `key_scopes_invalid`, `key_expiry_invalid`, `key_exceeds_own`,
        `tenant_not_found`, `key_too_many`.
        """
        return self._transport.write(
            "POST",
            "/v1/keys",
            types.IssuedKey,
            body=bodies.NewKey(
                name=name,
                scopes=scopes,
                addresses=addresses,
                rate=rate,
                daily_quota=daily_quota,
                routes=routes,
                expires=expires,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, key: str, *, request_id: str | None = None) -> types.KeyInUse:
        """One key, and when it was last used.

        Refused with `key_not_found`.
        """
        return self._transport.get(
            f"/v1/keys/{calls.segment(key)}", types.KeyInUse, request_id=request_id
        )

    def list(
        self,
        *,
        state: Literal["active", "revoked"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.KeyInUse], types.KeyInUse]:
        """The tenant's keys, newest first, and when each was last used.

        `state`: Only keys in this state.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/keys",
            pages.Page[types.KeyInUse],
            "items",
            query={"state": state, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def revoke(
        self, key: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.AccessKey:
        """End a key, for good. From this answer on it opens nothing.

        Refused with `key_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/keys/{calls.segment(key)}/revoke",
            types.AccessKey,
            key=idempotency_key,
            request_id=request_id,
        )

    def rotate(
        self,
        key: str,
        *,
        overlap_seconds: int | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.IssuedKey:
        """Give a key a new secret, which is in this answer and never again. Until `previous_until`
        the one before opens as well.

        Refused with `key_overlap_invalid`, `key_exceeds_own`, `key_not_found`, `key_inactive`.
        """
        return self._transport.write(
            "POST",
            f"/v1/keys/{calls.segment(key)}/rotate",
            types.IssuedKey,
            body=bodies.KeyRotation(overlap_seconds=overlap_seconds),
            key=idempotency_key,
            request_id=request_id,
        )

    def update(
        self,
        key: str,
        *,
        name: str | None = None,
        addresses: Sequence[str] | None = None,
        rate: types.RateRequest | None = None,
        daily_quota: int | msgspec.UnsetType | None = msgspec.UNSET,
        routes: Mapping[str, types.RouteRequest] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.AccessKey:
        """Change what a key is called, or from where and how often it may be used. What it may do,
        and until when, stays: for that, make another.

        Refused with `key_name_invalid`, `key_addresses_invalid`, `key_rate_invalid`,
        `key_routes_invalid`, `key_exceeds_own`, `key_not_found`, `key_inactive`.
        """
        return self._transport.write(
            "PATCH",
            f"/v1/keys/{calls.segment(key)}",
            types.AccessKey,
            body=bodies.KeyChange(
                name=name, addresses=addresses, rate=rate, daily_quota=daily_quota, routes=routes
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class Ledger:
    """The operations of `client.ledger`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.accounts = LedgerAccounts(transport)
        self.assets = LedgerAssets(transport)
        self.checkpoints = LedgerCheckpoints(transport)
        self.exchanges = LedgerExchanges(transport)
        self.holds = LedgerHolds(transport)
        self.periods = LedgerPeriods(transport)
        self.tenants = LedgerTenants(transport)
        self.transactions = LedgerTransactions(transport)

    def trial_balance(
        self,
        *,
        effective: datetime | None = None,
        recorded: datetime | None = None,
        request_id: str | None = None,
    ) -> types.TrialBalance:
        """Every account's balance, by currency, in the column of its side; both columns are equal.

        `effective`: The balance of this moment in the world (default: all that is booked).

        `recorded`: As it was known at this moment (default: now).

        Refused with `time_invalid`, `tenant_not_found`.
        """
        return self._transport.get(
            "/v1/ledger/trial-balance",
            types.TrialBalance,
            query={"effective": effective, "recorded": recorded},
            request_id=request_id,
        )


class Mandates:
    """The operations of `client.mandates`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def collect(
        self,
        mandate: str,
        *,
        amount: int | str,
        same_day: bool | None = None,
        reference: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Payment:
        """Make a payment that a mandate allows.

        Refused with `amount_invalid`, `payment_option_invalid`, `reference_invalid`,
        `payment_description_invalid`, `metadata_invalid`, `ach_order_invalid`,
        `mandate_not_found`, `wallet_not_found`, `customer_not_found`, `bank_account_not_found`,
        `tenant_not_found`, `mandate_not_active`, `wallet_closed`, `customer_not_active`,
        `customer_restricted`, `customer_closed`, `bank_account_removed`,
        `bank_account_blocked`, `bank_account_not_verified`, `ach_not_configured`,
        `account_closed`, `mandate_exceeded`, `payment_currency_invalid`, `wallet_frozen`,
        `wallet_currency_not_held`, `ach_same_day_limit`, `ach_transfer_currency`,
        `ach_same_day_not_offered`, `fee_schedule_unusable`, `payment_fee_exceeds_amount`,
        `limit_exceeded`, `account_frozen`, `period_closed`, `insufficient_funds`,
        `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/mandates/{calls.segment(mandate)}/collections",
            types.Payment,
            body=bodies.MandateCollection(
                amount=amount,
                same_day=same_day,
                reference=reference,
                description=description,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def create(
        self,
        *,
        kind: Literal["purchase", "top_up", "transfer"],
        source: str,
        destination: str,
        currency: str,
        agreed: Literal["online", "telephone", "written"],
        text: str,
        given: datetime,
        maximum: int | str | None = None,
        monthly: int | str | None = None,
        single: bool | None = None,
        valid_until: datetime | None = None,
        reference: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Mandate:
        """Keep that a payer lets somebody collect, and how much.

        Refused with `mandate_invalid`, `amount_invalid`, `reference_invalid`, `time_invalid`,
        `payment_parties_invalid`, `tenant_not_found`, `wallet_not_found`,
        `bank_account_not_found`, `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            "/v1/mandates",
            types.Mandate,
            body=bodies.CreateMandate(
                kind=kind,
                source=source,
                destination=destination,
                currency=currency,
                agreed=agreed,
                text=text,
                given=given,
                maximum=maximum,
                monthly=monthly,
                single=single,
                valid_until=valid_until,
                reference=reference,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, mandate: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Mandate: ...

    @overload
    def get(
        self,
        mandate: str,
        *,
        expand: Sequence[Literal["customer", "destination", "source"]],
        request_id: str | None = None,
    ) -> types.MandateExpandable: ...

    def get(
        self,
        mandate: str,
        *,
        expand: Sequence[Literal["customer", "destination", "source"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One mandate.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `mandate_not_found`.
        """
        answer: Any = types.Mandate if expand is None else types.MandateExpandable
        return self._transport.get(
            f"/v1/mandates/{calls.segment(mandate)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def collections(
        self,
        mandate: str,
        *,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Collection], types.Collection]: ...

    @overload
    def collections(
        self,
        mandate: str,
        *,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.CollectionExpandable], types.CollectionExpandable]: ...

    def collections(
        self,
        mandate: str,
        *,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """What was collected by a mandate, newest first.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `mandate_not_found`.
        """
        answer: Any = (
            pages.Page[types.Collection]
            if expand is None
            else pages.Page[types.CollectionExpandable]
        )
        return self._transport.pages(
            f"/v1/mandates/{calls.segment(mandate)}/collections",
            answer,
            "items",
            query={"limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        state: Literal["active", "expired", "revoked", "used"] | None = None,
        customer: str | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Mandate], types.Mandate]: ...

    @overload
    def list(
        self,
        *,
        state: Literal["active", "expired", "revoked", "used"] | None = None,
        customer: str | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["customer", "destination", "source"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.MandateExpandable], types.MandateExpandable]: ...

    def list(
        self,
        *,
        state: Literal["active", "expired", "revoked", "used"] | None = None,
        customer: str | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["customer", "destination", "source"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's mandates, newest first.

        `state`: Only mandates in this state.

        `customer`: Only mandates that this customer has given.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.Mandate] if expand is None else pages.Page[types.MandateExpandable]
        )
        return self._transport.pages(
            "/v1/mandates",
            answer,
            "items",
            query={"state": state, "customer": customer, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    def revoke(
        self, mandate: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Mandate:
        """Collect nothing by a mandate any more, because the payer has taken it back.

        Refused with `mandate_not_found`.
        """
        return self._transport.write(
            "POST",
            f"/v1/mandates/{calls.segment(mandate)}/revoke",
            types.Mandate,
            key=idempotency_key,
            request_id=request_id,
        )


class Parked:
    """The operations of `client.parked`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def drop(
        self, parked: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Parked:
        """Give a parked fact up. The next one of its aggregate is tried.

        Refused with `parked_not_found`, `parked_not_waiting`.
        """
        return self._transport.write(
            "POST",
            f"/v1/parked/{calls.segment(parked)}/drop",
            types.Parked,
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, parked: str, *, request_id: str | None = None) -> types.ParkedFact:
        """One parked fact, with what the reactor said.

        Refused with `parked_not_found`.
        """
        return self._transport.get(
            f"/v1/parked/{calls.segment(parked)}", types.ParkedFact, request_id=request_id
        )

    def list(
        self,
        *,
        reactor: str | None = None,
        state: Literal["dropped", "parked", "retrying", "settled"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Parked], types.Parked]:
        """Facts that reactors were not done with, newest first.

        `reactor`: Only what this reactor has parked.

        `state`: Only in this state; left out: parked or being retried.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/parked",
            pages.Page[types.Parked],
            "items",
            query={"reactor": reactor, "state": state, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def retry(
        self, parked: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Parked:
        """Have the reactor try once more. When that fails, the fact is parked again; when it
        succeeds, the next one of its aggregate is tried.

        Refused with `parked_not_found`, `parked_not_waiting`, `parked_behind`.
        """
        return self._transport.write(
            "POST",
            f"/v1/parked/{calls.segment(parked)}/retry",
            types.Parked,
            key=idempotency_key,
            request_id=request_id,
        )


class PaymentSchedules:
    """The operations of `client.payment_schedules`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def cancel(
        self,
        payment_schedule: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.PaymentSchedule:
        """Make no payments any more, for good.

        Refused with `recurring_schedule_not_found`, `recurring_schedule_state`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payment_schedules/{calls.segment(payment_schedule)}/cancel",
            types.PaymentSchedule,
            key=idempotency_key,
            request_id=request_id,
        )

    def create(
        self,
        *,
        kind: Literal["payout", "purchase", "top_up", "transfer", "withdrawal"],
        amount: int | str,
        currency: str,
        source: str,
        destination: str,
        at: datetime | None = None,
        schedule: types.ScheduleRequest | None = None,
        adjust: Literal["following", "none", "preceding"] | None = None,
        retries: Sequence[int] | None = None,
        stop_after: int | None = None,
        same_day: bool | None = None,
        fee_schedule: str | None = None,
        reference: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, str] | None = None,
        mandate: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.PaymentSchedule:
        """Have a payment made at a time, on a schedule, or from that time on on that schedule.

        Refused with `recurring_retries_invalid`, `recurring_metadata_full`, `amount_invalid`,
        `payment_parties_invalid`, `payment_option_invalid`, `reference_invalid`,
        `payment_description_invalid`, `metadata_invalid`, `moment_invalid`, `schedule_invalid`,
        `tenant_not_found`, `wallet_not_found`, `bank_account_not_found`,
        `fee_schedule_not_found`, `mandate_not_found`, `currency_unknown`, `timer_in_past`,
        `mandate_mismatch`.
        """
        return self._transport.write(
            "POST",
            "/v1/payment_schedules",
            types.PaymentSchedule,
            body=bodies.CreateSchedule(
                kind=kind,
                amount=amount,
                currency=currency,
                source=source,
                destination=destination,
                at=at,
                schedule=schedule,
                adjust=adjust,
                retries=retries,
                stop_after=stop_after,
                same_day=same_day,
                fee_schedule=fee_schedule,
                reference=reference,
                description=description,
                metadata=metadata,
                mandate=mandate,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, payment_schedule: str, *, expand: None = None, request_id: str | None = None
    ) -> types.PaymentSchedule: ...

    @overload
    def get(
        self,
        payment_schedule: str,
        *,
        expand: Sequence[Literal["destination", "source"]],
        request_id: str | None = None,
    ) -> types.PaymentScheduleExpandable: ...

    def get(
        self,
        payment_schedule: str,
        *,
        expand: Sequence[Literal["destination", "source"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One schedule of payments.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `recurring_schedule_not_found`.
        """
        answer: Any = types.PaymentSchedule if expand is None else types.PaymentScheduleExpandable
        return self._transport.get(
            f"/v1/payment_schedules/{calls.segment(payment_schedule)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        state: Literal["active", "cancelled", "ended", "paused", "stopped"] | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.PaymentSchedule], types.PaymentSchedule]: ...

    @overload
    def list(
        self,
        *,
        state: Literal["active", "cancelled", "ended", "paused", "stopped"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["destination", "source"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[
        pages.Page[types.PaymentScheduleExpandable], types.PaymentScheduleExpandable
    ]: ...

    def list(
        self,
        *,
        state: Literal["active", "cancelled", "ended", "paused", "stopped"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["destination", "source"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's schedules of payments, newest first.

        `state`: Only schedules in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.PaymentSchedule]
            if expand is None
            else pages.Page[types.PaymentScheduleExpandable]
        )
        return self._transport.pages(
            "/v1/payment_schedules",
            answer,
            "items",
            query={"state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    @overload
    def runs(
        self,
        payment_schedule: str,
        *,
        state: Literal["due", "failed", "paid", "retrying", "skipped"] | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.ScheduleRun], types.ScheduleRun]: ...

    @overload
    def runs(
        self,
        payment_schedule: str,
        *,
        state: Literal["due", "failed", "paid", "retrying", "skipped"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.ScheduleRunExpandable], types.ScheduleRunExpandable]: ...

    def runs(
        self,
        payment_schedule: str,
        *,
        state: Literal["due", "failed", "paid", "retrying", "skipped"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """What became of each occurrence of a schedule, newest first.

        `state`: Only runs in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `recurring_schedule_not_found`.
        """
        answer: Any = (
            pages.Page[types.ScheduleRun]
            if expand is None
            else pages.Page[types.ScheduleRunExpandable]
        )
        return self._transport.pages(
            f"/v1/payment_schedules/{calls.segment(payment_schedule)}/runs",
            answer,
            "items",
            query={"state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    def pause(
        self,
        payment_schedule: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.PaymentSchedule:
        """Make no payments until the schedule is resumed.

        Refused with `recurring_schedule_not_found`, `recurring_schedule_state`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payment_schedules/{calls.segment(payment_schedule)}/pause",
            types.PaymentSchedule,
            key=idempotency_key,
            request_id=request_id,
        )

    def resume(
        self,
        payment_schedule: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.PaymentSchedule:
        """Go on with the next occurrence. What has passed meanwhile is not paid; a payment that is
        made once, whose time has passed, is made now.

        Refused with `recurring_schedule_not_found`, `recurring_schedule_state`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payment_schedules/{calls.segment(payment_schedule)}/resume",
            types.PaymentSchedule,
            key=idempotency_key,
            request_id=request_id,
        )

    def skip(
        self,
        payment_schedule: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.PaymentSchedule:
        """Let the next occurrence pass without a payment.

        Refused with `recurring_schedule_not_found`, `recurring_schedule_state`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payment_schedules/{calls.segment(payment_schedule)}/skip",
            types.PaymentSchedule,
            key=idempotency_key,
            request_id=request_id,
        )


class Payments:
    """The operations of `client.payments`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def capture(
        self,
        payment: str,
        *,
        amount: int | str | None = None,
        final: bool | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Payment:
        """Take what is authorised, or a part of it.

        Refused with `amount_invalid`, `payment_not_found`, `tenant_not_found`, `payment_state`,
        `payment_past_expiry`, `account_closed`, `capture_exceeds_authorised`, `account_frozen`,
        `period_closed`, `insufficient_funds`, `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payments/{calls.segment(payment)}/captures",
            types.Payment,
            body=bodies.PaymentCapture(amount=amount, final=final),
            key=idempotency_key,
            request_id=request_id,
        )

    def confirm(
        self, payment: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Payment:
        """Let a payment go ahead that was made with `confirm` false.

        Refused with `ach_order_invalid`, `payment_not_found`, `wallet_not_found`,
        `customer_not_found`, `bank_account_not_found`, `tenant_not_found`, `payment_state`,
        `payment_past_expiry`, `wallet_closed`, `customer_not_active`, `customer_restricted`,
        `customer_closed`, `bank_account_removed`, `bank_account_blocked`,
        `bank_account_not_verified`, `ach_not_configured`, `account_closed`, `wallet_frozen`,
        `wallet_currency_not_held`, `limit_exceeded`, `ach_same_day_limit`,
        `ach_transfer_currency`, `ach_same_day_not_offered`, `account_frozen`, `period_closed`,
        `insufficient_funds`, `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payments/{calls.segment(payment)}/confirm",
            types.Payment,
            key=idempotency_key,
            request_id=request_id,
        )

    def create(
        self,
        *,
        kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"],
        amount: int | str,
        currency: str,
        source: str,
        destination: str,
        capture: Literal["automatic", "manual"] | None = None,
        confirm: bool | None = None,
        expires: datetime | None = None,
        fee_schedule: str | None = None,
        splits: Sequence[types.Split] | None = None,
        same_day: bool | None = None,
        quote: str | None = None,
        reference: str | None = None,
        description: str | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Payment:
        """Make a payment, and confirm it at once unless `confirm` is false.

        Refused with `amount_invalid`, `payment_parties_invalid`, `payment_option_invalid`,
        `reference_invalid`, `payment_description_invalid`, `metadata_invalid`, `time_invalid`,
        `ach_order_invalid`, `fx_quote_not_found`, `wallet_not_found`, `customer_not_found`,
        `bank_account_not_found`, `fee_schedule_not_found`, `tenant_not_found`, `fx_quote_used`,
        `fx_quote_expired`, `wallet_closed`, `customer_not_active`, `customer_restricted`,
        `customer_closed`, `bank_account_removed`, `bank_account_blocked`,
        `bank_account_not_verified`, `ach_not_configured`, `account_closed`,
        `payment_splits_invalid`, `payment_expiry_invalid`, `payment_quote_mismatch`,
        `payment_currency_invalid`, `wallet_frozen`, `wallet_currency_not_held`,
        `ach_same_day_limit`, `ach_transfer_currency`, `ach_same_day_not_offered`,
        `payment_not_own_account`, `fee_schedule_unusable`, `payment_fee_exceeds_amount`,
        `limit_exceeded`, `account_frozen`, `period_closed`, `insufficient_funds`,
        `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            "/v1/payments",
            types.Payment,
            body=bodies.CreatePayment(
                kind=kind,
                amount=amount,
                currency=currency,
                source=source,
                destination=destination,
                capture=capture,
                confirm=confirm,
                expires=expires,
                fee_schedule=fee_schedule,
                splits=splits,
                same_day=same_day,
                quote=quote,
                reference=reference,
                description=description,
                metadata=metadata,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, payment: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Payment: ...

    @overload
    def get(
        self,
        payment: str,
        *,
        expand: Sequence[Literal["destination", "source"]],
        request_id: str | None = None,
    ) -> types.PaymentExpandable: ...

    def get(
        self,
        payment: str,
        *,
        expand: Sequence[Literal["destination", "source"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One payment.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `payment_not_found`.
        """
        answer: Any = types.Payment if expand is None else types.PaymentExpandable
        return self._transport.get(
            f"/v1/payments/{calls.segment(payment)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        state: Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None = None,
        kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
        | None = None,
        wallet: str | None = None,
        bank_account: str | None = None,
        customer: str | None = None,
        reference: str | None = None,
        created_from: datetime | None = None,
        created_before: datetime | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Payment], types.Payment]: ...

    @overload
    def list(
        self,
        *,
        state: Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None = None,
        kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
        | None = None,
        wallet: str | None = None,
        bank_account: str | None = None,
        customer: str | None = None,
        reference: str | None = None,
        created_from: datetime | None = None,
        created_before: datetime | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["destination", "source"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.PaymentExpandable], types.PaymentExpandable]: ...

    def list(
        self,
        *,
        state: Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None = None,
        kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
        | None = None,
        wallet: str | None = None,
        bank_account: str | None = None,
        customer: str | None = None,
        reference: str | None = None,
        created_from: datetime | None = None,
        created_before: datetime | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["destination", "source"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's payments, newest first.

        `state`: Only payments in this state.

        `kind`: Only payments of this kind.

        `wallet`: Only payments that this wallet takes part in.

        `bank_account`: Only payments to or from this bank account.

        `customer`: Only payments that this customer takes part in.

        `reference`: Only payments with this reference.

        `created_from`: Only payments made from then on, in the tenant's time.

        `created_before`: Only payments made before then, in the tenant's time.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.Payment] if expand is None else pages.Page[types.PaymentExpandable]
        )
        return self._transport.pages(
            "/v1/payments",
            answer,
            "items",
            query={
                "state": state,
                "kind": kind,
                "wallet": wallet,
                "bank_account": bank_account,
                "customer": customer,
                "reference": reference,
                "created_from": created_from,
                "created_before": created_before,
                "limit": limit,
                "expand": expand,
            },
            cursor=cursor,
            request_id=request_id,
        )

    def open_dispute(
        self,
        payment: str,
        *,
        reason: Literal[
            "amount_differs",
            "duplicate",
            "not_as_described",
            "not_received",
            "other",
            "unauthorised",
        ],
        amount: int | str | None = None,
        reference: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Dispute:
        """Contest what was captured, or a part of it.

        Refused with `amount_invalid`, `reference_invalid`, `payment_not_found`,
        `tenant_not_found`, `payment_state`, `account_closed`, `refund_exceeds_captured`,
        `account_frozen`, `period_closed`, `insufficient_funds`, `maximum_exceeded`,
        `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payments/{calls.segment(payment)}/disputes",
            types.Dispute,
            body=bodies.PaymentDispute(reason=reason, amount=amount, reference=reference),
            key=idempotency_key,
            request_id=request_id,
        )

    def refund(
        self,
        payment: str,
        *,
        amount: int | str | None = None,
        reason: Literal["duplicate", "fraudulent", "other", "requested"] | None = None,
        from_splits: bool | None = None,
        wait: bool | None = None,
        reference: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Refund:
        """Give back what was captured, or a part of it.

        Refused with `amount_invalid`, `reference_invalid`, `payment_not_found`,
        `wallet_not_found`, `customer_not_found`, `tenant_not_found`, `payment_state`,
        `wallet_closed`, `customer_not_active`, `customer_restricted`, `customer_closed`,
        `account_closed`, `refund_exceeds_captured`, `wallet_frozen`,
        `wallet_currency_not_held`, `account_frozen`, `period_closed`, `insufficient_funds`,
        `maximum_exceeded`, `balance_out_of_range`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payments/{calls.segment(payment)}/refunds",
            types.Refund,
            body=bodies.PaymentRefund(
                amount=amount,
                reason=reason,
                from_splits=from_splits,
                wait=wait,
                reference=reference,
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def void(
        self, payment: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Payment:
        """Take a payment back, or let go of what is not captured of it.

        Refused with `payment_not_found`, `payment_state`, `payment_sent`.
        """
        return self._transport.write(
            "POST",
            f"/v1/payments/{calls.segment(payment)}/void",
            types.Payment,
            key=idempotency_key,
            request_id=request_id,
        )


class Problems:
    """The operations of `client.problems`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def get(self, code: str, *, request_id: str | None = None) -> types.Kind:
        """What one kind of problem means, where it can occur and what to do: where the `type` of a
        problem document leads. A browser is shown a page.

        Refused with `problem_not_found`.
        """
        return self._transport.get(
            f"/problems/{calls.segment(code)}", types.Kind, request_id=request_id
        )

    def list(self, *, request_id: str | None = None) -> types.Kinds:
        """Every kind of problem that the API answers with."""
        return self._transport.get("/problems", types.Kinds, request_id=request_id)


class Projections:
    """The operations of `client.projections`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def list(self, *, request_id: str | None = None) -> types.Standings:
        """Every projection, how far it is in each partition, and how far it lags behind the log."""
        return self._transport.get("/v1/projections", types.Standings, request_id=request_id)


class Rails:
    """The operations of `client.rails`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.ach = RailsAch(transport)


class Refunds:
    """The operations of `client.refunds`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    @overload
    def get(
        self, refund: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Refund: ...

    @overload
    def get(
        self, refund: str, *, expand: Sequence[Literal["payment"]], request_id: str | None = None
    ) -> types.RefundExpandable: ...

    def get(
        self,
        refund: str,
        *,
        expand: Sequence[Literal["payment"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One refund.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `refund_not_found`.
        """
        answer: Any = types.Refund if expand is None else types.RefundExpandable
        return self._transport.get(
            f"/v1/refunds/{calls.segment(refund)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        payment: str | None = None,
        state: Literal["failed", "pending", "succeeded"] | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Refund], types.Refund]: ...

    @overload
    def list(
        self,
        *,
        payment: str | None = None,
        state: Literal["failed", "pending", "succeeded"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.RefundExpandable], types.RefundExpandable]: ...

    def list(
        self,
        *,
        payment: str | None = None,
        state: Literal["failed", "pending", "succeeded"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["payment"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's refunds, newest first.

        `payment`: Only refunds of this payment.

        `state`: Only refunds in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.Refund] if expand is None else pages.Page[types.RefundExpandable]
        )
        return self._transport.pages(
            "/v1/refunds",
            answer,
            "items",
            query={"payment": payment, "state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )


class ScheduleRuns:
    """The operations of `client.schedule_runs`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    @overload
    def get(
        self, run: str, *, expand: None = None, request_id: str | None = None
    ) -> types.ScheduleRun: ...

    @overload
    def get(
        self, run: str, *, expand: Sequence[Literal["payment"]], request_id: str | None = None
    ) -> types.ScheduleRunExpandable: ...

    def get(
        self,
        run: str,
        *,
        expand: Sequence[Literal["payment"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """What became of one occurrence of a schedule.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `recurring_run_not_found`.
        """
        answer: Any = types.ScheduleRun if expand is None else types.ScheduleRunExpandable
        return self._transport.get(
            f"/v1/schedule_runs/{calls.segment(run)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )


class Timers:
    """The operations of `client.timers`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def cancel(
        self, timer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Timer:
        """Let a timer not fire any more. One that another thing needs is not cancelled by itself.

        Refused with `timer_not_found`, `timer_not_armed`, `timer_owned`.
        """
        return self._transport.write(
            "POST",
            f"/v1/timers/{calls.segment(timer)}/cancel",
            types.Timer,
            key=idempotency_key,
            request_id=request_id,
        )

    def get(self, timer: str, *, request_id: str | None = None) -> types.Timer:
        """One timer.

        Refused with `timer_not_found`.
        """
        return self._transport.get(
            f"/v1/timers/{calls.segment(timer)}", types.Timer, request_id=request_id
        )

    def list(
        self,
        *,
        state: Literal["armed", "cancelled", "failed", "fired"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Timer], types.Timer]:
        """Timers, those that were set last first: what was asked for, and the expiry of holds.

        `state`: Only timers in this state.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/timers",
            pages.Page[types.Timer],
            "items",
            query={"state": state, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def retry(
        self, timer: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Timer:
        """Have a command that failed, or was refused, decided again, at once.

        Refused with `timer_not_found`, `timer_not_failed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/timers/{calls.segment(timer)}/retry",
            types.Timer,
            key=idempotency_key,
            request_id=request_id,
        )

    def set(
        self,
        *,
        command: str,
        body: Mapping[str, Any],
        at: datetime | None = None,
        schedule: types.ScheduleRequest | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Timer:
        """Have a command decided at a time, on a schedule, or from that time on on that schedule.
        A key needs the scope to write in the context of the command, too. What it would be
        refused for at any time, as a body of the wrong form, it is refused for at once: with
        the codes of the command, and the fields of its body. What depends on the state is
        decided when it fires; a refusal is then the timer's `outcome`.

        Refused with `command_not_schedulable`, `timer_body_invalid`, `moment_invalid`,
        `schedule_invalid`, `timer_in_past`.
        """
        return self._transport.write(
            "POST",
            "/v1/timers",
            types.Timer,
            body=bodies.SetTimer(command=command, body=body, at=at, schedule=schedule),
            key=idempotency_key,
            request_id=request_id,
        )


class WalletLimits:
    """The operations of `client.wallet_limits`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        tier: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.WalletLimits], types.WalletLimits]:
        """The limits that were set, by tier, currency and direction.

        `tier`: Only the limits of this tier.

        `limit`: How many items a page has at most.
        """
        return self._transport.pages(
            "/v1/wallet_limits",
            pages.Page[types.WalletLimits],
            "items",
            query={"tier": tier, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def set(
        self,
        *,
        tier: str,
        currency: str,
        direction: Literal["in", "out"],
        per_payment: int | str | None = None,
        day_sum: int | str | None = None,
        day_count: int | None = None,
        month_sum: int | str | None = None,
        month_count: int | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.WalletLimits:
        """Set what wallets of a tier may do in a currency and direction, in place of what was set.

        Refused with `wallet_limits_invalid`, `tenant_not_found`, `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            "/v1/wallet_limits",
            types.WalletLimits,
            body=bodies.SetLimits(
                tier=tier,
                currency=currency,
                direction=direction,
                per_payment=per_payment,
                day_sum=day_sum,
                day_count=day_count,
                month_sum=month_sum,
                month_count=month_count,
            ),
            key=idempotency_key,
            request_id=request_id,
        )


class Wallets:
    """The operations of `client.wallets`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport

    def add_currency(
        self,
        wallet: str,
        *,
        currency: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Wallet:
        """Have a wallet hold one more currency. One that it holds already changes nothing.

        Refused with `wallet_currencies_invalid`, `wallet_not_found`, `wallet_closed`,
        `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            f"/v1/wallets/{calls.segment(wallet)}/currencies",
            types.Wallet,
            body=bodies.WalletCurrency(currency=currency),
            key=idempotency_key,
            request_id=request_id,
        )

    def close(
        self, wallet: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Wallet:
        """Close an empty wallet for good, and its accounts with it.

        Refused with `wallet_not_found`, `wallet_closed`, `wallet_has_holds`,
        `wallet_not_empty`.
        """
        return self._transport.write(
            "POST",
            f"/v1/wallets/{calls.segment(wallet)}/close",
            types.Wallet,
            key=idempotency_key,
            request_id=request_id,
        )

    def create(
        self,
        *,
        customer: str,
        currencies: Sequence[str],
        name: str | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Wallet:
        """Give a customer a wallet that holds some currencies, with nothing in it yet.

        Refused with `wallet_name_invalid`, `wallet_metadata_invalid`,
        `wallet_currencies_invalid`, `tenant_not_found`, `customer_not_found`,
        `customer_not_active`, `customer_restricted`, `customer_closed`, `currency_unknown`.
        """
        return self._transport.write(
            "POST",
            "/v1/wallets",
            types.Wallet,
            body=bodies.CreateWallet(
                customer=customer, currencies=currencies, name=name, metadata=metadata
            ),
            key=idempotency_key,
            request_id=request_id,
        )

    def freeze(
        self,
        wallet: str,
        *,
        directions: Literal["both", "in", "out"] | None = None,
        reason: Literal["legal_order", "lost", "other", "requested", "suspected_fraud"]
        | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Wallet:
        """Let a wallet take part in no new payment. What is under way comes to its end.

        Refused with `wallet_not_found`, `wallet_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/wallets/{calls.segment(wallet)}/freeze",
            types.Wallet,
            body=bodies.WalletFreeze(directions=directions, reason=reason),
            key=idempotency_key,
            request_id=request_id,
        )

    @overload
    def get(
        self, wallet: str, *, expand: None = None, request_id: str | None = None
    ) -> types.Wallet: ...

    @overload
    def get(
        self, wallet: str, *, expand: Sequence[Literal["customer"]], request_id: str | None = None
    ) -> types.WalletExpandable: ...

    def get(
        self,
        wallet: str,
        *,
        expand: Sequence[Literal["customer"]] | None = None,
        request_id: str | None = None,
    ) -> Any:
        """One wallet, with what is available, held and on its way in, in each of its currencies.

        `expand`: Members of the answer to be given in place of their ids, with commas between.

        Refused with `wallet_not_found`.
        """
        answer: Any = types.Wallet if expand is None else types.WalletExpandable
        return self._transport.get(
            f"/v1/wallets/{calls.segment(wallet)}",
            answer,
            query={"expand": expand},
            request_id=request_id,
        )

    def limits(self, wallet: str, *, request_id: str | None = None) -> types.LimitUses:
        """What a wallet may do, and what of it is used today and in this month, in UTC. What its
        tier has no limits for is not listed.

        Refused with `wallet_not_found`.
        """
        return self._transport.get(
            f"/v1/wallets/{calls.segment(wallet)}/limits", types.LimitUses, request_id=request_id
        )

    def statement(
        self,
        wallet: str,
        *,
        currency: str,
        from_: date,
        to: date,
        recorded: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[types.WalletStatement, types.WalletTransaction]:
        """What happened in a wallet in one currency from a day to another, with the balances at
        both ends. Its pages know of the same moment, whatever is booked meanwhile.

        `currency`: The currency that is asked about.

        `from_`: The first day, in UTC.

        `to`: The last day, in UTC; it is included.

        `recorded`: As it was known at this moment (default: now).

        `limit`: How many items a page has at most.

        Refused with `statement_period_invalid`, `time_invalid`, `tenant_not_found`,
        `wallet_not_found`, `wallet_currency_not_held`.
        """
        return self._transport.pages(
            f"/v1/wallets/{calls.segment(wallet)}/statement",
            types.WalletStatement,
            "lines",
            query={
                "currency": currency,
                "from": from_,
                "to": to,
                "recorded": recorded,
                "limit": limit,
            },
            cursor=cursor,
            request_id=request_id,
        )

    def statement_file(
        self,
        wallet: str,
        *,
        currency: str,
        from_: date,
        to: date,
        format: Literal["camt053", "csv", "pdf"] | None = None,
        recorded: datetime | None = None,
        request_id: str | None = None,
    ) -> bytes:
        """The whole of a statement as a file to keep: PDF for people, CSV for spreadsheets,
        camt.053 for the programs of accountants. The same statement, as known at the same
        moment, is the same file byte for byte.

        `currency`: The currency that is asked about.

        `from_`: The first day, in UTC.

        `to`: The last day, in UTC; it is included.

        `format`: The form of the file.

        `recorded`: As it was known at this moment (default: now).

        Refused with `statement_period_invalid`, `time_invalid`, `tenant_not_found`,
        `wallet_not_found`, `wallet_currency_not_held`, `statement_too_long`,
        `statement_format_unfit`.
        """
        return self._transport.get(
            f"/v1/wallets/{calls.segment(wallet)}/statement/file",
            bytes,
            query={
                "currency": currency,
                "from": from_,
                "to": to,
                "format": format,
                "recorded": recorded,
            },
            request_id=request_id,
        )

    def pending(
        self,
        wallet: str,
        *,
        currency: str,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.WalletHold], types.WalletHold]:
        """What is held in a wallet in one currency, or on its way to it, newest first.

        `currency`: The currency that is asked about.

        `limit`: How many items a page has at most.

        Refused with `wallet_not_found`, `wallet_currency_not_held`.
        """
        return self._transport.pages(
            f"/v1/wallets/{calls.segment(wallet)}/pending",
            pages.Page[types.WalletHold],
            "items",
            query={"currency": currency, "limit": limit},
            cursor=cursor,
            request_id=request_id,
        )

    def transactions(
        self,
        wallet: str,
        *,
        currency: str | None = None,
        kind: str | None = None,
        recorded_from: datetime | None = None,
        recorded_before: datetime | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.WalletTransaction], types.WalletTransaction]:
        """What moved a wallet, newest first: what it was, with whom, how much, and what was there
        after it.

        `currency`: Only what moved in this currency.

        `kind`: Only what was of this kind, as `kind` of a line says it: `top_up`, `withdrawal`,
        `fee`, ... A page then may have fewer lines than `limit`, none even, though more follow:
        `next_cursor` says where.

        `recorded_from`: Only what was recorded from then on.

        `recorded_before`: Only what was recorded before then.

        `limit`: How many items a page has at most.

        Refused with `wallet_not_found`, `wallet_currency_not_held`.
        """
        return self._transport.pages(
            f"/v1/wallets/{calls.segment(wallet)}/transactions",
            pages.Page[types.WalletTransaction],
            "items",
            query={
                "currency": currency,
                "kind": kind,
                "recorded_from": recorded_from,
                "recorded_before": recorded_before,
                "limit": limit,
            },
            cursor=cursor,
            request_id=request_id,
        )

    @overload
    def list(
        self,
        *,
        customer: str | None = None,
        state: Literal["active", "closed", "frozen"] | None = None,
        limit: int | None = None,
        expand: None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.Wallet], types.Wallet]: ...

    @overload
    def list(
        self,
        *,
        customer: str | None = None,
        state: Literal["active", "closed", "frozen"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["customer"]],
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> pages.Pages[pages.Page[types.WalletExpandable], types.WalletExpandable]: ...

    def list(
        self,
        *,
        customer: str | None = None,
        state: Literal["active", "closed", "frozen"] | None = None,
        limit: int | None = None,
        expand: Sequence[Literal["customer"]] | None = None,
        cursor: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """The tenant's wallets, newest first, with what is in them.

        `customer`: Only the wallets of this customer.

        `state`: Only wallets in this state.

        `limit`: How many items a page has at most.

        `expand`: Members of the answer to be given in place of their ids, with commas between.
        """
        answer: Any = (
            pages.Page[types.Wallet] if expand is None else pages.Page[types.WalletExpandable]
        )
        return self._transport.pages(
            "/v1/wallets",
            answer,
            "items",
            query={"customer": customer, "state": state, "limit": limit, "expand": expand},
            cursor=cursor,
            request_id=request_id,
        )

    def unfreeze(
        self, wallet: str, *, idempotency_key: str | None = None, request_id: str | None = None
    ) -> types.Wallet:
        """Let a wallet take part in payments again, in both directions.

        Refused with `wallet_not_found`, `wallet_closed`.
        """
        return self._transport.write(
            "POST",
            f"/v1/wallets/{calls.segment(wallet)}/unfreeze",
            types.Wallet,
            key=idempotency_key,
            request_id=request_id,
        )

    def update(
        self,
        wallet: str,
        *,
        name: str | None = None,
        metadata: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> types.Wallet:
        """Change a wallet's name or metadata; what is left out stays as it is.

        Refused with `wallet_name_invalid`, `wallet_metadata_invalid`, `wallet_not_found`,
        `wallet_closed`.
        """
        return self._transport.write(
            "PATCH",
            f"/v1/wallets/{calls.segment(wallet)}",
            types.Wallet,
            body=bodies.WalletChange(name=name, metadata=metadata),
            key=idempotency_key,
            request_id=request_id,
        )


class Webhooks:
    """The operations of `client.webhooks`."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.endpoints = WebhooksEndpoints(transport)


class Api:
    """All of the API."""

    def __init__(self, transport: transport.Transport) -> None:
        self._transport = transport
        self.bank_accounts = BankAccounts(transport)
        self.batches = Batches(transport)
        self.clock = Clock(transport)
        self.customers = Customers(transport)
        self.disputes = Disputes(transport)
        self.events = Events(transport)
        self.fee_schedules = FeeSchedules(transport)
        self.fx = Fx(transport)
        self.keys = Keys(transport)
        self.ledger = Ledger(transport)
        self.mandates = Mandates(transport)
        self.parked = Parked(transport)
        self.payment_schedules = PaymentSchedules(transport)
        self.payments = Payments(transport)
        self.problems = Problems(transport)
        self.projections = Projections(transport)
        self.rails = Rails(transport)
        self.refunds = Refunds(transport)
        self.schedule_runs = ScheduleRuns(transport)
        self.timers = Timers(transport)
        self.wallet_limits = WalletLimits(transport)
        self.wallets = Wallets(transport)
        self.webhooks = Webhooks(transport)

    def health(self, *, request_id: str | None = None) -> types.State:
        """The process is alive. Nothing else is looked at."""
        return self._transport.get("/health", types.State, request_id=request_id)

    def metrics(self, *, request_id: str | None = None) -> str:
        """How much was done, how long it took and what waits, in Prometheus' text format."""
        return self._transport.get("/metrics", str, request_id=request_id)

    def ready(self, *, request_id: str | None = None) -> types.Ready:
        """The database can be reached and every Book takes turns. Otherwise 503, with Retry-After.
        `facts` tells how much of what happened has not been published yet.
        """
        return self._transport.get("/ready", types.Ready, request_id=request_id)
