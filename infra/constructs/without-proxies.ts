/**
 * Environment of a program that talks to the stage's other services alone. Some engines put this machine's proxy variables into every
 * container, and no proxy knows the names in a stage's network. API and worker look after it themselves: their activities may need one.
 */
export const withoutProxies = { NO_PROXY: '*', no_proxy: '*' } as const;
