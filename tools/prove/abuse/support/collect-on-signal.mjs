// Loaded before the API, so that tests can trigger a garbage collection before they measure memory.
process.on('SIGUSR2', () => globalThis.gc?.());
