# Creates the roles and databases of the app and of Temporal. Neither role can connect to the other's databases. Idempotent: creates
# what is missing and updates passwords and owners. Runs with bash -euo pipefail, as the superuser of PGHOST, PGUSER ...
PGPASSWORD=$(</run/secrets/superuser-password)
APP_PASSWORD=$(</run/secrets/app-password)
TEMPORAL_PASSWORD=$(</run/secrets/temporal-password)
export PGPASSWORD APP_PASSWORD TEMPORAL_PASSWORD

rejected() {
  cat >&2 <<'TEXT'
PostgreSQL rejected the superuser. If it says "password authentication failed", the data was created with another password than the
one in the stage's secrets folder. Restore that folder from the machine that first deployed the data, or change the passwords in the
data to those of this folder: npm run deploy -- --reset-password
TEXT
  exit 1
}
psql --no-psqlrc --quiet --command 'SELECT' >/dev/null || rejected

# The SET statements keep passwords out of the log. The REVOKE leaves each database to its owner.
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
echo "Roles and databases are up to date: $APP_DATABASE of $APP_ROLE, temporal and temporal_visibility of temporal"
