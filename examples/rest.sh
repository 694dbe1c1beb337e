# The whole way with curl. The service: seedbed serve --registration open
URL=${SEEDBED_URL:-http://127.0.0.1:8000}
ask() { curl -sS --fail-with-body "$@"; }
value() { python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
JSON='Content-Type: application/json'

# A user, and a token for this session.
ask "$URL/add-user" -H "$JSON" -d '{"username": "ann", "password": "correct horse"}'
TOKEN=$(ask "$URL/auth/token" -H "$JSON" -d '{"username": "ann", "password": "correct horse"}' | value access_token)
AUTH="Authorization: Bearer $TOKEN"

# A few rows at once: the answer is the file.
ask "$URL/generate-data" -H "$AUTH" -H "$JSON" -d '{
  "mode": "inline", "format": "csv",
  "schema": {"seed": 42, "rows": 3, "fields": {"id": "sequence", "name": "full_name", "email": "email"}}}'

# Many rows: a job. The same Idempotency-Key again gives the same job.
ask "$URL/generate-data" -H "$AUTH" -H "$JSON" -H 'Idempotency-Key: people-1' -d '{
  "format": "ndjson", "compression": "gzip",
  "schema": {"seed": 42, "rows": 200000, "fields": {"id": "sequence", "name": "full_name", "email": "email"}}}' > job.json
JOB=$(value job_id < job.json) DATASET=$(value dataset_id < job.json)

# Follow it to its end, and download what it made.
ask -N "$URL/jobs/$JOB/events" -H "$AUTH" | grep --line-buffered -o '"state":"[a-z]*"'
ask "$URL/datasets/$DATASET/manifest" -H "$AUTH" -o manifest.json
ask -L "$URL/datasets/$DATASET/files/data.ndjson.gz" -H "$AUTH" -o data.ndjson.gz

# Any page of it, made on the spot; and what all this came to.
ask "$URL/datasets/$DATASET/rows?offset=199998&fields=id,name&format=csv" -H "$AUTH"
ask "$URL/user-stats" -H "$AUTH" | value rows
