"""Adapters: how the benchmark drives what is not written by hand."""
