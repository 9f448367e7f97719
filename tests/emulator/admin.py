# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin port: state, log, faults and scenario over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from .cloud import CloudEmulator


def admin_app(cloud: CloudEmulator) -> Starlette:
    """The application of the admin port; a result of None is answered with 204."""

    def add_faults(given: Any) -> Any:
        return [cloud.faults.add(**one).describe() for one in (given if isinstance(given, list) else [given])]

    def add_record(given: Any) -> Any:
        return cloud.add_record(given.pop("project"), given.pop("service"), **given)

    def load(given: Any) -> Any:
        cloud.load(given)
        return cloud.state()

    def stop(_given: Any) -> Any:
        cloud.stopping.set()
        return {"stopping": True}

    record = "/records/{project}/{service}/{record_id}"
    return Starlette(
        routes=[
            _route("GET", "/state", lambda _given: cloud.state()),
            _route("GET", "/log", lambda _given: cloud.log),
            _route("DELETE", "/log", lambda _given: cloud.clear_log()),
            _route("GET", "/counters", lambda _given: cloud.counters()),
            _route("PUT", "/scenario", load),
            _route("GET", "/faults", lambda _given: cloud.faults.describe()),
            _route("POST", "/faults", add_faults, 201),
            _route("DELETE", "/faults", lambda _given: cloud.faults.clear()),
            _route("POST", "/records", add_record, 201),
            _route("PATCH", record, lambda given, **place: cloud.set_status(**place, status=given["status"])),
            _route("DELETE", record, lambda _given, **place: cloud.remove_record(**place)),
            _route("POST", "/expire-tokens", lambda _given: {"expired": cloud.expire_tokens()}),
            _route("POST", "/shutdown", stop, 202),
        ],
        exception_handlers={ValueError: _refuse, TypeError: _refuse, KeyError: _refuse},
    )


def _route(method: str, path: str, action: Callable[..., Any], status: int = 200) -> Route:
    async def endpoint(request: Request) -> Response:
        result = action(await _document(request), **request.path_params)
        return Response(status_code=204) if result is None else JSONResponse(result, status)

    return Route(path, endpoint, methods=[method])


async def _document(request: Request) -> Any:
    """The body as JSON; None without a body."""
    return await request.json() if await request.body() else None


async def _refuse(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)
