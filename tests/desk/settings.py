"""The settings of the tests: those of a local service, with its data in a temporary folder and quick passwords.

``DATABASE_URL`` chooses the database as always: SQLite, or PostgreSQL where `make test` starts one.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="zongbu-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["ZONGBU_MODE"] = "local"
os.environ["ZONGBU_DATA"] = _folder
os.environ["ZONGBU_PLAIN_STATIC"] = "true"
os.environ["ZONGBU_COUNTS_KEPT"] = "0"
os.environ["ZONGBU_PASSWORD_HASHERS"] = "django.contrib.auth.hashers.MD5PasswordHasher"

from zongbu.desk.config.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["*"]
SILENCED_SYSTEM_CHECKS: list[str] = []
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: several connections then queue for it as they do in the service.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_folder, "test.sqlite3")}  # noqa: F405
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
