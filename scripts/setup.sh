#!/bin/sh
# Creates .venv, installs Cajal and its dependencies at the versions of constraints.txt, registers the kernel.
# With the argument `test`, also what the tests and checks need. Installs nothing twice.
# PYTHON names the Python to use, else an existing .venv is kept and a new one made with python3.
set -eu
cd "$(dirname "$0")/.."

extra=${1:-}
wanted=${PYTHON:-python3}
python=.venv/bin/python
log=.venv/install.log

stop() {
    printf '\n%s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# It may be half made, its Python may be gone since, or another one be wanted.
environment_serves() {
    "$python" -c 'import pip' 2>/dev/null &&
        { [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of "$python")" ]; }
}

create_environment() {
    command -v "$wanted" >/dev/null 2>&1 || stop "Cajal needs Python 3.11 or later, and there is no \`$wanted\` here." \
        "Install Python, or name the one to use: make PYTHON=/path/to/python3.12 lab"
    version=$(version_of "$wanted") ||
        stop "\`$wanted\` does not run." "Name the Python to use: make PYTHON=/path/to/python3.12 lab"
    case $version in
    3.[0-9] | 3.10 | [012].*)
        stop "Cajal needs Python 3.11 or later, and \`$wanted\` is Python $version." \
            "Install a newer one, or name it if it is there already: make PYTHON=python3.12 lab"
        ;;
    esac
    "$wanted" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "\`$wanted\` (Python $version) cannot create virtual environments: its venv or ensurepip module is missing." \
            "On Debian and Ubuntu: apt install python$version-venv"
    echo "Creating .venv with Python $version"
    rm -rf .venv
    "$wanted" -m venv .venv || stop "The environment .venv could not be created; the reason stands above."
}

# What an installation depends on. The folder is part of it, since an environment cannot be moved.
inputs() {
    pwd
    cat setup.cfg pyproject.toml constraints.txt
}

# What serves the tests serves everybody.
is_installed() {
    for stamp in .venv/installed-test ".venv/installed${extra:+-$extra}"; do
        [ "$(inputs)" != "$(cat "$stamp" 2>/dev/null)" ] || return 0
    done
    return 1
}

install() {
    echo "Installing Cajal and its dependencies into .venv; the first time takes some minutes"
    "$python" -m pip install --disable-pip-version-check --progress-bar off --constraint constraints.txt \
        --editable ".${extra:+[$extra]}" 2>"$log" && return
    sed -n 's/^ERROR: */pip: /p' "$log" | tail -n 3 >&2
    # Every Python has a setuptools that fits, so where pip finds none it has no index at all.
    if grep -Eiq 'connection ?(error|broken|refused|reset|timed)|timed out|name resolution|unreachable|proxyerror|sslerror|found for setuptools' "$log"; then
        stop "The packages could not be fetched: pip cannot reach a package index." \
            "Check the network, or tell pip of a proxy (HTTPS_PROXY) or of a mirror (PIP_INDEX_URL)," \
            "then run the same command again. All that pip said is in $log."
    fi
    stop "pip could not install the packages on Python $(version_of "$python")." \
        "If it found no version of one, this Python may be too new for it: make PYTHON=python3.12 lab" \
        "All that pip said is in $log."
}

environment_serves || create_environment
if ! is_installed; then
    install
    inputs >".venv/installed${extra:+-$extra}"
fi
"$python" -m cajal_kernel install --sys-prefix >/dev/null ||
    stop "The Cajal kernel could not be registered in .venv; the reason stands above."
