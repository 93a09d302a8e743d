#!/bin/sh
# Registers at the first start, with DROVER_URL and DROVER_TOKEN; then works.
set -eu
agent="node --max-semi-space-size=1 /opt/drover-agent/dist/main.js"
if [ ! -e "$DROVER_AGENT_DATA/identity.json" ]; then
  $agent register --url "$DROVER_URL" --slots "${DROVER_SLOTS:-2}" ${DROVER_LABELS:+--labels "$DROVER_LABELS"}
fi
unset DROVER_TOKEN
exec $agent start
