# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator accepts every signature of the vendor's clients, and they read all of its responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import huaweicloudsdkdcs.v2 as dcs
import huaweicloudsdkdrs.v3 as drs3
import huaweicloudsdkdrs.v5 as drs5
import huaweicloudsdkgaussdbforopengauss.v3 as gaussdb
import huaweicloudsdkkafka.v2 as kafka
import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from emulator import ACCESS_KEY, PROJECT, SECRET_KEY, CloudEmulator, small

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:huaweicloudsdk.*")
TASKS = "/v3/{p}/tasks"


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    with CloudEmulator(small()) as running:
        yield running


def project_id(cloud: CloudEmulator) -> str:
    return cloud.loaded.state.project(PROJECT).id


def vendor_client(kind: Any, cloud: CloudEmulator, service: str) -> Any:
    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY, project_id(cloud))
    return kind.new_builder().with_credentials(credentials).with_endpoint(cloud.endpoints[service]).build()


def send(cloud: CloudEmulator, method: str, path: str, **request: Any) -> requests.Response:
    """Let the vendor's signer sign a request, and send it exactly as it was signed."""
    endpoint = cloud.endpoints[request.pop("service", "gaussdb")]
    prepared = SdkRequest(
        method=method,
        schema="http",
        host=endpoint.removeprefix("http://"),
        resource_path=path.replace("{p}", project_id(cloud)),
        query_params=request.pop("query", []),
        header_params=request.pop("headers", {"Content-Type": "application/json"}),
        body=request.pop("body", ""),
    )
    signed = Signer(BasicCredentials(ACCESS_KEY, request.pop("secret", SECRET_KEY))).sign(prepared)
    return requests.request(
        method, endpoint + signed.uri, headers=signed.header_params, data=signed.body or None, timeout=5
    )


def test_signature_of_query_or_body_accepted(cloud: CloudEmulator) -> None:
    listed = send(cloud, "GET", TASKS, query=[("limit", 2), ("offset", 1)])
    assert [task["job_id"] for task in listed.json()["tasks"]] == ["a-gauss-2", "a-gauss-1"]
    body = '{"jobs":[{"job_id":"a-drs-1","delete_type":"delete"}]}'
    deleted = send(cloud, "DELETE", "/v3/{p}/jobs/batch-jobs", service="drs", body=body)
    assert deleted.json()["results"][0]["status"] == "success"
    headers = {"Content-Type": "text/plain"}
    assert send(cloud, "GET", TASKS, headers=headers, body="whatever").status_code == 200


@pytest.mark.parametrize(
    "query", [[("name", "a b+c/d~e_f")], [("status", ["Failed", "Completed"]), ("name", "ü")], [("name", "")]]
)
def test_signature_of_special_characters_accepted(cloud: CloudEmulator, query: list[Any]) -> None:
    assert send(cloud, "GET", TASKS, query=query).status_code == 200
    assert send(cloud, "DELETE", "/v3/{p}/jobs/a%20b~c").json()["error_code"] == "DBS.200001"


def test_signature_with_wrong_secret_refused(cloud: CloudEmulator) -> None:
    assert send(cloud, "GET", TASKS, secret="wrong").json()["error_code"] == "APIGW.0301"


def test_drs_v5_client_reads_actions_stop_and_bulk_delete(cloud: CloudEmulator) -> None:
    client = vendor_client(drs5.DrsClient, cloud, "drs")
    (job,) = client.list_jobs(drs5.ListJobsRequest(job_type="sync", limit=10, offset=0)).jobs
    assert job.job_action.available_actions == ["FREE_RESOURCE"]
    assert client.show_actions(drs5.ShowActionsRequest(job_id="a-drs-1")).job_action.available_actions == ["DELETE"]
    body = drs5.StopJobActionReq(is_force_stop=False)
    stopped = client.stop_job_action(drs5.StopJobActionRequest(job_id="a-drs-2", body=body))
    assert (stopped.id, stopped.status) == ("a-drs-2", "success")
    jobs = drs5.BatchDeleteJobReq(jobs=["a-drs-2", "a-drs-3"])
    results = client.batch_delete_jobs_by_id(drs5.BatchDeleteJobsByIdRequest(body=jobs)).jobs
    assert [(job.id, job.status) for job in results] == [("a-drs-2", "failed"), ("a-drs-3", "success")]


def test_drs_v3_client_reads_batch_results(cloud: CloudEmulator) -> None:
    client = vendor_client(drs3.DrsClient, cloud, "drs")
    wanted = drs3.QueryJobsReq(cur_page=1, per_page=10, db_use_type="migration")
    assert client.show_job_list(drs3.ShowJobListRequest(body=wanted)).total_record == 1
    jobs = [drs3.DeleteJobReq(job_id=name, delete_type="delete") for name in ("a-drs-1", "a-drs-2")]
    deleted = client.batch_delete_jobs(drs3.BatchDeleteJobsRequest(body=drs3.BatchDeleteJobReq(jobs=jobs)))
    assert (deleted.status_code, deleted.count) == (202, 2)
    results = [(item.status, item.error_code) for item in deleted.results]
    assert results == [("success", None), ("failed", "DRS.M00304")]


def test_kafka_and_dcs_clients_read_instances_and_counts(cloud: CloudEmulator) -> None:
    client = vendor_client(kafka.KafkaClient, cloud, "dms")
    found = client.list_instances(kafka.ListInstancesRequest(engine="kafka"))
    assert [instance.instance_id for instance in found.instances] == ["a-kafka-1", "a-kafka-2"]
    listed = client.list_background_tasks(kafka.ListBackgroundTasksRequest(instance_id="a-kafka-1", start=1, limit=10))
    assert listed.task_count == "2"
    client = vendor_client(dcs.DcsClient, cloud, "dcs")
    assert client.list_instances(dcs.ListInstancesRequest()).instance_num == 1


def test_clients_list_show_and_delete_instances(cloud: CloudEmulator) -> None:
    client = vendor_client(kafka.KafkaClient, cloud, "dms")
    shown = client.show_instance(kafka.ShowInstanceRequest(instance_id="a-kafka-1"))
    assert (shown.charging_mode, shown.created_at, shown.tags) == (1, "1793354400000", [])
    assert client.delete_instance(kafka.DeleteInstanceRequest(instance_id="a-kafka-1")).status_code == 204
    client = vendor_client(dcs.DcsClient, cloud, "dcs")
    (listed,) = client.list_instances(dcs.ListInstancesRequest(include_failure="true")).instances
    assert (listed.instance_id, listed.charging_mode, listed.status) == ("a-redis-1", 0, "RUNNING")
    assert client.delete_single_instance(dcs.DeleteSingleInstanceRequest(instance_id="a-redis-1")).status_code == 204
    client = vendor_client(gaussdb.GaussDBforopenGaussClient, cloud, "gaussdb")
    found = client.list_instances(gaussdb.ListInstancesRequest(id="a-gaussdb-2"))
    assert (found.total_count, found.instances[0].charge_info.charge_mode) == (1, "postPaid")
    deleted = client.delete_instance(gaussdb.DeleteInstanceRequest(instance_id="a-gaussdb-2"))
    assert deleted.job_id in {record["id"] for record in cloud.records(PROJECT, "gaussdb")}
