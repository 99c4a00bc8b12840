# The tests only plan, and send no requests to AWS. Values that only AWS knows are set
# here.
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "000000000000" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws" }
}

override_data {
  target = data.aws_region.current
  values = { region = "eu-central-1" }
}

override_resource {
  target = aws_cloudfront_distribution.this
  values = {
    id          = "E1EXAMPLE"
    arn         = "arn:aws:cloudfront::000000000000:distribution/E1EXAMPLE"
    domain_name = "d1example.cloudfront.net"
  }
}

run "a_name_with_capitals" {
  command         = plan
  expect_failures = [var.stack]

  variables {
    stack = "Shop"
  }
}

run "a_name_too_long_for_a_bucket" {
  command         = plan
  expect_failures = [var.stack]

  variables {
    stack = "a-name-of-thirty-three-characters"
  }
}

run "a_processor_that_lambda_has_not" {
  command         = plan
  expect_failures = [var.architecture]

  variables {
    architecture = "amd64"
  }
}

run "a_function_that_there_is_not" {
  command         = plan
  expect_failures = [var.functions]

  variables {
    functions = { resizer = { memory_mb = 1024 } }
  }
}

run "too_little_memory" {
  command         = plan
  expect_failures = [var.functions]

  variables {
    functions = { resize = { memory_mb = 128 } }
  }
}

run "a_recipe_without_variants" {
  command         = plan
  expect_failures = [var.recipe_file]

  variables {
    recipe_file = "functions.json"
  }
}

run "everybodys_browser_may_upload" {
  command         = plan
  expect_failures = [var.uploads]

  variables {
    uploads = { cors_origins = ["*"] }
  }
}

run "a_private_key" {
  command         = plan
  expect_failures = [var.signing]

  variables {
    signing = { public_keys = { a = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" } }
  }
}

run "signed_viewing_without_a_key" {
  command         = plan
  expect_failures = [var.signing]

  variables {
    signing = { viewing = true }
  }
}

run "a_certificate_elsewhere" {
  command         = plan
  expect_failures = [var.cdn]

  variables {
    cdn = { domain = { name = "images.example.org", certificate_arn = "arn:aws:acm:eu-central-1:000000000000:certificate/1" } }
  }
}

run "a_domain_with_nothing_to_prove_it" {
  command         = plan
  expect_failures = [var.cdn]

  variables {
    cdn = { domain = { name = "images.example.org" } }
  }
}

run "a_retention_that_cloudwatch_has_not" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { retention_days = 31 }
  }
}

run "no_address" {
  command         = plan
  expect_failures = [var.alarms]

  variables {
    alarms = { emails = ["ops"] }
  }
}
