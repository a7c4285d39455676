"""The whole platform in memory, from a seed: real Books with faults, against a reference model."""
