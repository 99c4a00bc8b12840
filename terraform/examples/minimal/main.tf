# The minimal configuration: the default recipe, CloudFront's domain name, and uploads by
# principals of this account that IAM allows to write to the uploads bucket.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

module "triptych" {
  source = "../.."
}

output "cdn_url" {
  description = "The URL of the CDN that serves the images."
  value       = module.triptych.cdn_url
}
