# Temporal's tables, made or brought up to the version of this image. Safe to run again; on an upgrade it runs before the new server.
# Run by sh -eu; SQL_HOST, SQL_PORT and SQL_USER say where.
SQL_PASSWORD=$(cat /run/secrets/temporal-password)
export SQL_PASSWORD

for database in temporal temporal_visibility; do
  tool="temporal-sql-tool --plugin postgres12 --db $database"
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/${database#temporal_}/versioned"
done
echo 'The schema of Temporal is up to date'
