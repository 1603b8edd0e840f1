#!/bin/sh
# Writes requirements/run.txt and requirements/test.txt from pyproject.toml: exact versions with hashes, for every
# platform and every supported Python, without a word about where packages come from. Needs uv.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v .venv/bin/uv || command -v uv) || {
  echo "make lock needs uv: .venv/bin/pip install uv" >&2
  exit 1
}

# lock FILE TITLE ARGUMENT…
lock() {
  file=$1 title=$2
  shift 2
  fresh=$(mktemp)
  # Starting from the present lock keeps versions that still fit; UPGRADE=1 takes the newest.
  [ -n "${UPGRADE:-}" ] || [ ! -f "$file" ] || cp "$file" "$fresh"
  "$uv" pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --output-file "$fresh" "$@" >/dev/null
  if grep -nE '://|@ |^--(index|extra|find)' "$fresh" | grep -v '^[0-9]*:#' >&2; then
    echo "$file would record where packages come from; nothing written" >&2
    rm -f "$fresh"
    exit 1
  fi
  {
    echo "# $title"
    echo "# Written by \`make lock\` from pyproject.toml: edit that file, not this one."
    grep -v '^#' "$fresh"
  } >"$file"
  rm -f "$fresh"
}

mkdir -p requirements
lock requirements/run.txt "What Zongbu needs to run (engine and service), and what builds it." --extra desk
lock requirements/test.txt "What Zongbu needs to run, to be tested and to be measured (all extras)." \
  --all-extras --constraint requirements/run.txt
