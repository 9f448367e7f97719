# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator sends, and what the modules read, is in the models of the vendor's clients."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import cloud_of
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import Fields, Flag
from huaweicloudsdkcce.v3 import ShowClusterResponse

from emulator import CloudEmulator

from .clients import CceAutopilot, DrsV3, DrsV5, KafkaScheduled, RabbitMQScheduled, RocketMQScheduled
from .instance_clients import DcsInstances, GaussDBInstances, RocketMQInstances
from .models import LIST, disagreements, type_at, types_of
from .vendor import CONTRACTS, Contract

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:huaweicloudsdk.*")
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.name)

# Where the vendor's documents differ from its client.
# The API references have a string.
JOB_COUNT = {"ListScheduledTasksResponse.job_count: str is not int"}
KNOWN: dict[Any, set[str]] = {
    **dict.fromkeys((KafkaScheduled, RabbitMQScheduled, RocketMQScheduled), JOB_COUNT),
    # The API reference leaves the key out where an instance has no tags, and on T Cloud Public always.
    GaussDBInstances: {"ListInstancesResponse.instances[].tags: missing"},
    # Documented on T Cloud Public; the vendor's Terraform provider reads it.
    DcsInstances: {"ShowInstanceResponse.task: unknown"},
}
# What the modules read where it is there, and the models do not have.
OPTIONAL: dict[Any, set[str]] = {
    # Other spellings, of API v3.
    CceAutopilot: {"body.metadata.name", "body.status.phase"},
    DrsV3: {"jobs.update_time"},
    # Only the status of a job that is shown is needed.
    DrsV5: {"jobs.update_time", "job.update_time", "job.name"},
    # One declaration for all engines; that of RocketMQ shows no order.
    RocketMQInstances: {"instances.order_id"},
}


def responses_of(contract: Contract) -> list[Any]:
    """What the vendor's client has read: a list, a record or instance, and the answer to a delete."""
    with CloudEmulator(contract.scenario()) as cloud:
        api = contract.client(cloud)
        api.list()
        if getattr(api, "show", None):
            api.show(contract.deletable, contract.instance_id)
        api.delete(contract.deletable, contract.instance_id)
        found: list[Any] = api.responses
        return found


def paths_of(fields: Fields) -> list[str]:
    """The dotted paths that a declaration reads."""
    found: list[str] = []
    for value in vars(fields).values():
        if isinstance(value, Flag):
            found.append(value.path)
        elif isinstance(value, str):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(value)
    return found


def read_in(contract: Contract) -> list[tuple[Any, str, Fields]]:
    """The models that the modules read too, each with the key of the records in it and the declaration of these."""
    api = contract.kind.api(contract.api_version, cloud_of(contract.region))
    assert api is not None
    declared = [(api.listing.envelope or LIST, api.fields), *([(api.show.item, api.show.fields)] if api.show else [])]
    models = [type(response) for response in responses_of(contract)]
    return [(next(one for one in models if key in types_of(one)), str(key), fields) for key, fields in declared]


@each_contract
def test_responses_have_keys_and_types_of_models(contract: Contract) -> None:
    found = {one for response in responses_of(contract) for one in disagreements(response)}
    assert found == KNOWN.get(contract.api, set())


@each_contract
def test_declared_paths_are_in_models(contract: Contract) -> None:
    read = [(model, f"{key}.{path}") for model, key, fields in read_in(contract) for path in paths_of(fields)]
    assert {path for model, path in read if not type_at(model, path)} == OPTIONAL.get(contract.api, set())


@each_contract
def test_declared_values_of_flags_have_types_of_models(contract: Contract) -> None:
    for model, key, fields in read_in(contract):
        for flag in (value for value in vars(fields).values() if isinstance(value, Flag)):
            declared = type_at(model, f"{key}.{flag.path}")
            example = {"int": "0", "bool": "true"}.get(str(declared))
            assert example in ({flag.yes, flag.no} if example else {None}), flag.path


@each_contract
def test_declared_tags_are_pairs_in_models(contract: Contract) -> None:
    for model, key, fields in read_in(contract):
        place = f"{key}.{fields.tags}"
        if fields.tags and type_at(model, place) != "list[object]":
            assert [type_at(model, f"{place}.{part}") for part in ("key", "value")] == ["str", "str"]


def test_path_with_mistake_is_in_no_model() -> None:
    assert type_at(ShowClusterResponse, "spec.extendParam.enterpriseProjectId") == "str"
    for path in ("specs.version", "spec.Version", "spec.version.major", "spec.extendParam.enterprise_project_id"):
        assert type_at(ShowClusterResponse, path) is None


CLUSTER = {
    "kind": "Cluster",
    "apiVersion": "v3",
    "metadata": {"name": "old", "labels": {"a": "b"}},
    "spec": {"hostNetwork": {"vpc": "v", "subnet": "s"}, "containerNetwork": {"mode": "eni"}},
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"metadata": {}}, {"metadata.name: missing"}),
        ({"metadata": []}, {"metadata: list is not an object"}),
        ({"metadata": {"name": "old", "colour": "red"}}, {"metadata.colour: unknown"}),
        ({"metadata": {"name": "old", "uid": 7}}, {"metadata.uid: int is not str"}),
        ({"metadata": {"name": "old", "labels": {"a": 1}}}, {"metadata.labels.a: int is not str"}),
        ({"status": {"isLocked": "true"}}, {"status.isLocked: str is not bool"}),
        ({"status": {"endpoints": {}}}, {"status.endpoints: dict is not list[ClusterEndpoints]"}),
        ({"status": {"endpoints": [{"url": "u"}, {"link": "u"}]}}, {"status.endpoints[].link: unknown"}),
        ({"kind": True}, {"kind: bool is not str"}),
    ],
)
def test_disagreement_with_model_is_found(change: dict[str, Any], expected: set[str]) -> None:
    response = ShowClusterResponse()
    response.raw_content = json.dumps({**CLUSTER, **change}).encode()
    assert disagreements(response) == {f"ShowClusterResponse.{one}" for one in expected}
