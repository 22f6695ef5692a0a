"""Environment of a test run, set before the settings are read: nothing of the developer's own `.env` counts."""

import atexit
import os
import shutil
import tempfile

os.environ["ENV_FILE"] = ""
os.environ["SECRET_KEY"] = "only for tests, never for a server: 0123456789abcdefghijklmnopqrstuvwxyz"
os.environ["DEBUG"] = "0"
os.environ["HTTPS"] = "0"
os.environ["DEMO_TODAY"] = "2024-09-02"  # a Monday; tests that need another day pass `on=`
os.environ["API_RATE"] = "1000000/min"
os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,testserver"
# Its own folders for each process of a parallel run.
for folder, prefix in [("STATIC_ROOT", "static-"), ("MEDIA_ROOT", "evidence-")]:
    os.environ[folder] = tempfile.mkdtemp(prefix=prefix)
    atexit.register(shutil.rmtree, os.environ[folder], ignore_errors=True)

FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
