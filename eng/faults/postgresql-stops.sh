#!/usr/bin/env bash
# Stops PostgreSQL at once 20 times while four writers append through the outbox; AITELEMETRY_PG_AWAY=120 eng/faults/postgresql-stops.sh 1 keeps it away for two minutes.
# The long form of a test; its short form runs in `dotnet test`. Takes about a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_PG_STOPS=${1:-20}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~A_server_that_dies" --logger "console;verbosity=detailed"
