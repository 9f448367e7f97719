# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The APIs that the vendor has clients for, each in one region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud, cloud_of
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Kind
from huaweicloudsdkcore.auth.credentials import BasicCredentials

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small

from .clients import (
    LANGUAGE,
    CceAutopilot,
    Dcs,
    DcsBigkey,
    DcsHotkey,
    DrsV3,
    DrsV5,
    GaussDB,
    GaussDBScheduled,
    Kafka,
    KafkaScheduled,
    RabbitMQ,
    RabbitMQScheduled,
    Rds,
    RocketMQ,
    RocketMQScheduled,
    TaurusDB,
)
from .instance_clients import (
    CceClusters,
    DcsInstances,
    GaussDBInstances,
    KafkaInstances,
    RabbitMQInstances,
    RocketMQInstances,
)

OTC, HUAWEI = "eu-de", "cn-north-4"


@dataclass(frozen=True)
class Contract:
    """One API that the vendor has a client for, in one region.

    - ``success``: HTTP status of a delete.
    - ``deletable``, ``refused``: ids of records of the scenario; the second is in a state that forbids a delete.
    """

    api: Any
    module: str
    region: str
    success: int
    deletable: str = "retired"
    refused: str = "frozen"
    instance_id: str | None = None
    api_version: str | None = None

    @property
    def name(self) -> str:
        return f"{self.api.__name__}-{self.region}"

    @property
    def kind(self) -> Kind:
        return KINDS[self.module]

    @property
    def service(self) -> str:
        return self.kind.service

    @property
    def project(self) -> str:
        return f"{self.region}_retired"

    @property
    def language(self) -> str | None:
        return LANGUAGE if cloud_of(self.region) is Cloud.HUAWEI else None

    @property
    def absent_status(self) -> int | None:
        """The HTTP status, although a success, of a delete of what does not exist."""
        return next((api.deletion.absent_status for api in self.kind.apis if api.deletion.absent_status), None)

    @property
    def looks_up_first(self) -> bool:
        """Whether the module lists a record before it deletes it."""
        return self.kind.is_instance or self.kind.check_before_delete

    def scenario(self, *more: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The small scenario, or with the kind's instances only; ``more`` are further ones."""
        scenario = small({"release_seconds": 0.05, "instance_seconds": 0.2, **options}, region=self.region)
        if self.kind.is_instance:
            ordinary = {"id": self.deletable, "tags": {"env": "old"}}
            frozen = {"id": self.refused, "status": "Frozen" if self.service == "cce" else "FROZEN"}
            instances = [ordinary, frozen, {"id": "ordered", "prepaid": True}, *more]
            engine = {"engine": self.api.engine} if self.service == "dms" else {}
            content = {"instances": [{**engine, **instance} for instance in instances]}
            scenario["projects"] = [{"name": self.project, "services": {self.service: content}}]
        elif self.service == "dms":
            for instance in scenario["projects"][0]["services"]["dms"]["instances"]:
                instance["engine"] = self.api.engine
        return scenario

    def credentials(self, cloud: CloudEmulator, secret_key: str = SECRET_KEY) -> BasicCredentials:
        return BasicCredentials(ACCESS_KEY, secret_key, self.project_id(cloud))

    def project_id(self, cloud: CloudEmulator) -> str:
        found: str = cloud.state()["projects"][self.project]["id"]
        return found

    def client(self, cloud: CloudEmulator, credentials: BasicCredentials | None = None) -> Any:
        """The vendor's client of a cloud, by default with the access key of the operator."""
        return self.api(cloud.endpoints[self.service], credentials or self.credentials(cloud), self.language)

    def options(self, record_id: str) -> dict[str, Any]:
        """Those of the module that name a record, and the version of the API."""
        version = {"api_version": self.api_version} if self.api_version else {}
        if self.kind.by_instance:
            pair = {"instance_id": self.instance_id, self.kind.id_option: record_id}
            return {**version, self.kind.records_option: [pair]}
        return {**version, self.kind.ids_option: [record_id]}


RECORDS = [
    *(Contract(GaussDB, "gaussdb_job", region, 200, "a-gauss-1", "a-gauss-3") for region in (OTC, HUAWEI)),
    *(Contract(DrsV3, "drs_job", one, 202, "a-drs-1", "a-drs-2", api_version="v3") for one in (OTC, HUAWEI)),
    Contract(DrsV5, "drs_job", HUAWEI, 200, "a-drs-1", "a-drs-2", api_version="v5"),
    Contract(Kafka, "dms_task", OTC, 204, "a-dms-1", "a-dms-2", instance_id="a-kafka-1"),
    *(
        Contract(engine, "dms_task", HUAWEI, 204, "a-dms-1", "a-dms-2", instance_id="a-kafka-1")
        for engine in (Kafka, RabbitMQ, RocketMQ)
    ),
    Contract(Dcs, "dcs_task", OTC, 200, "a-dcs-1", "a-dcs-2"),
    *(
        Contract(api, "dms_scheduled_task", region, 204, "a-scheduled-1", "a-scheduled-2", instance_id="a-rocketmq-1")
        for api, region in (
            *((RocketMQScheduled, region) for region in (OTC, HUAWEI)),
            *((api, HUAWEI) for api in (KafkaScheduled, RabbitMQScheduled)),
        )
    ),
    *(
        Contract(api, kind, region, 200, f"a-{name}-1", f"a-{name}-2", instance_id="a-redis-1")
        for api, kind, name in ((DcsBigkey, "dcs_bigkey_task", "bigkey"), (DcsHotkey, "dcs_hotkey_task", "hotkey"))
        for region in (OTC, HUAWEI)
    ),
    Contract(Rds, "rds_task", HUAWEI, 200, "a-rds-1", "a-rds-3"),
    Contract(TaurusDB, "taurusdb_task", HUAWEI, 200, "a-taurus-1", "a-taurus-3"),
    Contract(CceAutopilot, "cce_autopilot_job", HUAWEI, 204, "a-autopilot-1", "a-autopilot-2"),
    Contract(GaussDBScheduled, "gaussdb_scheduled_task", HUAWEI, 200, "a-planned-1", "a-planned-3"),
]
INSTANCES = [
    *(Contract(GaussDBInstances, "gaussdb_instance", region, 202) for region in (OTC, HUAWEI)),
    *(Contract(KafkaInstances, "dms_instance", region, 204) for region in (OTC, HUAWEI)),
    # T Cloud Public does not document RabbitMQ.
    Contract(RabbitMQInstances, "dms_instance", HUAWEI, 204),
    *(Contract(RocketMQInstances, "dms_instance", region, 204) for region in (OTC, HUAWEI)),
    *(Contract(DcsInstances, "dcs_instance", region, 204) for region in (OTC, HUAWEI)),
    *(Contract(CceClusters, "cce_cluster", region, 200) for region in (OTC, HUAWEI)),
]
CONTRACTS = [*RECORDS, *INSTANCES]
