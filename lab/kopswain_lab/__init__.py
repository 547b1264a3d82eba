"""Real kops, an EC2-compatible API and a real Kubernetes API on this machine."""
