#!/usr/bin/env bash
# Kills the process that appends 200 times, on SQLite and on PostgreSQL: what it told over a pipe is compared with the ledger.
# The long form of a test; its short form runs in `dotnet test`. Takes about ten minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_KILLS=${1:-200}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~KillTests" --logger "console;verbosity=detailed"
