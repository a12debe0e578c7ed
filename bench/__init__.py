"""Benchmarks: our bot worker against stock Rasa, and the whole way through the desk (docs/benchmarks.md)."""
