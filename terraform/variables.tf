variable "stack" {
  description = "The prefix of all names: {stack}-uploads, {stack}-pipeline, … It has to be unique in the account, in all regions: roles and CloudFront's resources have no region."
  type        = string
  default     = "triptych"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", var.stack))
    error_message = "The stack's name must be 1 to 32 lower-case letters, digits and inner hyphens, such as `triptych` or `shop-prod`."
  }
}

variable "tags" {
  description = "Tags for all resources that support tags, in addition to `triptych:stack`."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "recipe_file" {
  description = "The recipe: a JSON file with the variants and the limits. Null means shared/recipe/default.json."
  type        = string
  default     = null

  validation {
    condition     = var.recipe_file == null ? true : can(jsondecode(file(var.recipe_file)).variants[0].name)
    error_message = "The recipe must be a readable JSON file with at least one variant; see shared/recipe/recipe.schema.json."
  }

  validation {
    condition     = var.recipe_file == null ? true : try(length(distinct(jsondecode(file(var.recipe_file)).variants[*].name)) == length(jsondecode(file(var.recipe_file)).variants), true)
    error_message = "The names of the recipe's variants must be unique."
  }

  validation {
    condition     = var.recipe_file == null ? true : contains(["converted", "as-is"], try(tostring(jsondecode(file(var.recipe_file)).master), "converted"))
    error_message = "The recipe's master must be `converted` or `as-is`."
  }
}

variable "packages_dir" {
  description = "The folder with the functions' packages, {name}.zip and {name}-arm64.zip. Null means build/functions, the output of `make build`."
  type        = string
  default     = null
}

variable "architecture" {
  description = "The functions' processor: x86_64 (the image engine has AVX2 code there) or arm64 (20 % cheaper for each millisecond, but more than 20 % slower). docs/architecture.md has the figures."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture must be `x86_64` or `arm64`."
  }
}

variable "functions" {
  description = "Settings of single functions (validate, sanitize, resize, record, erase, backfill, fail) instead of those in functions.json: memory in MB, and the number of concurrent instances (null: the unreserved concurrency of the account)."
  type = map(object({
    memory_mb            = optional(number)
    reserved_concurrency = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.functions) : contains(keys(jsondecode(file("${path.module}/functions.json"))), name)])
    error_message = "Each key must be the name of a function: validate, sanitize, resize, record, erase, backfill or fail."
  }

  validation {
    condition     = alltrue([for f in values(var.functions) : f.memory_mb == null ? true : f.memory_mb >= 512 && f.memory_mb <= 10240])
    error_message = "A function's memory must be 512 to 10,240 MB: decoding an image within the limits takes up to 360 MiB."
  }

  validation {
    condition     = alltrue([for f in values(var.functions) : f.reserved_concurrency == null ? true : f.reserved_concurrency >= 1])
    error_message = "A function's reserved concurrency must be at least 1; omit it to reserve nothing."
  }
}

variable "uploads" {
  description = <<-TEXT
    The uploads bucket.
    cors_origins: the origins of web pages that may PUT photos from a browser, such as https://www.example.org.
    noncurrent_days: how long a replaced or deleted original is kept.
    incomplete_days: how long the parts of an unfinished multipart upload are kept.
    access_logs_bucket: the name of your bucket for S3's access logs of both buckets; null: no access logs.
  TEXT
  type = object({
    cors_origins       = optional(list(string), [])
    noncurrent_days    = optional(number, 30)
    incomplete_days    = optional(number, 7)
    access_logs_bucket = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for origin in var.uploads.cors_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "Each of uploads.cors_origins must be a scheme and a host without a path or a `*`, such as `https://www.example.org`."
  }

  validation {
    condition     = var.uploads.noncurrent_days >= 1 && var.uploads.incomplete_days >= 1
    error_message = "uploads.noncurrent_days and uploads.incomplete_days must be at least 1 day."
  }
}

variable "customer_managed_key" {
  description = "Encrypt buckets, ledger, queues, logs and alarms with KMS keys of this stack, one in its region and one in us-east-1 for the CDN's alarms and the firewall's log, instead of keys that AWS manages."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Refuse to delete the ledger's table and any bucket that still contains objects. `make destroy` fails while deletion_protection is true."
  type        = bool
  default     = true
  nullable    = false
}

variable "signing" {
  description = <<-TEXT
    Signed URLs. public_keys: PEM texts of RSA 2048 or ECDSA P-256 public keys by name; to rotate, add the new one, sign with it,
    and remove the old one when the last URL that it signed has expired. Without a public key, uploads through PUT /-/upload/ are disabled.
    viewing: require a signed URL or cookie also to view images.
  TEXT
  type = object({
    public_keys = optional(map(string), {})
    viewing     = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.signing.public_keys) : can(regex("^[A-Za-z0-9-]{1,32}$", name))])
    error_message = "The name of a public key must be 1 to 32 letters, digits and hyphens, such as `2026-01`."
  }

  validation {
    condition     = alltrue([for pem in values(var.signing.public_keys) : startswith(trimspace(pem), "-----BEGIN PUBLIC KEY-----")])
    error_message = "A public key must be a PEM text that begins with `-----BEGIN PUBLIC KEY-----`; do not use a private key here."
  }

  validation {
    condition     = length(var.signing.public_keys) <= 5
    error_message = "There can be at most 5 public keys, CloudFront's limit on a key group; a rotation needs 2."
  }

  validation {
    condition     = !var.signing.viewing || length(var.signing.public_keys) > 0
    error_message = "signing.viewing needs at least one of signing.public_keys: otherwise nobody could view an image."
  }
}

variable "cdn" {
  description = <<-TEXT
    The distribution.
    price_class: PriceClass_100 (North America, Europe, Israel), _200 or _All.
    domain: a custom domain name, with its Route 53 zone (certificate and records are created), or with the ARN of a certificate in us-east-1 (you create the records).
    countries: the countries that have access, or do not: mode `allow` or `deny`, and ISO 3166-1 codes. Null: all countries.
    firewall: AWS WAF with Amazon's common rules, and a limit for the requests in 5 minutes from one address. Requests that it blocks or counts are logged in us-east-1. Null: none.
    access_logs_bucket_arn: your bucket for CloudFront's access logs. Null: no access logs.
  TEXT
  type = object({
    price_class = optional(string, "PriceClass_100")
    domain = optional(object({
      name            = string
      zone_id         = optional(string)
      certificate_arn = optional(string)
    }))
    countries = optional(object({
      mode  = string
      codes = list(string)
    }))
    firewall = optional(object({
      requests_per_5_minutes = optional(number, 10000)
    }))
    access_logs_bucket_arn = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.cdn.price_class)
    error_message = "cdn.price_class must be `PriceClass_100`, `PriceClass_200` or `PriceClass_All`."
  }

  validation {
    condition     = var.cdn.domain == null ? true : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.cdn.domain.name))
    error_message = "cdn.domain.name must be a host name in lower case, such as `images.example.org`."
  }

  validation {
    condition     = var.cdn.domain == null ? true : (var.cdn.domain.zone_id == null) != (var.cdn.domain.certificate_arn == null)
    error_message = "cdn.domain needs either zone_id (certificate and records are created) or certificate_arn (you create both), not both."
  }

  validation {
    condition     = try(var.cdn.domain.certificate_arn, null) == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:", var.cdn.domain.certificate_arn))
    error_message = "cdn.domain.certificate_arn must be the ARN of an ACM certificate in us-east-1: CloudFront accepts no other region."
  }

  validation {
    condition     = var.cdn.countries == null ? true : contains(["allow", "deny"], var.cdn.countries.mode) && length(var.cdn.countries.codes) > 0
    error_message = "cdn.countries needs the mode `allow` or `deny` and at least one country's code, such as `DE`."
  }

  validation {
    condition     = var.cdn.firewall == null ? true : var.cdn.firewall.requests_per_5_minutes >= 10 && var.cdn.firewall.requests_per_5_minutes <= 2000000000
    error_message = "cdn.firewall.requests_per_5_minutes must be 10 to 2,000,000,000, the limits of AWS WAF."
  }
}

variable "logs" {
  description = <<-TEXT
    retention_days: how long the logs of the functions, the state machines and the firewall are kept.
    workflow_level: what the state machines log: ERROR, ALL, FATAL or OFF; ALL costs more than the executions do. The logged data contains keys, never pixels.
  TEXT
  type = object({
    retention_days = optional(number, 30)
    workflow_level = optional(string, "ERROR")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.logs.retention_days)
    error_message = "logs.retention_days must be one of CloudWatch's values: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }

  validation {
    condition     = contains(["ALL", "ERROR", "FATAL", "OFF"], var.logs.workflow_level)
    error_message = "logs.workflow_level must be `ALL`, `ERROR`, `FATAL` or `OFF`."
  }
}

variable "alarms" {
  description = <<-TEXT
    emails: the addresses that are notified when an alarm starts and ends; each has to confirm the link that AWS sends. Without an address, the alarms are only shown on the dashboard.
    p95_seconds: the time from upload to ready that 95 of 100 images should not exceed.
  TEXT
  type = object({
    emails      = optional(list(string), [])
    p95_seconds = optional(number, 60)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for email in var.alarms.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "Each of alarms.emails must be an address, such as `ops@example.org`."
  }

  validation {
    condition     = var.alarms.p95_seconds > 0
    error_message = "alarms.p95_seconds must be more than 0 seconds."
  }
}
