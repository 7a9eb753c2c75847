# SPDX-License-Identifier: MIT
# To be sourced: npm packages of a test, installed once per lock file below the build directory.
# Wants $what: what is NOT tested when this test is skipped.
# shellcheck shell=sh

skip() {
    echo "SKIP: $*; ${what:?} NOT tested"
    exit 77
}
fail() {
    echo "FAIL: $*"
    exit 1
}

# install_packages <folder with package.json and its lock> <work folder>: leaves the caller in the
# work folder. Several tests may come at once.
install_packages() {
    command -v node >/dev/null 2>&1 || skip "node is not installed"
    command -v npm >/dev/null 2>&1 || skip "npm is not installed"
    [ "$(node -p 'parseInt(process.versions.node) >= 20')" = true ] || skip "node is older than 20"
    mkdir -p "$2"
    cd "$2"
    exec 9>install.lock
    flock -w 170 9 || fail "another test does not end installing"
    cp "$1/package.json" "$1/package-lock.json" "$1/.npmrc" .
    lock=$(cksum <package-lock.json)
    if [ "$(cat installed 2>/dev/null)" != "$lock" ]; then
        rm -f installed
        if [ "$(cat failed 2>/dev/null)" = "$lock" ] && [ -n "$(find failed -mmin -3)" ]; then
            skip "npm could not get the packages a moment ago"
        fi
        if ! timeout 150 npm ci --ignore-scripts --fetch-retries=1 --fetch-timeout=30000 \
            </dev/null >npm.log 2>&1 9>&-; then
            tail -n 20 npm.log
            # a lock file that is wrong is our fault; a registry out of reach is not
            if grep -qE 'EUSAGE|EINTEGRITY|EJSONPARSE' npm.log; then fail "npm refuses package-lock.json"; fi
            echo "$lock" >failed
            skip "npm cannot get the packages"
        fi
        echo "$lock" >installed
    fi
    exec 9>&-
}
