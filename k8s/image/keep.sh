#!/bin/sh
# seedbed-keep COMMAND ...: runs `seedbed COMMAND ...` again whenever it ends, until SIGTERM, which it hands on.
# For containers that nobody starts again.
stop='' child='' status=0
trap 'stop=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT
while [ -z "$stop" ]; do
  seedbed "$@" &
  child=$!
  wait "$child"
  status=$?
  while kill -0 "$child" 2>/dev/null; do # a signal ends the waiting, not what is waited for
    wait "$child"
    status=$?
  done
  child=''
  [ -z "$stop" ] || break
  echo "seedbed-keep: seedbed $1 ended with $status and is started again in ${KEEP_SECONDS:-5} s" >&2
  sleep "${KEEP_SECONDS:-5}" &
  child=$!
  wait "$child"
done
exit "$status"
