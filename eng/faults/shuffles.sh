#!/usr/bin/env bash
# Appends the same records in 1,000 orders, with late and repeated ones, to every ledger: the sums are the same to the byte.
# The long form of a test; its short form runs in `dotnet test`. Takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_SHUFFLES=${1:-1000}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~Any_order|FullyQualifiedName~What_every_ledger_promises" --logger "console;verbosity=detailed"
