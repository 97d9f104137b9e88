#!/usr/bin/env bash
# The long runs of the proxy: every byte, every way to end, floods and stalls. Prints figures; exit code 1 where something does not hold. About five minutes.
#   eng/proxy-faults.sh [bytes|latency|lives|floods]   some, by name
# The short forms run with the tests (tests/AiTelemetry.Mcp.Tests/Proxy).
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
# The tool as users get it, out of its package.
rm -rf artifacts/aitel && mkdir -p artifacts/aitel
dotnet pack src/AiTelemetry.Cli -v q --nologo -o artifacts/aitel
python3 -m zipfile -e artifacts/aitel/AiTelemetry.Cli.linux-x64.*.nupkg artifacts/aitel
chmod +x artifacts/aitel/tools/net10.0/linux-x64/AiTelemetry.Cli
dotnet build tests/AiTelemetry.Mcp.DummyServer -c Release -v q --nologo
exec timeout 900 python3 eng/proxy-faults.py artifacts/aitel/tools/net10.0/linux-x64/AiTelemetry.Cli tests/AiTelemetry.Mcp.DummyServer/bin/Release/net10.0/AiTelemetry.Mcp.DummyServer "$@"
