#!/usr/bin/env bash
# Removes a stack. Refuses if originals exist, because there may be no other copy of them.
# `make destroy` calls this script in terraform/.
#   TF        terraform or tofu
#   TF_FLAGS  such as -var stack=shop
#   FORCE     `yes` also removes the originals, every version of them
set -euo pipefail

command -v aws >/dev/null || {
  echo 'The aws command is not installed. This script needs it to list the originals and to stop executions. Install AWS CLI, version 2.' >&2
  exit 1
}

bucket=$("$TF" output -raw uploads_bucket)

if [[ ${FORCE:-} != yes ]]; then
  # This includes deleted originals: they can be restored until the bucket's lifecycle
  # removes them. The first page is usually enough. If it has only delete markers, all
  # pages are read.
  versions() { aws s3api list-object-versions --bucket "$bucket" --query 'Versions[0].Key' --output text "$@"; }
  found=$(versions --no-paginate)
  [[ $found != None ]] || found=$(versions)
  if grep -qv '^None$' <<<"$found"; then
    echo "$bucket contains originals, and there may be no other copy of them. Nothing was removed." >&2
    echo 'Copy them to another place (aws s3 sync), or set FORCE=yes to remove every version of them.' >&2
    exit 1
  fi
fi

# The removal has two steps: the deletion protection of the table and the buckets must be
# off before Terraform deletes them.
# shellcheck disable=SC2086 # flags are words
"$TF" apply ${TF_FLAGS:-} -var deletion_protection=false

# A state machine is deleted only when its executions have ended, and an erasure waits for
# a day. First disable the rules, so that emptying the bucket starts no execution. Then
# stop the running executions. The rules and the state machines are removed below.
for rule in $("$TF" output -json rule_names | grep -o '"[^"]*"' | tr -d '"'); do
  aws events disable-rule --name "$rule"
done

running() { aws stepfunctions list-executions --state-machine-arn "$1" --status-filter RUNNING --query 'executions[].executionArn' --output text; }

for machine in $("$TF" output -json state_machine_arns | grep -o '"arn:[^"]*"' | tr -d '"'); do
  # EventBridge may start a few more executions within a minute after a rule is disabled,
  # and a list may still have executions that were stopped a moment ago. Map Runs end with
  # their execution.
  for (( round = 0; round < 20; round++ )); do
    executions=$(running "$machine")
    [[ -n $executions && $executions != None ]] || break
    for execution in $executions; do
      aws stepfunctions stop-execution --execution-arn "$execution" --error Destroyed --cause 'the stack is being removed' >/dev/null
    done
    sleep "${DESTROY_PAUSE:-5}"
  done
done

# shellcheck disable=SC2086
"$TF" destroy ${TF_FLAGS:-} -var deletion_protection=false
