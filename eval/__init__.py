"""Measure the answers."""
