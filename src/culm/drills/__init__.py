"""Drills: the platform is broken on purpose, under real load, and has to come through."""
