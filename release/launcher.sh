#!/bin/sh
# Switchboard {version} for {platform} in one file: these lines, and behind them a gzipped tar archive with the
# runtime, the program and its page. The first start unpacks it into the user's cache folder, every start checks
# what lies there (by CRC, which finds accidents; nobody else can write there) and unpacks again what is damaged.
set -fu
digest={digest}
files='{files}'
sums='{sums}'
hashes='{hashes}'

fail() {
  printf 'switchboard: %s\n' "$1" >&2
  exit 1
}
sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi 2>/dev/null
}
# Whether a folder belongs to this user or to root, so that no other user can exchange what is in it.
trusted() {
  set -- $(ls -ldnL "$1" 2>/dev/null)
  [ "${3-}" = "$user" ] || [ "${3-}" = 0 ]
}
# Whether it is a real folder, this user's, and nobody else may look into it.
private() {
  set -- $(ls -ldn "$1" 2>/dev/null)
  case ${1-} in drwx------*) [ "$3" = "$user" ] ;; *) false ;; esac
}
intact() {
  [ -x "$1/bin/switchboard" ] || return 1
  # The smallest systems have no cksum; SHA-256 takes ten times as long.
  if command -v cksum >/dev/null; then [ "$(cd "$1" && cksum $files 2>/dev/null)" = "$sums" ]
  else [ "$(cd "$1" && sha256 $files)" = "$hashes" ]; fi
}
# Makes folder $2 in $1, and has the program in it; says no where that is not possible or not safe.
settle() {
  above=$1
  while [ ! -d "$above" ]; do above=$(dirname "$above"); done
  trusted "$above" && mkdir -p "$1/$2" 2>/dev/null && trusted "$1" || return 1
  chmod 700 "$1/$2" 2>/dev/null
  place=$1/$2/$digest
  private "$1/$2" && mkdir -p "$place" 2>/dev/null && private "$place" || return 1
  intact "$place" || unpack "$1/$2"
}
# Unpacks beside the place and moves each file there by itself: others may be doing the same, or running from it.
unpack() {
  find "$1" -name 'unpack.*' -prune -mtime +0 -exec rm -rf {} + 2>/dev/null
  fresh=$(mktemp -d "$1/unpack.XXXXXX" 2>/dev/null) || return 1
  trap 'rm -rf "$fresh"' EXIT
  trap 'exit 143' HUP INT TERM
  for tool in tail gzip tar; do command -v "$tool" >/dev/null || fail "Cannot unpack without $tool"; done
  [ -n "$(sha256 </dev/null)" ] || fail "Cannot unpack without sha256sum or shasum"
  [ "$(archive | sha256)" = "$digest  -" ] || fail "Cannot unpack: \"$0\" is damaged; fetch it again"
  why=$({ archive | gzip -dc | tar -xf - -C "$fresh"; } 2>&1)
  intact "$fresh" || return 1
  "$fresh/bin/switchboard" --version >/dev/null 2>&1 ||
    fail "Cannot run: this file is for {platform}, and this is $(uname -sm)"
  for file in $files; do
    mkdir -p "$place/${file%/*}" && mv -f "$fresh/$file" "$place/$file" || return 1
  done
  rm -rf "$fresh"
  trap - EXIT HUP INT TERM
  intact "$place"
}
archive() { tail -c +{start} "$0"; }

user=$(id -u) why=
before=$(umask)
umask 077
case $(uname) in Darwin) caches=Library/Caches ;; *) caches=.cache ;; esac
case ${XDG_CACHE_HOME-} in /*) settle "$XDG_CACHE_HOME" switchboard ;; *) false ;; esac ||
  { [ -d "${HOME-}" ] && settle "$HOME/$caches" switchboard; } ||
  settle "${TMPDIR:-/tmp}" "switchboard-$user" ||
  fail "Cannot unpack: set XDG_CACHE_HOME to a folder of yours with 150 MB free that may hold programs. $why"
umask "$before"
export DENO_DIR="$place/cache" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
exec "$place/bin/switchboard" run --no-remote --no-npm --no-config --no-lock {permissions} "$place/server/main.js" "$@"
