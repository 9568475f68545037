#!/bin/sh
# Checks the JavaScript: rules and formatting with Biome, types with TypeScript. Users need neither, nor Node.
set -eu
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null 2>&1; then
    if [ "${CI:-}" = true ]; then
        echo 'The JavaScript cannot be checked: there is no npm. On Debian and Ubuntu: apt install nodejs npm' >&2
        exit 1
    fi
    echo 'The JavaScript is not checked: there is no npm. On Debian and Ubuntu: apt install nodejs npm'
    exit
fi

# npm writes this file last.
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error
fi
npm run --silent check
