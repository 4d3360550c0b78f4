"""Settings of the tests: fast hashing, throw-away keys and databases."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp(prefix="casereview-test-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
# WhiteNoise warns of a missing folder, and warnings are errors here.
(folder / "static").mkdir()
os.environ["CASEREVIEW_DATA"] = str(folder)
for name in ("CASEREVIEW_PRODUCTION", "CASEREVIEW_DEMO", "CASEREVIEW_KEY_RING", "SECRET_KEY"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

# Files, not memory: both aliases, their locks and their journals are part of what is tested.
for alias, settings in DATABASES.items():
    if settings["ENGINE"].endswith("sqlite3"):
        settings["TEST"] = {"NAME": str(folder / f"test_{alias}.sqlite3")}
        # The disk is not what these tests try; crash tests set FULL themselves.
        settings["OPTIONS"]["init_command"] = settings["OPTIONS"]["init_command"].replace(
            "synchronous=FULL", "synchronous=OFF"
        )

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Tests run at any hour.
QUIET_HOURS = None
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Whatever walks all addresses walks what programs read too.
API = True
