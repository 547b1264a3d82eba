"""Replaces in kops's output what differs from machine to machine and from run to run.

Ids become others of the same form, in the order in which they are first met, so that
one id is the same in every recording and two recordings differ little.
"""

import base64
import hashlib
import re

# Ids that the recordings made up are stable as they are.
RESOURCE_ID = re.compile(
    r"\b(i|vpc|subnet|nat|sg|sgr|eni|eipalloc|eipassoc|igw|rtb|rtbassoc|lt|vol|key)-(?!0bad)[0-9a-f]{17}\b"
)
LOAD_BALANCER_ID = re.compile(r"(?<=/)[0-9a-f]{16}\b")
IAM_ID = re.compile(r"\bA(?:ROA|IPA)[A-Z0-9]{17}\b")
CONFIG_HASH = re.compile(r"(?<=NodeupConfigHash: )[A-Za-z0-9+/]{43}=")
KLOG_HEAD = re.compile(r"\b([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ ")
HEAP_ADDRESS = re.compile(r"\b0x[0-9a-f]{7,}\b")
TIMESTAMP = re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NAME_SERVER = re.compile(r"(?<= on )\S+:53(?=: no such host)")
REQUEST_ID = re.compile(r"\b(RequestID|HostID): [^\s,]+")
# A map that begins with a quote is JSON, which kops prints in an order of its own.
TAG_MAP = re.compile(r"(?<=\{)(?!\")[^{}]*: [^{}]*(?=\})")


class Stable:
    def __init__(self, fixed: dict[str, str]):
        """`fixed`: texts of this machine and what stands for them, longest first when nested."""
        # Whole words only: the home folder of root is not in cmd/root.go.
        self._fixed = [(re.compile(rf"(?<!\w){re.escape(own)}(?!\w)"), stand_in) for own, stand_in in fixed.items()]
        self._fakes: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def of(self, text: str) -> str:
        for own, stand_in in self._fixed:
            text = own.sub(stand_in, text)
        text = RESOURCE_ID.sub(lambda found: self._resource(found), text)
        text = LOAD_BALANCER_ID.sub(lambda found: self._fake("load-balancer", found[0], 16), text)
        text = IAM_ID.sub(lambda found: self._iam(found[0]), text)
        text = CONFIG_HASH.sub(lambda found: self._hash(found[0]), text)
        text = HEAP_ADDRESS.sub(lambda found: self._address(found[0]), text)
        text = KLOG_HEAD.sub(r"\g<1>0101 00:00:00.000000    1000 ", text)
        text = TIMESTAMP.sub("2026-01-01T00:00:00Z", text)
        text = REQUEST_ID.sub(r"\g<1>: EXAMPLE", text)
        text = NAME_SERVER.sub("192.0.2.53:53", text)
        # kops prints a map in any order; this is one that it could have printed.
        return TAG_MAP.sub(lambda found: ", ".join(sorted(found[0].split(", "))), text)

    def _resource(self, found: re.Match) -> str:
        return f"{found[1]}-{self._fake(found[1], found[0], 17)}"

    def _iam(self, own: str) -> str:
        return own[:4] + self._fake(own[:4], own, 17).upper()

    def _hash(self, own: str) -> str:
        digest = hashlib.sha256(str(self._number("hash", own)).encode()).digest()
        return base64.b64encode(digest).decode()

    def _address(self, own: str) -> str:
        return f"0x{0xC000000000 + 16 * self._number('address', own):x}"

    def _fake(self, kind: str, own: str, length: int) -> str:
        number = self._number(kind, own)
        return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:length]

    def _number(self, kind: str, own: str) -> int:
        known = self._fakes.get(own)
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._fakes[own] = str(self._counts[kind])
        return int(known)
