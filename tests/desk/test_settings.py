"""Production refuses to start with what must not serve real people; each case in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from zongbu.desk.config.safety import local_secret, refuse_unsafe

SECRET = "k3Jq9vZt7Xw2Lm8Rb5Nc1Yp6Hd4Gf0SaQeUiOjTnWxKyVlPzMr"
GOOD = {"ZONGBU_MODE": "production", "ZONGBU_SECRET_KEY": SECRET, "ZONGBU_HOSTS": "zongbu.example"}


def start(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a fresh process, with nothing of this one's environment but the path."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "ZONGBU_DATA": str(folder), **given}
    program = "import zongbu.desk.config.settings as s; print(s.SECRET_KEY, s.DEBUG, s.SECOND_FACTOR, s.SECURE)"
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)


def test_production_starts_when_everything_is_safe(tmp_path: Path):
    started = start(tmp_path, **GOOD)
    assert started.returncode == 0, started.stderr
    assert started.stdout.split() == [SECRET, "False", "True", "True"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ZONGBU_SECRET_KEY": ""}, "ZONGBU_SECRET_KEY"),
        ({"ZONGBU_SECRET_KEY": "short"}, "ZONGBU_SECRET_KEY"),
        ({"ZONGBU_SECRET_KEY": "a" * 80}, "ZONGBU_SECRET_KEY"),
        ({"ZONGBU_SECRET_KEY": "django-insecure-" + SECRET}, "ZONGBU_SECRET_KEY"),
        ({"ZONGBU_DEBUG": "true"}, "ZONGBU_DEBUG"),
        ({"ZONGBU_SECURE": "false"}, "ZONGBU_SECURE"),
        ({"ZONGBU_HOSTS": ""}, "ZONGBU_HOSTS"),
        ({"ZONGBU_HOSTS": "*"}, "ZONGBU_HOSTS"),
        ({"ZONGBU_HOSTS": "zongbu.example,*"}, "ZONGBU_HOSTS"),
        ({"ZONGBU_MODE": "staging"}, "ZONGBU_MODE"),
    ],
)
def test_production_refuses_to_start(tmp_path: Path, changed: dict[str, str], said: str):
    started = start(tmp_path, **GOOD | changed)
    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr and said in started.stderr
    assert SECRET not in started.stderr, "an error does not give the secret away"


def test_production_is_what_nobody_asked_otherwise(tmp_path: Path):
    assert "ZONGBU_SECRET_KEY" in start(tmp_path).stderr


def test_local_starts_without_anything(tmp_path: Path):
    started = start(tmp_path, ZONGBU_MODE="local")
    assert started.returncode == 0, started.stderr
    assert len(started.stdout.split()[0]) >= 50


def test_all_faults_are_said_at_once():
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe(
            "production",
            {
                "SECRET_KEY": "x",
                "DEBUG": True,
                "SECURE": False,
                "SESSION_COOKIE_SECURE": False,
                "CSRF_COOKIE_SECURE": False,
                "ALLOWED_HOSTS": ["*"],
            },
        )
    for name in ("ZONGBU_SECRET_KEY", "ZONGBU_DEBUG", "ZONGBU_SECURE", "ZONGBU_HOSTS"):
        assert name in str(refused.value)


def test_a_cookie_alone_made_insecure_is_refused():
    safe = {
        "SECRET_KEY": SECRET, "DEBUG": False, "SECURE": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True,
        "ALLOWED_HOSTS": ["zongbu.example"],
    }  # fmt: skip
    refuse_unsafe("production", safe)
    for cookie in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        with pytest.raises(ImproperlyConfigured, match="ZONGBU_SECURE"):
            refuse_unsafe("production", safe | {cookie: False})


def test_the_local_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    first = local_secret(tmp_path / "data")
    assert local_secret(tmp_path / "data") == first and len(first) >= 50
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0


def test_the_identity_provider_is_named_in_the_policy(tmp_path: Path):
    given = GOOD | {"ZONGBU_OIDC_URL": "https://sso.example/realms/gov"}
    program = (
        "import zongbu.desk.config.settings as s;"
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'],"
        " s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]['settings'])"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "ZONGBU_DATA": str(tmp_path), **given}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert told.count("https://sso.example") == 2
