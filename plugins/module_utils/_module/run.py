# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Runs a module: connects, and exits with a result or with an error message."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._auth.connection import Connection
from .._errors import HwcloudError, OptionError
from .options import connect


def run(module: AnsibleModule, work: Callable[[Connection], dict[str, Any]]) -> None:
    """Connect, do ``work`` and exit with what it returns; a ``msg`` in it means failure."""
    connection = None
    try:
        connection = connect(module)
        result = work(connection)
    except OptionError as error:
        module.fail_json(msg=error.error_msg)
    except HwcloudError as error:
        summary = connection.stats.summary() if connection else None
        module.fail_json(msg=str(error), service=error.service, summary=summary, **error.facts())
    except Exception as error:
        # An unexpected exception may hold secrets; the module's result keeps its shape.
        clean = connection.redact if connection else str
        module.fail_json(
            msg=clean(f"internal error: {type(error).__name__}: {error}"), exception=clean(traceback.format_exc())
        )
    finally:
        if connection:
            connection.close()
    if "msg" in result:
        module.fail_json(**result)
    module.exit_json(**result)
