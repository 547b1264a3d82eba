module "layout" {
  source = "./layout"

  cidr  = var.cidr
  zones = var.zones
}

locals {
  # One item for each subnet: "TIER/ZONE" to what it is.
  subnets = merge([
    for tier, blocks in module.layout.subnets : {
      for zone, block in blocks : "${tier}/${zone}" => { tier = tier, zone = zone, cidr = block }
    }
  ]...)
  private_subnets = { for key, subnet in local.subnets : key => subnet if subnet.tier != "public" }
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr

  # kops refuses a VPC without the first, and its clusters break without the second.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_subnet" "this" {
  for_each = local.subnets

  vpc_id            = aws_vpc.this.id
  availability_zone = each.value.zone
  cidr_block        = each.value.cidr

  tags = { Name = "${var.name}-${each.value.tier}-${each.value.zone}" }
}

# One NAT gateway with one address in each zone: a zone that fails takes no other with it, and kops needs exactly one
# address.
resource "aws_eip" "nat" {
  for_each = toset(var.zones)

  domain = "vpc"

  tags = { Name = "${var.name}-${each.value}" }
}

resource "aws_nat_gateway" "this" {
  for_each = toset(var.zones)

  subnet_id     = aws_subnet.this["public/${each.value}"].id
  allocation_id = aws_eip.nat[each.value].id

  tags = { Name = "${var.name}-${each.value}" }

  # A NAT gateway that starts before the internet gateway is attached fails for good.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = toset(var.zones)

  route_table_id = aws_route_table.public.id
  subnet_id      = aws_subnet.this["public/${each.value}"].id
}

resource "aws_route_table" "private" {
  for_each = toset(var.zones)

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-private-${each.value}" }
}

resource "aws_route" "private" {
  for_each = toset(var.zones)

  route_table_id         = aws_route_table.private[each.value].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[each.value].id
}

resource "aws_route_table_association" "private" {
  for_each = local.private_subnets

  route_table_id = aws_route_table.private[each.value.zone].id
  subnet_id      = aws_subnet.this[each.key].id
}
