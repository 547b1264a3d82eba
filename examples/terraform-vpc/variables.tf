variable "name" {
  description = "What every Name tag begins with."
  type        = string
  default     = "platform"
}

variable "region" {
  description = "The AWS region."
  type        = string
  default     = "us-east-1"
}

variable "cidr" {
  description = "The VPC's block, /16 to /20. It must overlap nothing that will ever be connected to it, nor 100.64.0.0/10, where kops puts pods and services."
  type        = string
  default     = "172.20.0.0/16"
}

variable "zones" {
  description = "One to four availability zones. Add later ones at the end."
  type        = list(string)
  default     = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]
}
