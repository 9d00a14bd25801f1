#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml reads from deploy/secrets. It keeps secrets that exist, so it may run again.
set -euo pipefail
umask 077
cd "$(dirname "$0")"

# Containers run as users of their own, so the files can be read by all; the folder is closed to every other account.
mkdir -p secrets
chmod 0700 secrets

keep() { # name; the value comes on standard input
  local file="secrets/$1"
  if [[ -s "$file" ]]; then
    cat >/dev/null # Else the sender would get SIGPIPE, which ends the script.
    echo "kept  deploy/$file"
    return
  fi
  cat >"$file.tmp"
  chmod 0444 "$file.tmp"
  mv "$file.tmp" "$file"
  echo "made  deploy/$file"
}
random() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

random | keep postgres_superuser_password
random | keep postgres_password
random | keep grafana_admin_password
printf 'postgres://nhip:%s@postgres:5432/nhip' "$(cat secrets/postgres_password)" | keep database_url
