"""What Auto Scaling of the lab does besides moto: its activities, and launches that fail on request.

Runs in the process of the AWS API.
"""

from dataclasses import dataclass
import threading
import time

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import Activity, FakeAutoScalingGroup, autoscaling_backends
from moto.autoscaling.responses import AutoScalingResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend

from .settings import REGION

# Auto Scaling keeps six weeks; nothing here lives so long.
KEPT = 200
FAILED = "Launching EC2 instance failed."


@dataclass
class Failure:
    """How launches of a group fail; `times` is how often still, absent for always."""

    message: str
    times: int | None
    every: float
    next_try: float = 0.0


# Both by the group's name, so that a group may fail before it is made.
failures: dict[str, Failure] = {}
activities: dict[str, list[Activity]] = {}


def install() -> None:
    _record_launches()
    _record_terminations()
    AutoScalingResponse.describe_scaling_activities = _describe_scaling_activities
    threading.Thread(target=_try_again_forever, daemon=True).start()


def set_launch_failure(request: dict) -> None:
    """Lets the launches of a group fail from now on, or succeed again when there is no message."""
    group = request["group"]
    if request["message"]:
        failures[group] = Failure(request["message"], request["times"], request["every"])
    else:
        failures.pop(group, None)


def _record_launches() -> None:
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def launch_or_fail(self, count_needed, propagated_tags):
        failure = failures.get(self.name)
        if failure:
            _fail(self, failure)
            return
        known = set(self.instance_states)
        launch(self, count_needed, propagated_tags)
        size = len(known)
        for state in self.instance_states:
            if state not in known:
                size += 1
                _record(self, f"Launching a new EC2 instance: {state.instance.id}", _cause(size - 1, size))

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch_or_fail


def _fail(group: FakeAutoScalingGroup, failure: Failure) -> None:
    message = f"{failure.message} {FAILED}"
    # Two blanks, as Auto Scaling itself writes it.
    description = f"Launching a new EC2 instance.  Status Reason: {message}"
    size = len(group.instance_states)
    _record(group, description, _cause(size, size + 1), "Failed", message)
    failure.next_try = time.monotonic() + failure.every
    if failure.times is not None:
        failure.times -= 1
        if failure.times == 0:
            # The next try, at its time, succeeds.
            failure.message = ""


def _record_terminations() -> None:
    terminate = EC2Backend.terminate_instances

    def terminate_and_record(self, instance_ids):
        for group in _groups():
            for state in group.instance_states:
                if state.instance.id in instance_ids:
                    cause = f"At {_now()} an instance was taken out of service in response to a user request."
                    _record(group, f"Terminating EC2 instance: {state.instance.id}", cause)
        return terminate(self, instance_ids)

    EC2Backend.terminate_instances = terminate_and_record


def _record(group, description: str, cause: str, status: str = "Successful", message: str | None = None) -> None:
    activity = Activity(description, cause, group, status_code=status)
    activity.status_message = message
    activity.progress = 100
    newest_first = activities.setdefault(group.name, [])
    newest_first.insert(0, activity)
    del newest_first[KEPT:]


def _describe_scaling_activities(self) -> ActionResult:
    name = self._get_param("AutoScalingGroupName")
    if name and name not in self.autoscaling_backend.autoscaling_groups:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    names = [name] if name else list(activities)
    found = [activity for one in names for activity in activities.get(one, [])]
    found.sort(key=lambda activity: activity.start_time, reverse=True)
    first = int(self._get_param("NextToken") or 0)
    last = first + self._get_int_param("MaxRecords", 100)
    token = str(last) if last < len(found) else None
    return ActionResult({"Activities": found[first:last], "NextToken": token})


def _try_again_forever() -> None:
    """moto launches only when it is told to; Auto Scaling tries again by itself."""
    while True:
        time.sleep(0.5)
        for name, failure in list(failures.items()):
            group = _backend().autoscaling_groups.get(name)
            if group and time.monotonic() >= failure.next_try:
                if not failure.message:
                    failures.pop(name, None)
                if len(group.active_instances()) < group.desired_capacity:
                    group.set_desired_capacity(group.desired_capacity)


def _cause(before: int, after: int) -> str:
    return (
        f"At {_now()} an instance was started in response to a difference between desired and actual capacity, "
        f"increasing the capacity from {before} to {after}."
    )


def _now() -> str:
    return utcnow().strftime("%Y-%m-%dT%H:%M:%SZ")


def _backend():
    return autoscaling_backends[DEFAULT_ACCOUNT_ID][REGION]


def _groups() -> list[FakeAutoScalingGroup]:
    return list(_backend().autoscaling_groups.values())
