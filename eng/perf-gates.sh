#!/usr/bin/env bash
# The rows of the cost of a call that must hold, each with its goal and what was measured; exit code 1 where one does not hold. Some minutes.
#   eng/perf-gates.sh            all
#   eng/perf-gates.sh json body  some, by name; a name that there is none of tells the names
# AITELEMETRY_LEDGER_ROWS=10000000 AITELEMETRY_GATES_SECONDS=7200 eng/perf-gates.sh ledger asks ten million rows; filling the files takes most of that.
#   eng/perf-gates.sh --slack 1 json   times may be over by as much as the goal itself: for machines that do other things meanwhile
# Both sides of a ratio run in turns in one process, and the quickest of 41 rounds counts. Times may be a quarter over their goal, bytes may not.
# A goal that is out of reach is said to be missed ("miss"); what was reached instead must hold.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
dotnet build benchmarks/AiTelemetry.Benchmarks -c Release -v q --nologo
exec timeout "${AITELEMETRY_GATES_SECONDS:-600}" dotnet benchmarks/AiTelemetry.Benchmarks/bin/Release/net10.0/AiTelemetry.Benchmarks.dll gates "$@"
