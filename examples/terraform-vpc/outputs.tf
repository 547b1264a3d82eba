output "vpc" {
  description = "The VPC's id: answers.yml, vpc."
  value       = aws_vpc.this.id
}

output "nat_gateways" {
  description = "Zone to NAT gateway: answers.yml, zones, egress."
  value       = { for zone, gateway in aws_nat_gateway.this : zone => gateway.id }
}

output "for_clusters" {
  description = "Where the clusters' own subnets will be."
  value       = module.layout.for_clusters
}
