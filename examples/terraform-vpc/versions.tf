terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region

  # kops puts kubernetes.io/cluster/NAME: shared on the NAT gateways that it uses. Without this Terraform takes it away
  # with its next apply.
  ignore_tags {
    key_prefixes = ["kubernetes.io/cluster/"]
  }

  default_tags {
    tags = {
      "Managed By" = "Terraform"
    }
  }
}
