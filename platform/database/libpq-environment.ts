/**
 * Takes out of this process's environment what pg would read by itself, as libpq does: variables that are meant for other programs must
 * not change a connection that the settings describe in full. Imported before pg, which reads one of them when it is loaded.
 */
for (const name of Object.keys(process.env))
  if (/^PG[A-Z]/.test(name) || name === 'NODE_PG_FORCE_NATIVE') delete process.env[name];
