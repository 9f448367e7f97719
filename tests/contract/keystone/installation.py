# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack Keystone: installed once, set up once, served as often as asked, each time with a database of its own."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkout import BUILD
from commands import CommandFailed, clean_environment, interpreters, run

HERE = Path(__file__).resolve().parent
VENV = BUILD / "keystone-venv"
PYTHON = VENV / "bin" / "python"
MANAGE = VENV / "bin" / "keystone-manage"
READY = VENV / "ready"
PRISTINE = VENV / "pristine"
ADMIN_PASSWORD = "bootstrap-password"
INSTALL_SECONDS = 600
TOKEN_SECONDS = 3600

CONFIGURATION = """\
[DEFAULT]
use_stderr = false
log_file = {directory}/keystone.log
[database]
connection = sqlite:///{directory}/keystone.db
[token]
provider = fernet
expiration = {expiration}
[fernet_tokens]
key_repository = {keys}/fernet
[fernet_receipts]
key_repository = {keys}/fernet
[credential]
key_repository = {keys}/credential
[auth]
methods = password,token,totp
[identity]
password_hash_rounds = 4
"""


def install() -> None:
    """Make the virtual environment and the pristine state unless they are there; safe with several processes."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "keystone.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if READY.is_file() and READY.read_text() == _recipe() and _runs():
            return
        shutil.rmtree(VENV, ignore_errors=True)
        _make_environment()
        _make_pristine_state()
        READY.write_text(_recipe())


def _recipe() -> str:
    made_of = (HERE / "requirements.txt").read_text() + CONFIGURATION + str(VENV)
    return hashlib.sha256(made_of.encode()).hexdigest()


def _runs() -> bool:
    return subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0


def _make_environment() -> None:
    """Install into an environment of the newest Python that Keystone's dependencies can be installed for."""
    problem: CommandFailed | None = None
    for interpreter in reversed(interpreters().values()):
        try:
            run([interpreter, "-m", "venv", "--clear", VENV])
            requirements = HERE / "requirements.txt"
            pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
            run(pip, timeout=INSTALL_SECONDS)
            run([PYTHON, "-c", "import keystone.server.wsgi"])
        except CommandFailed as failed:
            problem = problem or failed
        else:
            return
    raise problem or CommandFailed("no Python was found to install Keystone for")


def _make_pristine_state() -> None:
    for keys in ("fernet", "credential"):
        (PRISTINE / keys).mkdir(parents=True, mode=0o700)
    _configure(PRISTINE, TOKEN_SECONDS)
    _manage("db_sync")
    owner = [str(PRISTINE.stat().st_uid), str(PRISTINE.stat().st_gid)]
    _manage("fernet_setup", "--keystone-user", owner[0], "--keystone-group", owner[1])
    _manage("bootstrap", "--bootstrap-password", ADMIN_PASSWORD, "--bootstrap-region-id", "eu-de")


def _manage(*words: str) -> None:
    run([MANAGE, "--config-file", PRISTINE / "keystone.conf", *words])


def _configure(directory: Path, expiration: int) -> None:
    text = CONFIGURATION.format(directory=directory, keys=PRISTINE, expiration=expiration)
    (directory / "keystone.conf").write_text(text)


@contextmanager
def served(directory: Path, database: Path | None = None, expiration: int = TOKEN_SECONDS) -> Iterator[str]:
    """Serve Keystone and yield its URL; ``expiration`` is how many seconds the tokens hold that it issues.

    Without the directory of another one's ``database``, it starts with a copy of the pristine state.
    """
    if database is None:
        shutil.copy(PRISTINE / "keystone.db", directory)
    else:
        (directory / "keystone.db").symlink_to(database / "keystone.db")
    _configure(directory, expiration)
    process = subprocess.Popen(
        [PYTHON, HERE / "serve.py"],
        env=clean_environment(OS_KEYSTONE_CONFIG_DIR=str(directory)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin and process.stdout
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise CommandFailed(f"Keystone does not start: {(directory / 'keystone.log').read_text()[-5000:]}")
        yield url
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()
