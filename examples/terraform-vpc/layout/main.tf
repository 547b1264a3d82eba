# Which block every subnet of the VPC gets, and what stays free for clusters. Arithmetic only, without a provider.
#
# The VPC is cut into 256 equal blocks. Each tier owns four neighbours, one for each zone that it may ever have, so that
# a zone that is added later moves nothing. The first sixteen are Terraform's; kops gets all others.

terraform {
  required_version = ">= 1.6"
}

variable "cidr" {
  description = "The VPC's primary block, /16 to /20."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 255)) && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "Write a block without host bits, such as 172.20.0.0/16."
  }
  validation {
    condition     = try(contains(["16", "17", "18", "19", "20"], split("/", var.cidr)[1]), false)
    error_message = "A VPC has at most a /16, and a subnet at least a /28, so that the VPC must be a /16 to a /20."
  }
}

variable "zones" {
  description = "One to four availability zones. Add later ones at the end: a zone's place in the list decides its blocks."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 1 && length(var.zones) <= 4
    error_message = "Each tier has room for one to four zones."
  }
  validation {
    condition     = length(distinct(var.zones)) == length(var.zones)
    error_message = "A zone is named twice."
  }
}

locals {
  tiers = ["public", "admin", "private_working", "private_prod"]
  slots = 4
}

output "subnets" {
  description = "Tier, then zone, to the subnet's block."
  value = {
    for tier_index, tier in local.tiers : tier => {
      for zone_index, zone in var.zones : zone => cidrsubnet(var.cidr, 8, tier_index * local.slots + zone_index)
    }
  }
}

output "kept_for_zones" {
  description = "Tier to the blocks that wait for zones that are not used yet."
  value = {
    for tier_index, tier in local.tiers : tier => [
      for slot in range(length(var.zones), local.slots) : cidrsubnet(var.cidr, 8, tier_index * local.slots + slot)
    ]
  }
}

output "for_clusters" {
  description = "What Terraform leaves alone: the clusters' subnets go here, and kops makes them."
  value       = [for bits in [4, 3, 2, 1] : cidrsubnet(var.cidr, bits, 1)]
}
