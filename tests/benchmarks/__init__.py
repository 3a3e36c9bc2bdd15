"""Benchmarks: our figure and the plain way, side by side in one run. `make bench` runs them."""
