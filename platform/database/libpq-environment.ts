/**
 * Removes the variables that pg reads by itself, as libpq does, from this process's environment: the settings describe the connection
 * completely. Import this before pg, which reads NODE_PG_FORCE_NATIVE when it loads.
 */
for (const name of Object.keys(process.env))
  if (/^PG[A-Z]/.test(name) || name === 'NODE_PG_FORCE_NATIVE') delete process.env[name];
