"""The ground floor: errors, money, ids, time, settings and embedded servers.

Imports nothing of ours.
"""
