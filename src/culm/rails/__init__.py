"""The rails: one package for each way of moving money outside the platform (ACH and its
neighbours). A rail's codec, its scheme's rules and the reactions that talk to it live together;
a codec is pure, so it can be read, tested and fuzzed without a database or a network.
"""
