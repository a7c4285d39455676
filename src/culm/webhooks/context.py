"""What webhooks bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.webhooks import apply, commands, examples, tables, views
from culm.webhooks.decisions import deliveries, endpoints, lookup, replays


def _slice(command: commands.AdvanceReplay) -> int:
    return max(1, len(command.events))


_ENDPOINT: Final = views.Endpoint
_OUTCOME: Final = views.WebhookDelivery | None

WEBHOOKS: Final = Context(
    name="webhooks",
    tables=(tables.ENDPOINTS, tables.DELIVERIES, tables.OWNERS, tables.REPLAYS),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateEndpoint, _ENDPOINT, endpoints.create_endpoint, lookup.want_owner),
        Command(
            commands.UpdateEndpoint, _ENDPOINT, endpoints.update_endpoint, lookup.want_endpoint
        ),
        Command(
            commands.EnableEndpoint, _ENDPOINT, endpoints.enable_endpoint, lookup.want_endpoint
        ),
        Command(
            commands.DisableEndpoint, _ENDPOINT, endpoints.disable_endpoint, lookup.want_endpoint
        ),
        Command(
            commands.DeleteEndpoint, _ENDPOINT, endpoints.delete_endpoint, lookup.want_endpoint
        ),
        Command(commands.RotateSecret, _ENDPOINT, endpoints.rotate_secret, lookup.want_endpoint),
        Command(commands.SendTest, commands.Accepted, endpoints.send_test, lookup.want_endpoint),
        Command(
            commands.ReplayDelivery,
            views.WebhookDelivery,
            deliveries.replay_delivery,
            deliveries.want_event,
        ),
        Command(
            commands.ReplaySince, views.WebhookReplay, replays.replay_since, lookup.want_endpoint
        ),
        Command(commands.RecordFailure, _OUTCOME, deliveries.record_failure, lookup.want_delivery),
        Command(commands.RecordSuccess, _OUTCOME, deliveries.record_success, lookup.want_delivery),
        Command(commands.DeliverAgain, _OUTCOME, deliveries.deliver_again, lookup.want_delivery),
        Command(commands.GiveUp, _OUTCOME, deliveries.give_up, lookup.want_delivery),
        Command(
            commands.AdvanceReplay,
            views.WebhookReplay | None,
            replays.advance_replay,
            replays.want_slice,
            weight=_slice,
        ),
    ),
    examples=examples.EXAMPLES,
)
