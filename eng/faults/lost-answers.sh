#!/usr/bin/env bash
# Loses 30 % of the answers to COMMIT between client and PostgreSQL, for 100,000 records.
# The long form of a test; its short form runs in `dotnet test`. Takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_LOST_RECORDS=${1:-100000}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~LostAnswersTests" --logger "console;verbosity=detailed"
