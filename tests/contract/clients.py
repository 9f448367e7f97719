# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients of records behind one face: list, show, delete and stop, for each API that they have."""

from __future__ import annotations

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
from huaweicloudsdkcore.auth.credentials import BasicCredentials

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


class Client:
    """The vendor's client of one API. A record is {id: status}; ``instance_id`` is None where records have none."""

    kind: Any

    def __init__(self, url: str, credentials: BasicCredentials, language: str | None = None) -> None:
        self.client = _Recorder(self.kind.new_builder().with_credentials(credentials).with_endpoint(url).build())
        self.language = language


class GaussDB(Client):
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


class DrsV5(Client):
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


class DrsV3(Client):
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


class GaussDBScheduled(Client):
    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        request = gaussdb.ListScheduleTaskRequest(x_language=self.language, offset=0, limit=100)
        found = self.client.list_schedule_task(request)
        assert found.total_count == len(found.tasks)
        return {task.task_id: task.status for task in found.tasks}

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        request = gaussdb.DeleteScheduleTaskRequest(x_language=self.language, task_id=record_id)
        return self.client.delete_schedule_task(request)


class Rds(Client):
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


class TaurusDB(Client):
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


class Kafka(Client):
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


class Dcs(Client):
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


class DcsBigkey(Client):
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


class DcsHotkey(Client):
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


class CceAutopilot(Client):
    kind = cce.CceClient

    def list(self) -> dict[str, str]:
        found = self.client.list_autopilot_jobs(cce.ListAutopilotJobsRequest())
        return {job.metadata.uid: job.status.status for job in found.body}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        job = self.client.get_autopilot_one_job(cce.GetAutopilotOneJobRequest(job_id=record_id))
        return job.metadata.uid, job.status.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.client.delete_autopilot_job(cce.DeleteAutopilotJobRequest(job_id=record_id))
