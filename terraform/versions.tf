terraform {
  # Terraform or OpenTofu: nothing here is particular to either.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0" # the first with a region on each resource, which is how us-east-1 is reached
    }
  }
}
