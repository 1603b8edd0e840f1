"""An identity provider in miniature: OpenID Connect by code and PKCE, on a port of this machine, real signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Provider:
    """What the provider knows: its client, who has signed in there, the codes it gave out."""

    client_id: str = "zongbu"
    secret: str = "client-secret"
    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    issuer: str = ""
    """What its tokens name as their issuer, where that is not its address."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=_key)

    def authorize(self, location: str) -> dict[str, str]:
        """What a browser does that is led to the provider: sign in there and come back with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.url}/authorize?"), location
        assert (asked["client_id"], asked["response_type"]) == (self.client_id, "code")
        assert "openid" in asked["scope"].split() and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def exchange(self, posted: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A code for tokens; each code once, and only for who proves to have asked for it."""
        asked = self.codes.pop(posted.get("code", ""), None)
        challenge = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if (
            asked is None
            or (posted.get("client_id"), posted.get("client_secret")) != (self.client_id, self.secret)
            or posted.get("redirect_uri") != asked["redirect_uri"]
            or proven != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer or self.url,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            **self.person,
        }
        access = secrets.token_urlsafe(16)
        self.tokens[access] = dict(self.person)
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that serves until the block ends."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self.answer(200, provider.configuration())
            elif self.path == "/keys":
                key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key()))
                self.answer(200, {"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]})
            elif self.path == "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                known = provider.tokens.get(token)
                self.answer(200 if known else 401, known or {"error": "invalid_token"})
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            posted = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*(provider.exchange(posted) if self.path == "/token" else (404, {})))

        def answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
