"""Quotas, requests, selections, obligations."""
