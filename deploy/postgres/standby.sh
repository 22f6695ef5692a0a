#!/bin/bash
# The standby: copies the primary once, then follows it. Promote it with:  pg_ctl promote
set -euo pipefail
PRIMARY=${PRIMARY:-database}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # In the connection string that pg_basebackup writes down, so that the standby finds the primary again.
  # By its name the primary knows for whom it waits (compose.yaml, `durable`).
  PGPASSWORD=$(cat /run/secrets/replication_password) \
    pg_basebackup --dbname "host=$PRIMARY user=replication application_name=standby" \
    --pgdata "$PGDATA" --wal-method stream --write-recovery-conf --checkpoint fast --create-slot --slot standby
  chmod 700 "$PGDATA"
fi
# Once promoted it waits for nobody. What it is asked meanwhile keeps the primary from cleaning that away.
exec postgres -c synchronous_standby_names= -c hot_standby_feedback=on -c hot_standby=on -c max_connections=200 -c max_wal_senders=5
