#!/usr/bin/python

# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by "make generate"; change the declaration of the kind or the template instead.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cce_cluster
short_description: Delete CCE clusters
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Deletes clusters of Cloud Container Engine (CCE) with C(DELETE /api/v3/projects/{project_id}/clusters/{cluster_id}),
    one request for each.
  - B(This deletes the cluster itself), not a record of it. Its nodes are deleted with their disks.
  - The service carries the deletion out in the background. A cluster only counts as deleted when the service no longer
    lists it, for which the module waits, see O(wait).
  - The clusters are listed first. A cluster that is not listed counts as success, in RV(absent). One that must not be
    deleted fails with one of the codes below in RV(failures[].error_code), and no delete is sent for it.
  - V(Prepaid), if it is prepaid (yearly/monthly); unsubscribe from the cluster instead.
  - V(Protected), if its deletion protection is on; switch the deletion protection off first.
  - V(Locked), if it is locked; settle the bill or the order that locks the cluster first.
  - V(Hibernated), if its status is V(HIBERNATING) or V(HIBERNATION); wake the cluster and wait until it is available.
  - V(NotDeletable), if its status is V(RESIZEFAILED) or V(ROLLBACKFAILED); repair the cluster first, or open a service
    ticket.
  - V(NotDeletable), if its status is V(FREEZING) or V(FROZEN); settle the bill that froze the cluster, or open a
    service ticket.
  - V(NotDeletable), if its status is one that the collection does not know.
  - For clusters with the status V(AVAILABLE), V(EMPTY), V(ERROR) or V(UNAVAILABLE) the delete is sent at once. The
    status V(AWAKING), V(CREATING), V(RESIZING), V(ROLLINGBACK), V(SCALINGDOWN), V(SCALINGUP) or V(UPGRADING) ends by
    itself; the module waits for that and then sends the delete.
  - A cluster with the status V(DELETING) is being deleted already. The module only waits for it, even if it is prepaid,
    and returns it in RV(absent).
  - If the service refuses a delete because the cluster is busy, the delete is sent again after the next listing, until
    O(wait_timeout) is over.
  - O(delete_evs), O(delete_efs), O(delete_obs), O(delete_sfs), O(delete_net) and O(delete_eni) are sent with every
    delete, because the defaults of the clouds differ.
  - In check mode the clusters are listed, and none is deleted. One with a status that ends by itself counts as one that
    would be deleted.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.bulk
  - sundown.hwcloud.attributes
  - sundown.hwcloud.attributes.action_group
options:
  cluster_ids:
    description:
      - The clusters, one or thousands, as IDs or as records that M(sundown.hwcloud.cce_cluster_info) returns.
        Duplicates are ignored.
      - The ID of a record is its C(id) or C(cluster_id). A record of another kind is an error, and other keys are
        ignored.
      - An ID may only contain letters, digits, C(-) and C(_).
    type: list
    elements: raw
    required: true
    aliases: [cluster_id]
  delete_evs:
    description:
      - Whether the EVS disks are deleted with the cluster.
      - V(skip) leaves them, and they can continue to cost; V(try) deletes them and ignores errors; V(block) deletes
        them and stops the deletion of the cluster at an error.
    type: str
    choices: [skip, try, block]
    default: skip
  delete_efs:
    description:
      - Whether the SFS Turbo file systems are deleted with the cluster.
      - V(skip) leaves them, and they can continue to cost; V(try) deletes them and ignores errors; V(block) deletes
        them and stops the deletion of the cluster at an error.
    type: str
    choices: [skip, try, block]
    default: skip
  delete_obs:
    description:
      - Whether the OBS buckets are deleted with the cluster.
      - V(skip) leaves them, and they can continue to cost; V(try) deletes them and ignores errors; V(block) deletes
        them and stops the deletion of the cluster at an error.
    type: str
    choices: [skip, try, block]
    default: skip
  delete_sfs:
    description:
      - Whether the SFS file systems are deleted with the cluster.
      - V(skip) leaves them, and they can continue to cost; V(try) deletes them and ignores errors; V(block) deletes
        them and stops the deletion of the cluster at an error.
    type: str
    choices: [skip, try, block]
    default: skip
  delete_net:
    description:
      - Whether the load balancers of its services and ingresses are deleted with the cluster.
      - V(skip) leaves them, and they can continue to cost; V(try) deletes them and ignores errors; V(block) deletes
        them and stops the deletion of the cluster at an error.
    type: str
    choices: [skip, try, block]
    default: block
  delete_eni:
    description:
      - Whether the network interfaces of its containers are deleted with the cluster.
      - V(skip) leaves them, and they can continue to cost; V(try) deletes them and ignores errors; V(block) deletes
        them and stops the deletion of the cluster at an error.
    type: str
    choices: [skip, try, block]
    default: block
  wait:
    description:
      - Whether to wait until the service no longer lists the clusters.
      - With V(false) the module ends when it has sent the deletes, and RV(deleting) has the clusters with a delete that
        the service has accepted. In diff mode they are listed before and after, because the service still lists them. A
        cluster with a status that does not allow a delete yet, or that the service refuses as busy, fails at once.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait for all clusters, in seconds, including the time until a delete can be sent.
      - A cluster that is still listed then fails with V(WaitTimeout). An accepted deletion goes on nevertheless. If the
        module runs again, it waits for this cluster.
    type: float
    default: 3600
  state:
    description: The only supported state.
    type: str
    choices: [absent]
    default: absent
notes:
  - The deletion can leave a record of its own, which M(sundown.hwcloud.cce_job) deletes.
  - T Cloud Public does not document that its list contains the deletion protection. If it does not, a delete is sent,
    and a protected cluster fails with the message of the service.
  - Nodes that were added to a cluster from elsewhere are not deleted.
  - The service can leave disks, load balancers and addresses of a cluster that is not available, and then they continue
    to cost. So do disks, file systems and buckets that a delete skips.
seealso:
  - module: sundown.hwcloud.cce_cluster_info
  - module: sundown.hwcloud.environment
  - module: sundown.hwcloud.environment_info
"""

EXAMPLES = r"""
---
- name: Delete one cluster
  sundown.hwcloud.cce_cluster:
    region: eu-de
    cluster_id: 0c3f1c1e-2d6f-11ed-9f3c-0255ac101a3d

- name: List the clusters with the status Available
  sundown.hwcloud.cce_cluster_info:
    region: eu-de
    select:
      - status: Available
  register: result

- name: Delete those that can be deleted, and wait for half an hour at most
  sundown.hwcloud.cce_cluster:
    region: eu-de
    cluster_ids: "{{ result.records | selectattr('deletable') }}"
    wait_timeout: 1800

- name: Begin to delete two clusters, and do not wait until they are gone
  sundown.hwcloud.cce_cluster:
    region: eu-de
    cluster_ids:
      - 0c3f1c1e-2d6f-11ed-9f3c-0255ac101a3d
      - 5d2f4b60-2d6f-11ed-9f3c-0255ac101a3e
    wait: false

- name: Delete a cluster and the EVS disks
  sundown.hwcloud.cce_cluster:
    region: eu-de
    cluster_id: 0c3f1c1e-2d6f-11ed-9f3c-0255ac101a3d
    delete_evs: block
"""

RETURN = r"""
---
deleted:
  description:
    - IDs of the clusters that were deleted and are no longer listed, in the order in which they were given.
    - In check mode the IDs of the clusters that would be deleted, with O(wait=false) too.
  returned: when the options are valid
  type: list
  elements: str
  sample: [0c3f1c1e-2d6f-11ed-9f3c-0255ac101a3d]
absent:
  description: IDs of the clusters that did not exist any more, or that were being deleted already.
  returned: when the options are valid
  type: list
  elements: str
  sample: [5d2f4b60-2d6f-11ed-9f3c-0255ac101a3e]
deleting:
  description: IDs of the clusters with a delete that the service has accepted and that the module does not wait for.
    Empty with O(wait=true).
  returned: when the options are valid
  type: list
  elements: str
  sample: []
failures:
  description: The clusters that were not deleted, and why. The module tries every cluster and then fails if there are
    any failures.
  returned: when the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the cluster.
      type: str
    http_status:
      description: HTTP status of the response, V(null) where there was none.
      type: int
    error_code:
      description: The error code of the service or of this collection, such as V(NotDeletable), V(WaitTimeout) or
        V(NoReply). V(null) where the service returned none.
      type: str
    error_msg:
      description: The error message of the service or of this collection.
      type: str
    request_id:
      description: The service's ID of the request, which its support asks for. V(null) where there is none.
      type: str
  sample: []
credentials_refused:
  description: Whether the service refused the credentials. No further request was sent then, and the clusters that were
    still to be deleted are listed in RV(failures).
  returned: when the options are valid
  type: bool
  sample: false
token_renewed:
  description: Whether O(token) was no longer accepted and the module logged in again. The new token is not returned.
  returned: when the options are valid
  type: bool
  sample: false
summary:
  description: Figures about the run. RV(summary.requested) is the sum of RV(summary.deleted), RV(summary.absent),
    RV(summary.deleting) and RV(summary.failed).
  returned: when the options are valid
  type: dict
  contains:
    requested:
      description: Number of different clusters in the options.
      type: int
    deleted:
      description: Number of clusters that were deleted.
      type: int
    absent:
      description: Number of clusters in RV(absent).
      type: int
    deleting:
      description: Number of clusters in RV(deleting).
      type: int
    failed:
      description: Number of clusters that were not deleted.
      type: int
    requests:
      description: Number of HTTP requests sent, logins and retries included.
      type: int
    throttled:
      description: Number of requests that the service throttled.
      type: int
    seconds:
      description: Duration of the run in seconds.
      type: float
  sample: {requested: 2, deleted: 1, absent: 1, deleting: 0, failed: 0, requests: 3, throttled: 0, seconds: 0.412}
"""

from ansible_collections.sundown.hwcloud.plugins.module_utils._module.delete import run_delete


def main() -> None:
    run_delete("cce_cluster")


if __name__ == "__main__":
    main()
