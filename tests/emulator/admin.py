# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin port: state, log, faults and scenario over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from .cloud import CloudEmulator


def admin_app(cloud: CloudEmulator) -> Starlette:
    """The routes of the admin port."""

    async def state(_unused: Request) -> Response:
        return JSONResponse(cloud.state())

    async def log(_unused: Request) -> Response:
        return JSONResponse(cloud.log)

    async def clear_log(_unused: Request) -> Response:
        cloud.clear_log()
        return Response(status_code=204)

    async def counters(_unused: Request) -> Response:
        return JSONResponse(cloud.counters())

    async def scenario(request: Request) -> Response:
        cloud.load(await _document(request))
        return JSONResponse(cloud.state())

    async def faults(_unused: Request) -> Response:
        return JSONResponse(cloud.faults.describe())

    async def add_faults(request: Request) -> Response:
        given = await _document(request)
        added = [cloud.faults.add(**one) for one in (given if isinstance(given, list) else [given])]
        return JSONResponse([fault.describe() for fault in added], 201)

    async def clear_faults(_unused: Request) -> Response:
        cloud.faults.clear()
        return Response(status_code=204)

    async def add_record(request: Request) -> Response:
        given = await _document(request)
        return JSONResponse(cloud.add_record(given.pop("project"), given.pop("service"), **given), 201)

    async def change_record(request: Request) -> Response:
        cloud.set_status(*_place(request), (await _document(request))["status"])
        return Response(status_code=204)

    async def remove_record(request: Request) -> Response:
        cloud.remove_record(*_place(request))
        return Response(status_code=204)

    async def change_user(request: Request) -> Response:
        cloud.set_user(request.path_params["name"], **await _document(request))
        return Response(status_code=204)

    async def expire_tokens(_unused: Request) -> Response:
        return JSONResponse({"expired": cloud.expire_tokens()})

    async def shutdown(_unused: Request) -> Response:
        cloud.stopping.set()
        return JSONResponse({"stopping": True}, 202)

    return Starlette(
        routes=[
            Route("/state", state),
            Route("/log", log),
            Route("/log", clear_log, methods=["DELETE"]),
            Route("/counters", counters),
            Route("/scenario", scenario, methods=["PUT"]),
            Route("/faults", faults),
            Route("/faults", add_faults, methods=["POST"]),
            Route("/faults", clear_faults, methods=["DELETE"]),
            Route("/records", add_record, methods=["POST"]),
            Route("/records/{project}/{service}/{record_id}", change_record, methods=["PATCH"]),
            Route("/records/{project}/{service}/{record_id}", remove_record, methods=["DELETE"]),
            Route("/users/{name}", change_user, methods=["PATCH"]),
            Route("/expire-tokens", expire_tokens, methods=["POST"]),
            Route("/shutdown", shutdown, methods=["POST"]),
        ],
        exception_handlers={ValueError: _refuse, TypeError: _refuse, KeyError: _refuse},
    )


async def _document(request: Request) -> Any:
    """The body: JSON, or YAML when its content type says so."""
    if "yaml" in request.headers.get("content-type", ""):
        import yaml

        return yaml.safe_load(await request.body())
    return await request.json()


def _place(request: Request) -> tuple[str, str, str]:
    """Project, service and record id of a path."""
    params = request.path_params
    return params["project"], params["service"], params["record_id"]


async def _refuse(_unused: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)
