"""The drill of payments: people pay each other and a shop through the API while everything is
killed."""
