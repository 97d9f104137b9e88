#!/usr/bin/env bash
# Eight nodes write 20,000 records each to one PostgreSQL, half of them the same.
# The long form of a test; its short form runs in `dotnet test`. Takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_PG_WRITERS=${1:-8} AITELEMETRY_PG_RECORDS=${2:-20000}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~Several_nodes" --logger "console;verbosity=detailed"
