#!/usr/bin/env bash
# Run once by the Postgres image, on an empty data directory: a role and a schema for each service, so that none can
# read another's tables. Passwords: USER_DB_PASSWORD, TASK_DB_PASSWORD, NOTIFICATION_DB_PASSWORD.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SQL

for service in user task notification; do
    variable=${service^^}_DB_PASSWORD
    # The password comes through the environment: arguments can be seen by every process of the machine.
    ROLE_PASSWORD=${!variable} psql -v ON_ERROR_STOP=1 -v schema="$service" -v role="docket_$service" \
        --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password ROLE_PASSWORD
CREATE ROLE :"role" LOGIN PASSWORD :'password' CONNECTION LIMIT 30;
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
CREATE SCHEMA :"schema" AUTHORIZATION :"role";
SQL
done
