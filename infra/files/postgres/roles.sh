# Roles and databases of a stage: the app's and Temporal's, neither of which can connect to the other's. Safe to run again: it makes
# what is missing and sets what may have changed. Run by bash -euo pipefail as the superuser, whom PGHOST, PGUSER … describe.
PGPASSWORD=$(</run/secrets/superuser-password)
APP_PASSWORD=$(</run/secrets/app-password)
TEMPORAL_PASSWORD=$(</run/secrets/temporal-password)
export PGPASSWORD APP_PASSWORD TEMPORAL_PASSWORD

refused() {
  cat >&2 <<'TEXT'
PostgreSQL refused the superuser. If it says "password authentication failed": the data was made with another password than the one
in the stage's folder of secrets. Put that folder back from where the data was first deployed; or give the data the passwords of this
one: npm run deploy -- --reset-password
TEXT
  exit 1
}
psql --no-psqlrc --quiet --command 'SELECT' >/dev/null || refused

# The settings of the log keep passwords out of it when a statement fails. In the end only owners may connect to any database.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv app_role APP_ROLE
\getenv app_database APP_DATABASE
\getenv app_password APP_PASSWORD
\getenv temporal_password TEMPORAL_PASSWORD

SET log_min_error_statement = panic;
SET log_statement = 'none';
SET log_min_duration_statement = -1;

SELECT format('CREATE ROLE %I', name) FROM (VALUES (:'app_role'), ('temporal')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"app_role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE temporal LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'temporal_password';

SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
FROM (VALUES (:'app_database', :'app_role'), ('temporal', 'temporal'), ('temporal_visibility', 'temporal')) AS wanted (name, owner)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
ALTER DATABASE :"app_database" OWNER TO :"app_role";

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database \gexec
SQL
echo "Roles and databases are as they should be: $APP_DATABASE for $APP_ROLE, temporal and temporal_visibility for temporal"
