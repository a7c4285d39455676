"""The Book: the only write path. Commands are decided in turns, one commit a turn, and every event
is a leaf of a Merkle tree that is sealed in the same commit. Holds no knowledge of any context."""
