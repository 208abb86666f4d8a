/**
 * Variables of programs that talk only to other services of the stage. Some engines set the host's proxy variables in each container,
 * and a proxy cannot resolve names of the stage's network. API and worker do not use this: activities may need the proxy.
 */
export const withoutProxies = { NO_PROXY: '*', no_proxy: '*' } as const;
