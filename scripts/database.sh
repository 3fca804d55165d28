# Where the database is, for scripts/backup and scripts/restore: sourced by them, not run.
#
# postgres PROGRAM ARGUMENTS runs psql, pg_dump or pg_restore, beside the server or on this machine.
# shellcheck shell=bash

# What Docket owns: a schema for each service, and the event bus where it is in Postgres.
# shellcheck disable=SC2034
readonly SCHEMAS=(user task notification bus)

place=url
use_compose() { place=compose; }

# The launcher's private server: its socket stands in the pid file.
use_data_dir() {
    local pid_file=$1/postgres/postmaster.pid socket
    [[ -r $pid_file ]] || fail "Docket does not run on $1 (there is no $pid_file)."
    socket=$(sed -n 5p "$pid_file")
    DATABASE_URL="host=$socket user=postgres dbname=docket"
}

fail() { printf '%s\n' "$1" >&2; exit "${2:-1}"; }

# Everything that cannot go well is said before anything is begun.
ready() {
    local program
    case $place in
    compose)
        ${COMPOSE:-docker compose} version >/dev/null 2>&1 ||
            fail "Compose cannot be called as ${COMPOSE:-docker compose}; COMPOSE says how else."
        ;;
    url)
        [[ -n ${DATABASE_URL:-} ]] || fail "Which database? Say DATABASE_URL=…, --compose, or (for a backup) --data-dir." 2
        for program in psql pg_dump pg_restore; do
            command -v "$program" >/dev/null || fail "There is no $program here (Debian: apt-get install postgresql-client)."
        done
        ;;
    esac
    # The program's own words say what the matter is.
    query -c 'SELECT 1' >/dev/null || fail "The database cannot be reached."
}

postgres() {
    local program=$1
    shift
    case $place in
    compose) ${COMPOSE:-docker compose} exec -T postgres "$program" --username=postgres --dbname=docket "$@" ;;
    url) "$program" --dbname="$DATABASE_URL" "$@" ;;
    esac
}

# psql for machines: a row a line, its fields apart by tabs, and an end at the first error.
query() { postgres psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\t' -v ON_ERROR_STOP=1 "$@"; }

# Every table and how many rows it has, one line each: schema.table, a tab, the number. For psql.
count_rows() {
    cat <<'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('user', 'task', 'notification', 'bus') ORDER BY schemaname, tablename \gexec
SQL
}
