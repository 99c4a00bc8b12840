"""Compare the findings of checkov (JSON on standard input) with the accepted findings on
the page that the first argument names.

A finding is the id of a check and the address of a resource in the module, without the
key of an instance. The page accepts it by writing both in one pair of backquotes, such
as `CKV_AWS_21 aws_s3_bucket.this`.
"""

import json
import re
import sys


def address(finding):
    """Return the address of the resource. Outside of the module it begins with its file."""
    resource = re.sub(r"\[[^]]*\]", "", finding["resource"])
    inside = resource.removeprefix("module.triptych.")
    if inside != resource:
        return inside
    return finding["repo_file_path"] + ":" + resource


reports = json.load(sys.stdin)
reports = reports if isinstance(reports, list) else [reports]
if any(report.get("summary", {}).get("parsing_errors", 1) for report in reports):
    sys.exit("checkov: it could not read every file")
if not sum(report["summary"]["resource_count"] for report in reports):
    sys.exit("checkov: it found no resource, so it checked nothing")

findings = [finding for report in reports for finding in report["results"]["failed_checks"]]
found = {finding["check_id"] + " " + address(finding) for finding in findings}
names = {finding["check_id"]: finding["check_name"] for finding in findings}

page = sys.argv[1]
with open(page, encoding="utf-8") as text:
    accepted = set(re.findall(r"`(CKV2?_[A-Z]+_\d+ [^`]+)`", text.read()))

for finding in sorted(found - accepted):
    print(f"checkov: {finding} is new: {names[finding.split()[0]]}. Fix it, or accept it in {page} with a reason.")
for finding in sorted(accepted - found):
    print(f"checkov: {finding} is accepted in {page}, but checkov does not find it: remove it there.")
if found != accepted:
    sys.exit(1)
print(f"checkov: {len(found)} findings, each accepted in {page}")
