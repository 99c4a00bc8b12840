#!/usr/bin/env bash
# Removes a stack, and refuses while originals are there: a picture that somebody sent
# is nowhere else. `make destroy` calls it in terraform/.
#   TF        terraform or tofu
#   TF_FLAGS  such as -var stack=shop
#   FORCE     `yes` removes the originals too, every version of them
set -euo pipefail

bucket=$("$TF" output -raw uploads_bucket)

if [[ ${FORCE:-} != yes ]]; then
  command -v aws >/dev/null || {
    echo "Whether originals are in $bucket is asked of S3 by the aws command, which is not here." >&2
    echo 'Install it, or say FORCE=yes to remove the stack with whatever is in it.' >&2
    exit 1
  }
  # Deleted ones too: until the bucket's lifecycle ends they can be had back. The first
  # page tells mostly; where it has delete markers alone, all pages do.
  versions() { aws s3api list-object-versions --bucket "$bucket" --query 'Versions[0].Key' --output text "$@"; }
  found=$(versions --no-paginate)
  [[ $found != None ]] || found=$(versions)
  if grep -qv '^None$' <<<"$found"; then
    echo "There are originals in $bucket, which are nowhere else. Nothing was removed." >&2
    echo 'Copy them away (aws s3 sync), or say FORCE=yes to remove them too, every version.' >&2
    exit 1
  fi
fi

# Two steps: what protects the table and the buckets has to be off before they go.
# shellcheck disable=SC2086 # flags are words
"$TF" apply ${TF_FLAGS:-} -var deletion_protection=false
# shellcheck disable=SC2086
"$TF" destroy ${TF_FLAGS:-} -var deletion_protection=false
