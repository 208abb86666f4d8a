// Loaded before the API: lets a test see what the process holds on to, and not when V8 last cared to look.
process.on('SIGUSR2', () => globalThis.gc?.());
