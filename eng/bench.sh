#!/usr/bin/env bash
# The benchmarks.
#   eng/bench.sh                            all; writes benchmarks/RESULTS.md (a quarter of an hour)
#   eng/bench.sh --filter '*Scan*'          some, with BenchmarkDotNet's own tables
#   eng/bench.sh compare REV1 REV2 [PART]   two revisions, by turns in two processes; PART of a benchmark's name picks some
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1
project=benchmarks/AiTelemetry.Benchmarks
program=$project/bin/Release/net10.0/AiTelemetry.Benchmarks.dll

if [ "${1:-}" != compare ]; then
  dotnet build "$project" -c Release -v q --nologo
  [ $# -gt 0 ] || set -- results
  exec dotnet "$program" "$@"
fi

if [ $# -lt 3 ]; then
  echo "usage: eng/bench.sh compare REV1 REV2 [PART]" >&2
  exit 2
fi
trees=$(mktemp -d)
clean_up() {
  for side in before after; do
    git worktree remove --force "$trees/$side" 2>/dev/null || true
  done
  rm -rf "$trees"
}
trap clean_up EXIT

build() {
  git worktree add --quiet --detach "$trees/$1" "$2"
  if ! [ -d "$trees/$1/$project" ]; then # from before there were benchmarks: those of today, as far as they fit
    mkdir -p "$trees/$1/benchmarks"
    git archive HEAD "$project" | tar -x -C "$trees/$1"
  fi
  dotnet build "$trees/$1/$project" -c Release -v q --nologo
}
build before "$2"
build after "$3"
dotnet "$trees/after/$program" compare "$trees/before/$program" "$trees/after/$program" "${4:-}"
