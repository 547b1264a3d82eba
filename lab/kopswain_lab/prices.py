"""What instances cost in the lab: AWS's price list, which moto does not have, and prices of Spot Instances.

Runs in the process of the AWS API.
"""

import json
import math

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.responses.spot_instances import SpotInstances
from moto.ec2.utils import filter_dict_attribute_mapping

TARGET = "AWSPriceListService.GetProducts"

# Dollars an hour in us-east-1 for Linux; no other type is listed.
ON_DEMAND = {
    "c6i.large": "0.0850000000",
    "m5.large": "0.0960000000",
    "m6i.large": "0.0960000000",
    "t3.large": "0.0832000000",
    "t3.medium": "0.0416000000",
    "t3.small": "0.0208000000",
    "t3.xlarge": "0.1664000000",
}
ZONES = {"us-east-1a": 0.30, "us-east-1b": 0.34, "us-east-1c": 0.38, "us-east-1d": 0.42}

denied: set[str] = set()


def install() -> None:
    SpotInstances.describe_spot_price_history = _describe_spot_price_history
    filter_dict_attribute_mapping["instance-lifecycle"] = "lifecycle"
    _buy_as_the_policy_says()


def set_denied(request: dict) -> None:
    """Refuses these calls from now on, as IAM does; an empty list refuses none."""
    denied.clear()
    denied.update(request["actions"])


def answer_products(body: dict) -> tuple[str, dict]:
    """One page for each product of a type, as a list that is long has several; all types come as two pages."""
    if "pricing:GetProducts" in denied:
        message = "User: arn:aws:iam::123456789012:user/lab is not authorized to perform: pricing:GetProducts"
        return "400 Bad Request", {"__type": "AccessDeniedException", "Message": message}
    wanted = {one["Field"]: one["Value"] for one in body["Filters"]}
    if "instanceType" not in wanted and wanted.get("regionCode") == "us-east-1":
        return "200 OK", _all_products("NextToken" in body)
    price = ON_DEMAND.get(wanted.get("instanceType"))
    if price is None or wanted.get("regionCode") != "us-east-1":
        return "200 OK", {"FormatVersion": "aws_v1", "PriceList": []}
    if "NextToken" not in body:
        # A product that belongs to another costs nothing itself.
        products, more = [_product(wanted["instanceType"], "0.0000000000")], {"NextToken": "2"}
    else:
        products, more = [_product(wanted["instanceType"], price)], {}
    return "200 OK", {"FormatVersion": "aws_v1", "PriceList": products, **more}


def _all_products(second: bool) -> dict:
    kinds = list(ON_DEMAND)
    half = len(kinds) // 2
    kinds, more = (kinds[half:], {}) if second else (kinds[:half], {"NextToken": "2"})
    products = [_product(kind, ON_DEMAND[kind]) for kind in kinds]
    return {"FormatVersion": "aws_v1", "PriceList": products, **more}


def _buy_as_the_policy_says() -> None:
    """As Auto Scaling does. moto counts Spot Instances of a mixed instances policy, and then starts On-Demand ones."""
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def launch_and_buy(self, count_needed, propagated_tags):
        launch(self, count_needed, propagated_tags)
        if not self.mixed_instances_policy:
            return
        policy = self.mixed_instances_policy.get("InstancesDistribution", {})
        base = int(policy.get("OnDemandBaseCapacity", 0))
        above = int(policy.get("OnDemandPercentageAboveBaseCapacity", 100))
        rest = max(len(self.instance_states) - base, 0)
        on_demand = base + math.ceil(rest * above / 100)
        for state in self.instance_states[on_demand:]:
            state.instance.lifecycle = "spot"

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch_and_buy


def _product(instance_type: str, price: str) -> str:
    dimension = {"unit": "Hrs", "pricePerUnit": {"USD": price}}
    attributes = {"instanceType": instance_type, "regionCode": "us-east-1", "tenancy": "Shared"}
    return json.dumps({
        "product": {"productFamily": "Compute Instance", "attributes": attributes, "sku": "LAB"},
        "terms": {"OnDemand": {"LAB.JRTCKXETXF": {"priceDimensions": {"LAB.JRTCKXETXF.6YS6EN2CT7": dimension}}}},
    })


def with_price_list(application):
    """Answers the calls of the price list, and gives the others to moto."""

    def respond(environ, start_response):
        if environ.get("HTTP_X_AMZ_TARGET") != TARGET:
            return application(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        status, answer = answer_products(json.loads(environ["wsgi.input"].read(length)))
        start_response(status, [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps(answer).encode()]

    return respond


def _describe_spot_price_history(self) -> ActionResult:
    types = self._get_param("InstanceTypes", [])
    now = utcnow()
    prices = [
        {
            "AvailabilityZone": zone,
            "InstanceType": kind,
            "ProductDescription": "Linux/UNIX",
            "SpotPrice": f"{float(ON_DEMAND[kind]) * part:.6f}",
            "Timestamp": now,
        }
        for kind in types
        if kind in ON_DEMAND
        for zone, part in ZONES.items()
    ]
    return ActionResult({"SpotPriceHistory": prices})
