# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator sends, and what the modules read, is in the models of the vendor's clients."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator

from .models import disagreements
from .vendor import CONTRACTS, Contract, DcsInstances, GaussDBInstances

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:huaweicloudsdk.*")
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: one.name)

# Where the vendor's documents differ from its client.
KNOWN: dict[Any, set[str]] = {
    # The API reference leaves the key out where an instance has no tags, and on Open Telekom Cloud always.
    GaussDBInstances: {"ListInstancesResponse.instances[].tags: missing"},
    # Documented on Open Telekom Cloud; the vendor's Terraform provider reads it.
    DcsInstances: {"ShowInstanceResponse.task: unknown"},
}


def responses_of(contract: Contract) -> list[Any]:
    """What the vendor's client has read of a list, a record or instance, and the answer to a delete."""
    with CloudEmulator(contract.scenario()) as cloud:
        api = contract.client(cloud)
        api.list()
        if hasattr(api, "show"):
            api.show(contract.deletable, contract.instance_id)
        api.delete(contract.deletable, contract.instance_id)
        found: list[Any] = api.client.responses
        return found


@each_contract
def test_responses_have_keys_and_types_of_models(contract: Contract) -> None:
    found = {one for response in responses_of(contract) for one in disagreements(response)}
    assert found == KNOWN.get(contract.api, set())
