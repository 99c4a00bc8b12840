terraform {
  # Terraform or OpenTofu: the module uses only features that both have.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0" # the first with a region on each resource, which is used for us-east-1
    }
  }
}
