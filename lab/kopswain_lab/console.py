"""What the instances of the lab have on their serial consoles.

Runs in the process of the AWS API.
"""

import base64

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.responses.general import General

# By the script of kops (pkg/model/resources/nodeup.go) on Ubuntu 24.04.
BOOTED = """\
[   18.004310] cloud-init[1021]: Cloud-init v. 25.1.2 running 'modules:final'
[   21.310577] cloud-init[1103]: == nodeup node config starting ==
[   21.351171] cloud-init[1103]: == Downloading nodeup with hash 0123 from https://artifacts.k8s.io/binaries/kops/1.36.2/linux/amd64/nodeup ==
[   22.120034] cloud-init[1103]: == Downloaded https://artifacts.k8s.io/binaries/kops/1.36.2/linux/amd64/nodeup with hash 0123 ==
[   22.150118] cloud-init[1103]: == Running nodeup ==
[   23.871201] cloud-init[1103]: == nodeup node config done ==
[\x1b[0;32m  OK  \x1b[0m] Finished cloud-final.service - Cloud-init: Final Stage.
"""

consoles: dict[str, str] = {}


def install() -> None:
    General.get_console_output = _get_console_output


def set_console(request: dict) -> None:
    """Gives an instance this console output; an empty one is that of an instance which was just started."""
    consoles[request["instance"]] = request["text"]


def _get_console_output(self) -> ActionResult:
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    # The serial line ends each line with both characters.
    text = consoles.get(instance.id, BOOTED).replace("\n", "\r\n")
    output = base64.b64encode(text.encode()).decode()
    return ActionResult({"InstanceId": instance.id, "Timestamp": utcnow(), "Output": output})
