#!/usr/bin/env bash
# Makes the n-th write and the n-th sync fail (EIO), and the disk full (ENOSPC), for n = 1 to 200.
# The long form of a test; its short form runs in `dotnet test`. Takes about ten minutes; needs strace.
set -euo pipefail
cd "$(dirname "$0")/../.."
export AITELEMETRY_REQUIRE_COMPONENTS=1 AITELEMETRY_FAULTS=${1:-200}
exec dotnet test tests/AiTelemetry.Storage.Tests --filter "FullyQualifiedName~FailingDiskTests" --logger "console;verbosity=detailed"
