# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients behind one face: list, show, delete and stop, for each API that they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import huaweicloudsdkcce.v3 as cce
import huaweicloudsdkdcs.v2 as dcs
import huaweicloudsdkdrs.v3 as drs3
import huaweicloudsdkdrs.v5 as drs5
import huaweicloudsdkgaussdb.v3 as taurusdb
import huaweicloudsdkgaussdbforopengauss.v3 as gaussdb
import huaweicloudsdkkafka.v2 as kafka
import huaweicloudsdkrabbitmq.v2 as rabbitmq
import huaweicloudsdkrds.v3 as rds
import huaweicloudsdkrocketmq.v2 as rocketmq
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud, cloud_of
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Kind
from huaweicloudsdkcore.auth.credentials import BasicCredentials

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small

OTC, HUAWEI = "eu-de", "cn-north-4"
LANGUAGE = "en-us"
JOB_TYPES = ("migration", "sync", "cloudDataGuard")


class _Recorder:
    """The vendor's client, which keeps what it has read: ``responses``."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.responses: list[Any] = []

    def __getattr__(self, operation: str) -> Any:
        def call(request: Any) -> Any:
            response = getattr(self._client, operation)(request)
            self.responses.append(response)
            return response

        return call


class _Client:
    """The vendor's client of one API. A record is {id: status}; ``instance_id`` is None where records have none."""

    kind: Any

    def __init__(self, url: str, credentials: BasicCredentials, language: str | None = None) -> None:
        self.client = _Recorder(self.kind.new_builder().with_credentials(credentials).with_endpoint(url).build())
        self.language = language


class GaussDB(_Client):
    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        found = self.client.list_tasks(gaussdb.ListTasksRequest(x_language=self.language, offset=0, limit=100))
        assert found.total_count == len(found.tasks)
        return {task.job_id: task.status for task in found.tasks}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.client.show_job_detail(gaussdb.ShowJobDetailRequest(id=record_id)).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_job(gaussdb.DeleteJobRequest(x_language=self.language, job_id=record_id))


class DrsV5(_Client):
    kind = drs5.DrsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for job_type in (*JOB_TYPES, "replay"):
            request = drs5.ListJobsRequest(x_language=LANGUAGE, job_type=job_type, offset=0, limit=100)
            found.update({job.id: job.status for job in self.client.list_jobs(request).jobs})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = drs5.ShowJobDetailRequest(job_id=record_id, x_language=LANGUAGE, type="overview")
        job = self.client.show_job_detail(request).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_job(drs5.DeleteJobRequest(job_id=record_id, x_language=LANGUAGE))

    def stop(self, record_id: str) -> Any:
        body = drs5.StopJobActionReq(is_force_stop=False)
        return self.client.stop_job_action(drs5.StopJobActionRequest(job_id=record_id, x_language=LANGUAGE, body=body))


class DrsV3(_Client):
    kind = drs3.DrsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for use in JOB_TYPES:
            for engine in ("mysql", "cloudDataGuard-mysql"):
                body = drs3.QueryJobsReq(cur_page=1, per_page=100, db_use_type=use, engine_type=engine)
                listed = self.client.show_job_list(drs3.ShowJobListRequest(x_language=LANGUAGE, body=body))
                found.update({job.id: job.status for job in listed.jobs})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        body = drs3.BatchQueryJobReqPage(jobs=[record_id], page_req=drs3.PageReq(cur_page=1, per_page=5))
        request = drs3.BatchListJobStatusRequest(x_language=LANGUAGE, body=body)
        (result,) = self.client.batch_list_job_status(request).results
        return result.id, result.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self._batch(record_id, "delete")

    def stop(self, record_id: str) -> Any:
        return self._batch(record_id, "terminate")

    def _batch(self, record_id: str, delete_type: str) -> Any:
        body = drs3.BatchDeleteJobReq(jobs=[drs3.DeleteJobReq(delete_type=delete_type, job_id=record_id)])
        return self.client.batch_delete_jobs(drs3.BatchDeleteJobsRequest(x_language=LANGUAGE, body=body))


class GaussDBScheduled(_Client):
    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        request = gaussdb.ListScheduleTaskRequest(x_language=self.language, offset=0, limit=100)
        found = self.client.list_schedule_task(request)
        assert found.total_count == len(found.tasks)
        return {task.task_id: task.status for task in found.tasks}

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = gaussdb.DeleteScheduleTaskRequest(x_language=self.language, task_id=record_id)
        return self.client.delete_schedule_task(request)


class Rds(_Client):
    kind = rds.RdsClient

    def list(self) -> dict[str, str]:
        found = self.client.list_tasks(rds.ListTasksRequest(offset=0, limit=50))
        assert found.total_count == len(found.tasks)
        return {task.id: task.status for task in found.tasks}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.client.list_job_info(rds.ListJobInfoRequest(id=record_id)).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_job(rds.DeleteJobRequest(id=record_id))


class TaurusDB(_Client):
    kind = taurusdb.GaussDBClient

    def list(self) -> dict[str, str]:
        request = taurusdb.ListImmediateJobsRequest(x_language=self.language, offset="0", limit="50")
        found = self.client.list_immediate_jobs(request)
        assert found.total_count == len(found.jobs)
        return {job.job_id: job.status for job in found.jobs}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = taurusdb.ShowGaussMySqlJobInfoRequest(x_language=self.language, id=record_id)
        job = self.client.show_gauss_my_sql_job_info(request).job
        return job.id, job.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = taurusdb.DeleteTaskRecordRequest(x_language=self.language, job_id=record_id)
        return self.client.delete_task_record(request)


class Kafka(_Client):
    """Also the parent of the other engines of DMS, which have much the same clients."""

    kind = kafka.KafkaClient
    package: Any = kafka
    engine = "kafka"

    def instance_ids(self) -> list[str]:
        request = self.package.ListInstancesRequest(engine=self.engine, offset=0, limit=50)
        return [instance.instance_id for instance in self.client.list_instances(request).instances]

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for instance_id in self.instance_ids():
            request = self.package.ListBackgroundTasksRequest(instance_id=instance_id, start=1, limit=100)
            found.update({task.id: task.status for task in self.client.list_background_tasks(request).tasks})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = self.package.ShowBackgroundTaskRequest(instance_id=instance_id, task_id=record_id)
        (task,) = self.client.show_background_task(request).tasks
        return task.id, task.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = self.package.DeleteBackgroundTaskRequest(instance_id=instance_id, task_id=record_id)
        return self.client.delete_background_task(request)


class RabbitMQ(Kafka):
    kind = rabbitmq.RabbitMQClient
    package = rabbitmq
    engine = "rabbitmq"

    def instance_ids(self) -> list[str]:
        request = rabbitmq.ListInstancesDetailsRequest(engine=self.engine, offset=0, limit=50)
        return [instance.instance_id for instance in self.client.list_instances_details(request).instances]


class RocketMQ(Kafka):
    kind = rocketmq.RocketMQClient
    package = rocketmq
    engine = "rocketmq"


class _Scheduled(Kafka):
    """Without ``show``, which the API does not have."""

    show = None  # type: ignore[assignment]

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for instance_id in self.instance_ids():
            request = self.package.ListScheduledTasksRequest(instance_id=instance_id, start="1", limit=100)
            found.update({job.id: job.status for job in self.client.list_scheduled_tasks(request).jobs})
        return found

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = self.package.DeleteScheduledTaskRequest(instance_id=instance_id, task_id=record_id)
        return self.client.delete_scheduled_task(request)


class KafkaScheduled(_Scheduled, Kafka):
    pass


class RabbitMQScheduled(_Scheduled, RabbitMQ):
    pass


class RocketMQScheduled(_Scheduled, RocketMQ):
    pass


class Dcs(_Client):
    kind = dcs.DcsClient

    def list(self) -> dict[str, str]:
        found = self.client.list_center_task(dcs.ListCenterTaskRequest(offset=0, limit=1000))
        return {task.id: task.status for task in found.tasks}

    def list_by_instance(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for instance in self.client.list_instances(dcs.ListInstancesRequest(offset=0, limit=1000)).instances:
            request = dcs.ListBackgroundTaskRequest(instance_id=instance.instance_id, offset=0, limit=1000)
            found.update({task.id: task.status for task in self.client.list_background_task(request).tasks})
        return found

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_center_task(dcs.DeleteCenterTaskRequest(task_id=record_id))


class DcsBigkey(_Client):
    kind = dcs.DcsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for instance in self.client.list_instances(dcs.ListInstancesRequest(offset=0, limit=1000)).instances:
            request = dcs.ListBigkeyScanTasksRequest(instance_id=instance.instance_id, offset=0, limit=100)
            found.update({one.id: one.status for one in self.client.list_bigkey_scan_tasks(request).records})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = dcs.ShowBigkeyScanTaskDetailsRequest(instance_id=instance_id, bigkey_id=record_id)
        found = self.client.show_bigkey_scan_task_details(request)
        return found.id, found.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = dcs.DeleteBigkeyScanTaskRequest(instance_id=instance_id, bigkey_id=record_id)
        return self.client.delete_bigkey_scan_task(request)


class DcsHotkey(_Client):
    kind = dcs.DcsClient

    def list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for instance in self.client.list_instances(dcs.ListInstancesRequest(offset=0, limit=1000)).instances:
            request = dcs.ListHotKeyScanTasksRequest(instance_id=instance.instance_id, offset=0, limit=100)
            found.update({one.id: one.status for one in self.client.list_hot_key_scan_tasks(request).records})
        return found

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        request = dcs.ShowHotkeyTaskDetailsRequest(instance_id=instance_id, hotkey_id=record_id)
        found = self.client.show_hotkey_task_details(request)
        return found.id, found.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = dcs.DeleteHotkeyScanTaskRequest(instance_id=instance_id, hotkey_id=record_id)
        return self.client.delete_hotkey_scan_task(request)


class CceAutopilot(_Client):
    kind = cce.CceClient

    def list(self) -> dict[str, str]:
        found = self.client.list_autopilot_jobs(cce.ListAutopilotJobsRequest())
        return {job.metadata.uid: job.status.status for job in found.body}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.client.get_autopilot_one_job(cce.GetAutopilotOneJobRequest(job_id=record_id))
        return job.metadata.uid, job.status.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_autopilot_job(cce.DeleteAutopilotJobRequest(job_id=record_id))


class GaussDBInstances(_Client):
    """Without ``show``, which the API does not have."""

    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        found = self.client.list_instances(gaussdb.ListInstancesRequest(x_language=self.language, offset=0, limit=100))
        assert found.total_count == len(found.instances)
        return {instance.id: instance.status for instance in found.instances}

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = gaussdb.DeleteInstanceRequest(x_language=self.language, instance_id=record_id)
        return self.client.delete_instance(request)


class KafkaInstances(_Client):
    """Also the parent of the other engines of DMS, which have much the same clients."""

    kind = kafka.KafkaClient
    package: Any = kafka
    engine = "kafka"

    def list(self) -> dict[str, str]:
        found = self._page(engine=self.engine, include_failure="true", offset=0, limit=50)
        assert found.instance_num == len(found.instances)
        return {instance.instance_id: instance.status for instance in found.instances}

    def _page(self, **query: Any) -> Any:
        return self.client.list_instances(self.package.ListInstancesRequest(**query))

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        instance = self.client.show_instance(self.package.ShowInstanceRequest(instance_id=record_id))
        return instance.instance_id, instance.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_instance(self.package.DeleteInstanceRequest(instance_id=record_id))


class RabbitMQInstances(KafkaInstances):
    kind = rabbitmq.RabbitMQClient
    package = rabbitmq
    engine = "rabbitmq"

    def _page(self, **query: Any) -> Any:
        return self.client.list_instances_details(rabbitmq.ListInstancesDetailsRequest(**query))


class RocketMQInstances(KafkaInstances):
    kind = rocketmq.RocketMQClient
    package = rocketmq
    engine = "rocketmq"


class DcsInstances(_Client):
    kind = dcs.DcsClient

    def list(self) -> dict[str, str]:
        request = dcs.ListInstancesRequest(include_failure="true", offset=0, limit=1000)
        found = self.client.list_instances(request)
        assert found.instance_num == len(found.instances)
        return {instance.instance_id: instance.status for instance in found.instances}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        instance = self.client.show_instance(dcs.ShowInstanceRequest(instance_id=record_id))
        return instance.instance_id, instance.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_single_instance(dcs.DeleteSingleInstanceRequest(instance_id=record_id))


class CceClusters(_Client):
    kind = cce.CceClient

    def list(self) -> dict[str, str]:
        found = self.client.list_clusters(cce.ListClustersRequest())
        return {cluster.metadata.uid: cluster.status.phase for cluster in found.items}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        cluster = self.client.show_cluster(cce.ShowClusterRequest(cluster_id=record_id))
        return cluster.metadata.uid, cluster.status.phase

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        """With the options that the module sends by default."""
        options = {name: parameter.default for name, parameter in KINDS["cce_cluster"].parameters.items()}
        return self.client.delete_cluster(cce.DeleteClusterRequest(cluster_id=record_id, **options))


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
    # Open Telekom Cloud does not document RabbitMQ.
    Contract(RabbitMQInstances, "dms_instance", HUAWEI, 204),
    *(Contract(RocketMQInstances, "dms_instance", region, 204) for region in (OTC, HUAWEI)),
    *(Contract(DcsInstances, "dcs_instance", region, 204) for region in (OTC, HUAWEI)),
    *(Contract(CceClusters, "cce_cluster", region, 200) for region in (OTC, HUAWEI)),
]
CONTRACTS = [*RECORDS, *INSTANCES]
