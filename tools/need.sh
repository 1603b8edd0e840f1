#!/bin/sh
# need.sh venv PYTHON | java | postgres | node | chromium: makes sure that a program of the system is there.
# Missing ones are installed on Debian and Ubuntu when root; elsewhere it says what to install and fails.
set -u

install() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update >/dev/null 2>&1 && apt-get install -y --no-install-recommends "$@" >/dev/null; } && return
  fi
  echo "missing: please install $* (or its equivalent on this system)" >&2
  return 1
}

case ${1:-} in
venv)
  "$2" -c 'import venv, ensurepip' 2>/dev/null || install python3-venv
  ;;
java)
  command -v java >/dev/null || install default-jre-headless
  ;;
postgres)
  command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql
  ;;
node)
  command -v npm >/dev/null || install nodejs npm
  ;;
chromium)
  command -v chromium >/dev/null || install chromium
  ;;
*)
  echo "usage: need.sh venv PYTHON | java | postgres | node | chromium" >&2
  exit 2
  ;;
esac
