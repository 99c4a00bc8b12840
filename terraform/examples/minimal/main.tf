# The least that works: the default recipe, CloudFront's own domain name, uploads by
# whoever this account's IAM lets put into the uploads bucket.
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
  description = "Where the pictures are."
  value       = module.triptych.cdn_url
}
