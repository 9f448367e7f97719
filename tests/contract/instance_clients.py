# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients of instances behind one face, as those of records."""

from __future__ import annotations

from typing import Any

import huaweicloudsdkcce.v3 as cce
import huaweicloudsdkdcs.v2 as dcs
import huaweicloudsdkgaussdbforopengauss.v3 as gaussdb
import huaweicloudsdkkafka.v2 as kafka
import huaweicloudsdkrabbitmq.v2 as rabbitmq
import huaweicloudsdkrocketmq.v2 as rocketmq
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from .clients import Client


class GaussDBInstances(Client):
    """Without ``show``, which the API does not have."""

    kind = gaussdb.GaussDBforopenGaussClient

    def list(self) -> dict[str, str]:
        found = self.send(gaussdb.ListInstancesRequest(x_language=self.language, offset=0, limit=100))
        assert found.total_count == len(found.instances)
        return {instance.id: instance.status for instance in found.instances}

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(gaussdb.DeleteInstanceRequest(x_language=self.language, instance_id=record_id))


class KafkaInstances(Client):
    """Also the parent of the other engines of DMS, which have much the same clients."""

    kind = kafka.KafkaClient
    package: Any = kafka
    engine = "kafka"

    def list(self) -> dict[str, str]:
        found = self._page(engine=self.engine, include_failure="true", offset=0, limit=50)
        assert found.instance_num == len(found.instances)
        return {instance.instance_id: instance.status for instance in found.instances}

    def _page(self, **query: Any) -> Any:
        return self.send(self.package.ListInstancesRequest(**query))

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        instance = self.send(self.package.ShowInstanceRequest(instance_id=record_id))
        return instance.instance_id, instance.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(self.package.DeleteInstanceRequest(instance_id=record_id))


class RabbitMQInstances(KafkaInstances):
    kind = rabbitmq.RabbitMQClient
    package = rabbitmq
    engine = "rabbitmq"

    def _page(self, **query: Any) -> Any:
        return self.send(rabbitmq.ListInstancesDetailsRequest(**query))


class RocketMQInstances(KafkaInstances):
    kind = rocketmq.RocketMQClient
    package = rocketmq
    engine = "rocketmq"


class DcsInstances(Client):
    kind = dcs.DcsClient

    def list(self) -> dict[str, str]:
        found = self.send(dcs.ListInstancesRequest(include_failure="true", offset=0, limit=1000))
        assert found.instance_num == len(found.instances)
        return {instance.instance_id: instance.status for instance in found.instances}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        instance = self.send(dcs.ShowInstanceRequest(instance_id=record_id))
        return instance.instance_id, instance.status

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        return self.send(dcs.DeleteSingleInstanceRequest(instance_id=record_id))


class CceClusters(Client):
    kind = cce.CceClient

    def list(self) -> dict[str, str]:
        found = self.send(cce.ListClustersRequest())
        return {cluster.metadata.uid: cluster.status.phase for cluster in found.items}

    def show(self, record_id: str, instance_id: str | None) -> tuple[str, str]:
        cluster = self.send(cce.ShowClusterRequest(cluster_id=record_id))
        return cluster.metadata.uid, cluster.status.phase

    def delete(self, record_id: str, instance_id: str | None) -> Any:
        """With the options that the module sends by default."""
        options = {name: parameter.default for name, parameter in KINDS["cce_cluster"].parameters.items()}
        return self.send(cce.DeleteClusterRequest(cluster_id=record_id, **options))
