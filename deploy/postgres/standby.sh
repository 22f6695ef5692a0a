#!/bin/bash
# The standby: copies the primary once, then follows it. Promote it with:  pg_ctl promote
set -euo pipefail
PRIMARY=${PRIMARY:-database}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # In the connection string that pg_basebackup writes down, so that the standby finds the primary again.
  PGPASSWORD=$(cat /run/secrets/replication_password) pg_basebackup --host "$PRIMARY" --username replication \
    --pgdata "$PGDATA" --wal-method stream --write-recovery-conf --checkpoint fast --create-slot --slot standby
  chmod 700 "$PGDATA"
fi
exec postgres -c hot_standby=on -c max_connections=200 -c max_wal_senders=5
