#!/bin/sh
# SPDX-License-Identifier: MIT
# One test of the official SDKs: run.sh <meridian> <work directory> <test file>
# openai.test.mjs gets a demo gateway; the others start a gateway and its providers themselves.
set -eu

meridian=$1
work=$2
script=$3
source=$(cd "$(dirname "$0")" && pwd)
gateway=
what="$script did NOT run and the official clients are"
# shellcheck source=tests/support/npm.sh
. "$source/../../support/npm.sh"

# True once the gateway has ended, false if it has not within $1 tenths of a second.
ended() {
    left=$1
    while kill -0 "$gateway" 2>/dev/null; do
        [ "$left" -gt 0 ] || return 1
        left=$((left - 1))
        sleep 0.1
    done
}
# shellcheck disable=SC2317 # the trap calls it
cleanup() {
    if [ -n "$gateway" ] && kill -TERM "$gateway" 2>/dev/null; then
        ended 50 || kill -KILL "$gateway" 2>/dev/null || true
    fi
}
trap cleanup EXIT
trap 'exit 130' HUP INT TERM

install_packages "$source" "$work"

# node finds the packages above a copy of the sources
own=$work/$(basename "$script" .mjs)
rm -rf "$own"
mkdir "$own"
cp -R "$source"/*.mjs "$source/agents" "$source/harness" "$source/surfaces" "$source/upstream" "$own"
cd "$own"
AI_SDK_LOG_WARNINGS=false
export AI_SDK_LOG_WARNINGS

if [ "$script" != openai.test.mjs ]; then
    command -v openssl >/dev/null 2>&1 || skip "openssl is not installed"
    code=0
    MERIDIAN=$meridian timeout 320 node --test "$script" </dev/null || code=$?
    exit "$code"
fi

# --- the gateway ------------------------------------------------------------------------------

"$meridian" demo --port 0 </dev/null >gateway.out 2>gateway.err &
gateway=$!
url=
left=150
while [ -z "$url" ]; do
    url=$(sed -n 's|^meridian: serving on \(http://[0-9.]*:[0-9]*\).*|\1|p' gateway.out | head -n 1)
    [ -n "$url" ] && break
    if ! kill -0 "$gateway" 2>/dev/null; then
        tail -n 20 gateway.out gateway.err
        fail "the gateway ended before it served"
    fi
    if [ "$left" -eq 0 ]; then
        tail -n 20 gateway.out gateway.err
        fail "the gateway did not say where it serves within 15 s"
    fi
    left=$((left - 1))
    sleep 0.1
done

code=0
MERIDIAN_URL=$url timeout 120 node --test openai.test.mjs </dev/null || code=$?

# --- it must have survived, and leave when told -----------------------------------------------

kill -TERM "$gateway" 2>/dev/null || {
    tail -n 40 gateway.err
    fail "the gateway did not survive the tests"
}
ended 150 || fail "the gateway did not end within 15 s of SIGTERM"
exit_code=0
wait "$gateway" || exit_code=$?
gateway=
if [ "$exit_code" -ne 0 ]; then
    tail -n 40 gateway.err
    fail "the gateway ended with $exit_code"
fi
exit "$code"
