#!/usr/bin/env bash
# Spoils the answers of every wire format, reads them through the real handler, and says whether the app got every byte, without an exception or a
# stall, and every call was recorded once.
#   eng/fuzz.sh                             1,000,000 bodies (some minutes)
#   eng/fuzz.sh --bodies N --seed N         other ones; the same seed gives the same bodies
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
project=tests/AiTelemetry.Conformance
dotnet build "$project" -c Release -v q --nologo
exec dotnet "$project/bin/Release/net10.0/AiTelemetry.Conformance.dll" fuzz "$project/Fixtures" "$@"
