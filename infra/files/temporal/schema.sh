# Creates Temporal's tables or migrates them to the version of this image. Idempotent. On an upgrade it runs before the new server.
# Runs with sh -eu. Input: SQL_HOST, SQL_PORT, SQL_USER.
SQL_PASSWORD=$(cat /run/secrets/temporal-password)
export SQL_PASSWORD

for database in temporal temporal_visibility; do
  tool="temporal-sql-tool --plugin postgres12 --db $database"
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/${database#temporal_}/versioned"
done
echo "Temporal's schema is up to date"
