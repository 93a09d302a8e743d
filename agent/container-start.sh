#!/bin/sh
# Registers at the first start, with DROVER_URL and DROVER_TOKEN; then works.
set -eu
agent="node /opt/drover-agent/dist/main.js"
if [ ! -e "$DROVER_AGENT_DATA/identity.json" ]; then
  $agent register --url "$DROVER_URL" --slots "${DROVER_SLOTS:-2}" \
    ${DROVER_NAME:+--name "$DROVER_NAME"} ${DROVER_LABELS:+--labels "$DROVER_LABELS"}
fi
unset DROVER_TOKEN
# This shell stays the first process of the container: it takes the orphans of tasks, which the agent would leave as
# zombies, and hands on the signals that ask the agent to finish.
$agent start &
worker=$!
trap 'kill -TERM "$worker" 2>/dev/null || :' TERM INT
code=0
while kill -0 "$worker" 2>/dev/null; do
  if wait "$worker"; then code=0; else code=$?; fi
done
exit "$code"
