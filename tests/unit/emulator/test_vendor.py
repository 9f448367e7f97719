# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own clients against the cloud emulator: whatever they can sign and parse, it must accept and answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import huaweicloudsdkdcs.v2 as dcs
import huaweicloudsdkdrs.v3 as drs_v3
import huaweicloudsdkdrs.v5 as drs_v5
import huaweicloudsdkgaussdbforopengauss.v3 as gaussdb
import huaweicloudsdkkafka.v2 as kafka
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from emulator import ACCESS_KEY, PROJECT, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, small

pytestmark = pytest.mark.filterwarnings(
    "ignore:datetime.datetime.utcnow:DeprecationWarning",
    "ignore:Method .* of DrsClient is deprecated:DeprecationWarning",
)
TASKS = "/v3/{p}/tasks"


def send(client: Any, credentials: BasicCredentials, method: str, path: str, **request: Any) -> Any:
    """Let the vendor's signer sign a request and send it as it was signed."""
    service = request.pop("service", "gaussdb")
    endpoint = client.cloud.endpoints[service]
    prepared = SdkRequest(
        method=method,
        schema="http",
        host=endpoint.removeprefix("http://"),
        resource_path=path.replace("{p}", client.project_id),
        query_params=request.pop("query", []),
        header_params=request.pop("headers", {"Content-Type": "application/json"}),
        body=request.pop("body", ""),
    )
    signed = Signer(credentials).sign(prepared)
    return client.session.request(
        method, endpoint + signed.uri, headers=signed.header_params, data=signed.body or None, timeout=5
    )


@pytest.fixture
def credentials() -> BasicCredentials:
    return BasicCredentials(ACCESS_KEY, SECRET_KEY)


def test_the_vendors_signature_is_accepted(client: Any, credentials: BasicCredentials) -> None:
    listed = send(client, credentials, "GET", TASKS, query=[("limit", 2), ("offset", 1)])
    assert [task["job_id"] for task in listed.json()["tasks"]] == ["a-gauss-2", "a-gauss-1"]
    body = '{"jobs":[{"job_id":"a-drs-1","delete_type":"delete"}]}'
    deleted = send(client, credentials, "DELETE", "/v3/{p}/jobs/batch-jobs", service="drs", body=body)
    assert deleted.json()["results"][0]["status"] == "success"


@pytest.mark.parametrize(
    "query", [[("name", "a b+c/d~e_f")], [("status", ["Failed", "Completed"]), ("name", "ü")], [("name", "")]]
)
def test_odd_queries_keep_their_signature(client: Any, credentials: BasicCredentials, query: list[Any]) -> None:
    assert send(client, credentials, "GET", TASKS, query=query).status_code == 200


def test_odd_paths_and_unsigned_payloads(client: Any, credentials: BasicCredentials) -> None:
    gone = send(client, credentials, "DELETE", "/v3/{p}/jobs/a%20b~c")
    assert gone.json()["error_code"] == "DBS.200001"
    headers = {"Content-Type": "text/plain"}
    answer = send(client, credentials, "GET", TASKS, headers=headers, body="whatever")
    assert answer.status_code == 200


def test_the_vendors_signature_with_a_wrong_secret_is_refused(client: Any) -> None:
    answer = send(client, BasicCredentials(ACCESS_KEY, "wrong"), "GET", TASKS)
    assert answer.json()["error_code"] == "APIGW.0301"


def service_client(kind: Any, cloud: CloudEmulator, service: str, credentials: BasicCredentials) -> Any:
    credentials.project_id = cloud.state()["projects"][PROJECT]["id"]
    return kind.new_builder().with_credentials(credentials).with_endpoints([cloud.endpoints[service]]).build()


def refusal(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(ClientRequestException) as refused:
        call()
    return refused.value.status_code, refused.value.error_code


def test_gaussdb_client(cloud: CloudEmulator, credentials: BasicCredentials) -> None:
    client = service_client(gaussdb.GaussDBforopenGaussClient, cloud, "gaussdb", credentials)
    listed = client.list_tasks(gaussdb.ListTasksRequest(limit=10))
    assert [task.job_id for task in listed.tasks] == ["a-gauss-3", "a-gauss-2", "a-gauss-1"]
    assert listed.total_count == 3
    assert client.show_job_detail(gaussdb.ShowJobDetailRequest(id="a-gauss-1")).job.status == "Completed"
    client.delete_job(gaussdb.DeleteJobRequest(job_id="a-gauss-1"))
    gone = refusal(lambda: client.delete_job(gaussdb.DeleteJobRequest(job_id="a-gauss-1")))
    assert gone == (400, "DBS.200543")


def test_drs_v5_client(cloud: CloudEmulator, credentials: BasicCredentials) -> None:
    client = service_client(drs_v5.DrsClient, cloud, "drs", credentials)
    listed = client.list_jobs(drs_v5.ListJobsRequest(job_type="sync", limit=10, offset=0))
    assert [(job.id, job.status) for job in listed.jobs] == [("a-drs-2", "INCRE_TRANSFER_STARTED")]
    assert listed.jobs[0].job_action.available_actions == ["FREE_RESOURCE"]
    assert client.show_actions(drs_v5.ShowActionsRequest(job_id="a-drs-1")).job_action.available_actions == ["DELETE"]
    body = drs_v5.StopJobActionReq(is_force_stop=False)
    stopped = client.stop_job_action(drs_v5.StopJobActionRequest(job_id="a-drs-2", body=body))
    assert (stopped.id, stopped.status) == ("a-drs-2", "success")
    client.delete_job(drs_v5.DeleteJobRequest(job_id="a-drs-1"))
    gone = refusal(lambda: client.delete_job(drs_v5.DeleteJobRequest(job_id="a-drs-1")))
    assert gone == (400, "DRS.10000010")
    jobs = drs_v5.BatchDeleteJobReq(jobs=["a-drs-2", "a-drs-3"])
    results = client.batch_delete_jobs_by_id(drs_v5.BatchDeleteJobsByIdRequest(body=jobs)).jobs
    assert [(job.id, job.status) for job in results] == [("a-drs-2", "failed"), ("a-drs-3", "success")]


def test_drs_v3_client(cloud: CloudEmulator, credentials: BasicCredentials) -> None:
    client = service_client(drs_v3.DrsClient, cloud, "drs", credentials)
    wanted = drs_v3.QueryJobsReq(cur_page=1, per_page=10, db_use_type="migration")
    listed = client.show_job_list(drs_v3.ShowJobListRequest(body=wanted))
    assert ([job.id for job in listed.jobs], listed.total_record) == (["a-drs-1"], 1)
    asked = drs_v3.BatchQueryJobReqPage(jobs=["a-drs-2"], page_req=drs_v3.PageReq(cur_page=1, per_page=5))
    found = client.batch_list_job_status(drs_v3.BatchListJobStatusRequest(body=asked))
    assert [(job.id, job.status) for job in found.results] == [("a-drs-2", "INCRE_TRANSFER_STARTED")]
    jobs = [drs_v3.DeleteJobReq(job_id=name, delete_type="delete") for name in ("a-drs-1", "a-drs-2")]
    body = drs_v3.BatchDeleteJobReq(jobs=jobs)
    deleted = client.batch_delete_jobs(drs_v3.BatchDeleteJobsRequest(body=body))
    assert (deleted.status_code, deleted.count) == (202, 2)
    assert [(item.status, item.error_code) for item in deleted.results] == [
        ("success", None),
        ("failed", "DRS.M00304"),
    ]


def test_kafka_client(cloud: CloudEmulator, credentials: BasicCredentials) -> None:
    client = service_client(kafka.KafkaClient, cloud, "dms", credentials)
    found = client.list_instances(kafka.ListInstancesRequest(engine="kafka"))
    assert [instance.instance_id for instance in found.instances] == ["a-kafka-1", "a-kafka-2"]
    task = {"instance_id": "a-kafka-1", "task_id": "a-dms-1"}
    listed = client.list_background_tasks(kafka.ListBackgroundTasksRequest(instance_id="a-kafka-1", start=1, limit=10))
    assert ([found.id for found in listed.tasks], listed.task_count) == (["a-dms-2", "a-dms-1"], "2")
    assert client.show_background_task(kafka.ShowBackgroundTaskRequest(**task)).tasks[0].status == "SUCCESS"
    client.delete_background_task(kafka.DeleteBackgroundTaskRequest(**task))
    gone = refusal(lambda: client.delete_background_task(kafka.DeleteBackgroundTaskRequest(**task)))
    assert gone == (404, "DMS.00404041")


def test_dcs_client_with_a_temporary_key(cloud: CloudEmulator) -> None:
    key = BasicCredentials(TEMPORARY_KEY["access"], TEMPORARY_KEY["secret"])
    key = key.with_security_token(TEMPORARY_KEY["security_token"])
    client = service_client(dcs.DcsClient, cloud, "dcs", key)
    assert len(client.list_center_task(dcs.ListCenterTaskRequest(limit=1000)).tasks) == 3
    assert len(client.list_background_task(dcs.ListBackgroundTaskRequest(instance_id="a-redis-1")).tasks) == 3
    assert client.list_instances(dcs.ListInstancesRequest()).instance_num == 1
    client.delete_center_task(dcs.DeleteCenterTaskRequest(task_id="a-dcs-1"))
    running = refusal(lambda: client.delete_center_task(dcs.DeleteCenterTaskRequest(task_id="a-dcs-2")))
    assert running == (400, "DCS.4017")
    assert [record["id"] for record in cloud.records(PROJECT, "dcs")] == ["a-dcs-3", "a-dcs-2"]


def test_the_vendor_finds_its_project_by_the_regions_name(start: Callable[..., CloudEmulator]) -> None:
    scenario = small()
    scenario["projects"][0]["name"] = "eu-de"
    scenario["access_keys"].append({"access": "LOOKUPACCESSKEY00000", "secret": "lookup-secret", "user": "operator"})
    cloud = start(scenario)
    credentials = BasicCredentials("LOOKUPACCESSKEY00000", "lookup-secret").with_iam_endpoint(cloud.endpoints["iam"])
    region = Region("eu-de", cloud.endpoints["dcs"])
    client = dcs.DcsClient.new_builder().with_credentials(credentials).with_region(region).build()
    assert len(client.list_center_task(dcs.ListCenterTaskRequest()).tasks) == 3
    lookup = cloud.log[0]
    assert (lookup["service"], lookup["path"], lookup["query"]) == ("iam", "/v3/projects", {"name": "eu-de"})
