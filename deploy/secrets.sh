#!/bin/bash
# Makes the secrets that are missing in a folder; those that are there stay.  deploy/secrets.sh deploy/secrets
set -euo pipefail
umask 077
folder=${1:?where to}
mkdir -p "$folder"
make() { [ -s "$folder/$1" ] || head -c 48 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n=' > "$folder/$1"; }
for name in secret_key identity_key backup_key metrics_token database_password replication_password objects_password cache_password; do
  make "$name"
done
[ -s "$folder/database_url" ] || printf 'postgres://campaign:%s@database,standby/campaign?target_session_attrs=read-write' \
  "$(cat "$folder/database_password")" > "$folder/database_url"
[ -s "$folder/database_replica_url" ] || printf 'postgres://campaign:%s@standby/campaign?connect_timeout=2' \
  "$(cat "$folder/database_password")" > "$folder/database_replica_url"
[ -s "$folder/cache_url" ] || printf 'redis://:%s@cache:6379/0' "$(cat "$folder/cache_password")" > "$folder/cache_url"
# The containers' accounts read them as others do not: the folder itself is closed.
chmod 644 "$folder"/*
chmod 700 "$folder"
