"""The headers that keep a browser from doing what no page of ours needs."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def policy(header: str) -> dict[str, set[str]]:
    return {name: set(values) for name, *values in (part.split() for part in header.split(";"))}


def test_content_security_policy(client: Client) -> None:
    answer = client.get("/")
    (nonce,) = re.findall(r'<script [^>]*nonce="([^"]+)"', answer.content.decode())
    assert policy(answer["Content-Security-Policy"]) == {
        "default-src": {"'none'"},
        "script-src": {"'self'", f"'nonce-{nonce}'"},
        "style-src": {"'self'"},
        "font-src": {"'self'"},
        "connect-src": {"'self'"},
        "img-src": {"'self'", "data:"},
        "form-action": {"'self'"},
        "base-uri": {"'self'"},
        "frame-ancestors": {"'none'"},
    }


def test_the_nonce_is_new_each_time(client: Client) -> None:
    assert client.get("/")["Content-Security-Policy"] != client.get("/")["Content-Security-Policy"]


def test_other_headers(client: Client) -> None:
    answer = client.get("/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_errors_have_them_too(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
