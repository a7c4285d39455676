"""The client: every operation of the API, typed, from threads (`Client`) and from event loops
(`AsyncClient`). What it sends is safe to repeat, so it repeats it until there is an answer.

It shares no code with the platform: what it knows is made from the API's description.
"""

from culm.client.clients import AsyncClient, Client
from culm.client.retries import NEVER, Retries

__all__ = ["NEVER", "AsyncClient", "Client", "Retries"]
