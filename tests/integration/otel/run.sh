#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the collector, once, and runs the test against it: run.sh <tst_otelcollector> <work directory>
set -eu

test=$1
work=$2
source=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "SKIP: $*; a real OpenTelemetry Collector is NOT tested"
    exit 77
}
fail() {
    echo "FAIL: $*"
    exit 1
}
# What a log says that no network can be blamed for.
ours='checksum mismatch|SECURITY ERROR|missing go.sum entry|updates to go.mod needed|malformed'

command -v go >/dev/null 2>&1 || skip "go is not installed"
mkdir -p "$work"
cp "$source/collector/main.go" "$source/collector/go.mod" "$source/collector/go.sum" "$work/"
cd "$work"
made_of=$(cat main.go go.mod go.sum | cksum)
if [ "$(cat built.from 2>/dev/null)" != "$made_of" ] || [ ! -x collector ]; then
    rm -f built.from collector
    # a newer toolchain is not fetched, and what go.sum does not know is not taken
    export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly
    echo "fetching the collector's modules"
    if ! nice timeout 240 go list -deps . </dev/null >modules.log 2>fetch.log; then
        tail -n 20 fetch.log
        if grep -qE "$ours" fetch.log; then fail "go.mod or go.sum is wrong"; fi
        skip "go cannot get the collector's modules"
    fi
    echo "building the collector"
    code=0
    nice timeout 480 go build -buildvcs=false -trimpath -ldflags="-s -w" -o collector.new . \
        </dev/null >build.log 2>&1 || code=$?
    if [ "$code" -eq 124 ]; then skip "the collector could not be built within 480 s"; fi
    if [ "$code" -ne 0 ]; then
        tail -n 20 build.log
        fail "the collector does not build"
    fi
    mv collector.new collector
    echo "$made_of" >built.from
fi
MERIDIAN_OTEL_COLLECTOR=$work/collector
export MERIDIAN_OTEL_COLLECTOR
exec timeout 150 "$test"
