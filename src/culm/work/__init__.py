"""Work that follows from facts: reactors, their queues, and what keeps failing, parked."""
