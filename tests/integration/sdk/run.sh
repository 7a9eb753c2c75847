#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs openai.test.mjs against a demo gateway of its own: run.sh <meridian> <work directory>
set -eu

meridian=$1
work=$2
source=$(cd "$(dirname "$0")" && pwd)
gateway=

skip() {
    echo "SKIP: $*; the OpenAI client is NOT tested"
    exit 77
}
fail() {
    echo "FAIL: $*"
    exit 1
}

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

# --- the client, once per lock file, in the build directory -----------------------------------

command -v node >/dev/null 2>&1 || skip "node is not installed"
command -v npm >/dev/null 2>&1 || skip "npm is not installed"
mkdir -p "$work"
cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$source/openai.test.mjs" "$work/"
cd "$work"
lock=$(cksum <package-lock.json)
if [ "$(cat installed.lock 2>/dev/null)" != "$lock" ]; then
    rm -f installed.lock
    if ! timeout 150 npm ci --ignore-scripts --fetch-retries=1 --fetch-timeout=30000 \
        </dev/null >npm.log 2>&1; then
        tail -n 20 npm.log
        # a lock file that is wrong is our fault; a registry out of reach is not
        if grep -qE 'EUSAGE|EINTEGRITY|EJSONPARSE' npm.log; then fail "npm refuses package-lock.json"; fi
        skip "npm cannot get the package"
    fi
    echo "$lock" >installed.lock
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
