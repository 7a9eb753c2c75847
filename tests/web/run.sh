#!/bin/sh
# SPDX-License-Identifier: MIT
# One test of the dashboard in a real browser: run.sh <meridian> <work directory> <test file>
# Pictures of the pages are left in <work directory>/pictures.
set -eu

meridian=$1
work=$2
script=$3
source=$(cd "$(dirname "$0")" && pwd)
what="$script did NOT run and the dashboard in a browser is"
# shellcheck source=tests/support/npm.sh
. "$source/../support/npm.sh"

browser=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name" || true)
done
[ -n "$browser" ] || skip "no Chromium is installed"
install_packages "$source" "$work"

# node finds the packages above a copy of the sources
own=$work/$(basename "$script" .mjs)
rm -rf "$own"
mkdir -p "$own" "$work/pictures"
cp -R "$source"/*.mjs "$source/harness" "$source/../../resources/webui" "$own"
cd "$own"
code=0
MERIDIAN=$meridian CHROMIUM=$browser PICTURES=$work/pictures timeout 280 node --test "$script" </dev/null || code=$?
exit "$code"
