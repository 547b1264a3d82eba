"""The cluster that the recordings are about, and the command that they repeat."""

NAME = "prod.example.com"
UPDATE = f"kops update cluster {NAME}"
