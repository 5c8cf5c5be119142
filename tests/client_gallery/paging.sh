#!/bin/sh
# The AWS CLI in a shell loop. $1 is the JobId; $2 is "wrong" for the one that reads the first page only.
set -eu
get() { aws iam get-organizations-access-report --job-id "$job" "$@" --output json; }
member() { printf '%s' "$page" | "$PYTHON" -c 'import json, sys; sys.stdout.write(json.load(sys.stdin).get(sys.argv[1], ""))' "$1"; }
job=$1
page=$(get)
while [ "$(member JobStatus)" = IN_PROGRESS ]; do
  sleep 0.2
  page=$(get)
done
[ "$(member JobStatus)" = COMPLETED ] || exit 3
while :; do
  printf '%s' "$page" | "$PYTHON" -c 'import json, sys
for each in json.load(sys.stdin).get("AccessDetails", []):
    print(json.dumps(each))'
  [ "${2:-}" != wrong ] || break
  marker=$(member Marker; printf x)
  marker=${marker%x}
  [ -n "$marker" ] || break
  page=$(get --marker "$marker")
done
