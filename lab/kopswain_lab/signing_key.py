"""Writes the key with which kube-apiserver signs service account tokens.

Runs in the lab's own Python environment, which has cryptography: python -m kopswain_lab.signing_key FILE
"""

import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def main() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    with open(sys.argv[1], "wb") as file:
        file.write(pem)


if __name__ == "__main__":
    main()
