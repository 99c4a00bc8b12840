# All settings: a custom domain, signed uploads during the rotation of a key, a customer
# managed key, a firewall, alarms by e-mail, access logs.
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
  region = "eu-central-1" # the resources for us-east-1 are created there anyway
}

variable "zone_id" {
  description = "The Route 53 zone of example.org."
  type        = string
  default     = "Z0123456789EXAMPLE"
}

variable "access_logs_bucket" {
  description = "The name of the bucket for the access logs of S3 and CloudFront."
  type        = string
  default     = "example-access-logs"
}

module "triptych" {
  source = "../.."

  stack        = "shop"
  recipe_file  = "${path.module}/recipe.json"
  architecture = "x86_64"
  tags         = { team = "shop" }

  functions = {
    resize = { memory_mb = 1769 } # one whole processor. A new account has too little concurrency to reserve any (reserved_concurrency)
  }

  uploads = {
    cors_origins       = ["https://www.example.org"]
    noncurrent_days    = 14
    access_logs_bucket = var.access_logs_bucket
  }

  customer_managed_key = true

  # `openssl genrsa 2048` creates the private keys, which stay with the signer. These two
  # public keys are examples; their private keys do not exist.
  signing = {
    public_keys = {
      "2026-01" = file("${path.module}/signing-2026-01.pub.pem")
      "2026-07" = file("${path.module}/signing-2026-07.pub.pem")
    }
  }

  cdn = {
    price_class            = "PriceClass_All"
    domain                 = { name = "images.example.org", zone_id = var.zone_id }
    countries              = { mode = "deny", codes = ["AQ"] }
    firewall               = { requests_per_5_minutes = 20000 }
    access_logs_bucket_arn = "arn:aws:s3:::${var.access_logs_bucket}"
  }

  logs   = { retention_days = 90, workflow_level = "ERROR" }
  alarms = { emails = ["ops@example.org"], p95_seconds = 30 }
}

output "cdn_url" {
  description = "The URL of the CDN that serves the images."
  value       = module.triptych.cdn_url
}

output "signing_key_ids" {
  description = "The ids of the public keys, for `triptych sign`."
  value       = module.triptych.signing_key_ids
}
