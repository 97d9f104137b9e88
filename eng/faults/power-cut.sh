#!/usr/bin/env bash
# Replays 300 states that a power cut may leave of the writes of a real run: unsynced writes dropped, or half kept.
# The long form of a test; its short form runs in `dotnet test`. Takes about a minute; needs strace.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_CUTS=${1:-300}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~PowerCutTests" --logger "console;verbosity=detailed"
