# Shared by the set-up scripts: how they speak, and how they ask the system's package manager. POSIX sh, sourced from the project's root.

say() { printf '%s\n' "set-up: $*" >&2; }

# Something is not there. On a build server that is a failure; on a person's machine it is a sentence.
lacking() {
    say "$*"
    [ "${CI:-}" = true ] && exit 1
    return 0
}

fail() {
    say "$*"
    exit 1
}

# How to become root without asking anybody: empty, `sudo -n`, or `no`.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        printf ''
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        printf 'sudo -n'
    else
        printf 'no'
    fi
}

# apt_install PACKAGE…: 0 when they are installed now. Never asks, never upgrades anything.
apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    root=$(as_root)
    [ "$root" = no ] && return 1
    mkdir -p build/logs
    say "installing $* with apt (log: build/logs/apt.log)"
    for attempt in 1 2; do
        # shellcheck disable=SC2086 - $root is a command with its option, or nothing
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>build/logs/apt.log 2>&1 && return 0
        # Lists may be missing or old; once is enough.
        # shellcheck disable=SC2086
        [ "$attempt" = 1 ] && { $root apt-get update >>build/logs/apt.log 2>&1 || return 1; }
    done
    return 1
}
