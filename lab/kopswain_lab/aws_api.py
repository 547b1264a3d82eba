"""The AWS API of the lab: moto's server, with what kops and the worlds need on top.

Runs in the lab's own Python environment: python -m kopswain_lab.aws_api PORT
"""

import json
import sys

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, InstanceState
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends
from moto.s3.models import s3_backends
from moto.s3.responses import S3Response
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import run_simple

from . import console, prices, scaling
from .aws_control import ROUTE
from .settings import BUCKET, REGION


def refuse_warm_pool_of_unknown_group() -> None:
    """As the real API does. moto answers 500, which kops retries for ten minutes."""
    known = AutoScalingBackend.describe_warm_pool

    def describe_warm_pool(self, group_name):
        if not self.describe_auto_scaling_groups([group_name]):
            raise ValidationError(f"AutoScalingGroup name not found - null: {group_name}")
        return known(self, group_name)

    AutoScalingBackend.describe_warm_pool = describe_warm_pool


def keep_the_template_version_of_an_instance() -> None:
    """An instance keeps the version that it was started with. moto answers its group's present one, so that kops would
    never find a machine to replace."""
    begun, known = InstanceState.__init__, InstanceState.launch_template.fget

    def begin(self, *args, **kwargs):
        begun(self, *args, **kwargs)
        if not hasattr(self.instance, "started_with"):
            self.instance.started_with = known(self)

    InstanceState.__init__ = begin
    InstanceState.launch_template = property(lambda self: self.instance.started_with)


def answer_versioning_as_s3_does() -> None:
    """The real API's root element is VersioningConfiguration; the AWS SDK reads no other."""
    known = S3Response.get_bucket_versioning

    def get_bucket_versioning(self):
        status, headers, body = known(self)
        return status, headers, body.replace("GetBucketVersioningResponse", "VersioningConfiguration")

    S3Response.get_bucket_versioning = get_bucket_versioning


def set_nat_gateway(request: dict) -> None:
    """Brings a NAT gateway into a state that moto itself never shows."""
    gateway = ec2_backends[DEFAULT_ACCOUNT_ID][request["region"]].nat_gateways[request["id"]]
    for name, value in request["set"].items():
        setattr(gateway, name, value)


def create_state_store() -> None:
    s3 = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    s3.create_bucket(BUCKET, REGION)
    s3.put_bucket_versioning(BUCKET, "Enabled")


ORDERS = {
    "nat-gateway": set_nat_gateway,
    "launch-failure": scaling.set_launch_failure,
    "console": console.set_console,
    "denied": prices.set_denied,
}


def with_lab_route(application):
    def respond(environ, start_response):
        order = ORDERS.get(environ["PATH_INFO"].removeprefix(ROUTE))
        if not environ["PATH_INFO"].startswith(ROUTE) or order is None:
            return application(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        order(json.loads(environ["wsgi.input"].read(length)))
        start_response("204 No Content", [])
        return []

    return respond


def main() -> None:
    refuse_warm_pool_of_unknown_group()
    keep_the_template_version_of_an_instance()
    answer_versioning_as_s3_does()
    scaling.install()
    console.install()
    prices.install()
    create_state_store()
    application = prices.with_price_list(with_lab_route(DomainDispatcherApplication(create_backend_app)))
    run_simple(
        "127.0.0.1", int(sys.argv[1]), application, threaded=True, request_handler=MotoRequestHandler
    )


if __name__ == "__main__":
    main()
