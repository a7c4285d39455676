"""Projections: tables that answer a question of their own, made from the log and kept up to date
from it. They are never the truth: state decides, and any of them can be thrown away and rebuilt."""
