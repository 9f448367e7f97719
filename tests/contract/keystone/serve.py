# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves Keystone on a free loopback port, prints the URL, and ends with its standard input."""

from __future__ import annotations

import os
import socket
import sys
import threading

import waitress
from keystone.server import wsgi


def end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.bind(("127.0.0.1", 0))
    application = wsgi.initialize_public_application()
    threading.Thread(target=end_with_parent, daemon=True).start()
    server = waitress.create_server(application, sockets=[held], threads=4)
    print(f"http://127.0.0.1:{held.getsockname()[1]}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
