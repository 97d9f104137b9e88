#!/usr/bin/env bash
# Installs the real programs that tests marked with the category "Components" run against: Debian's packages, and the npm packages pinned in
# eng/components. May be run again at any time: what is there already is left alone. Starts nothing.
set -euo pipefail
cd "$(dirname "$0")/components"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# install PACKAGE COMMAND...: installs PACKAGE where one of the commands is missing.
install() {
  local package=$1 command missing=""
  shift
  for command in "$@"; do
    command -v "$command" >/dev/null || missing="$missing $command"
  done
  if [ -z "$missing" ]; then
    echo "$package: here"
    return
  fi
  echo "$package: missing$missing"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$package")
  # The packages' lists may be absent or old: only then are they fetched.
  as_root "${install[@]}" || { as_root apt-get update -q && as_root "${install[@]}"; }
  for command in "$@"; do
    command -v "$command" >/dev/null || { echo "$package brought no $command" >&2; exit 1; }
  done
}

# Debian starts a service when its package is installed, unless this file says no (101). The tests start what they need themselves.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] && as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy" 2>/dev/null; then
  trap 'as_root rm -f "$policy"' EXIT
fi

install prometheus prometheus promtool
install prometheus-alertmanager prometheus-alertmanager amtool
install strace strace
install systemd systemd-analyze
if ! command -v postgres >/dev/null && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  install postgresql psql # its server stands in /usr/lib/postgresql, off the PATH
else
  echo "postgresql: here"
fi
command -v node >/dev/null || install nodejs node
command -v npm >/dev/null || install npm npm

stamp=node_modules/.installed
wanted=$(cat package.json package-lock.json .npmrc | sha256sum)
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
  echo "npm packages: here"
else
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  echo "$wanted" > "$stamp"
fi
