import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { type HttpProxy, proxyFor } from '../settings/proxies.js';
import type { Settings } from '../settings/settings.js';
import { retriesUntilClosed } from './closed-channel.js';
import { dataConverter } from './data-converter.js';
import './well-formed-texts.js';
import { readTextFile, withLineFeeds } from '../settings/text-file.js';

export type TemporalSettings = Pick<Settings, Extract<keyof Settings, `TEMPORAL_${string}`>>;

type SharedOptions = Required<Pick<ConnectionOptions, 'address' | 'tls'>> & { apiKey?: string };

/**
 * Options of the client's and the worker's connections. TLS is on if TEMPORAL_TLS, an API key or a certificate is set, as in
 * Temporal's own environment configuration.
 * @throws if a certificate or key file cannot be read
 */
export function connectionOptions(settings: TemporalSettings): SharedOptions {
  const ca = pem(settings.TEMPORAL_TLS_SERVER_CA_CERT_PATH, settings.TEMPORAL_TLS_SERVER_CA_CERT_DATA);
  const crt = pem(settings.TEMPORAL_TLS_CLIENT_CERT_PATH, settings.TEMPORAL_TLS_CLIENT_CERT_DATA);
  const key = pem(settings.TEMPORAL_TLS_CLIENT_KEY_PATH, settings.TEMPORAL_TLS_CLIENT_KEY_DATA);
  const serverName = settings.TEMPORAL_TLS_SERVER_NAME;
  const apiKey = settings.TEMPORAL_API_KEY;
  const tls = {
    ...(ca && { serverRootCACertificate: ca }),
    ...(crt && key && { clientCertPair: { crt, key } }),
    ...(serverName && { serverNameOverride: serverName }),
  };
  const on = settings.TEMPORAL_TLS || apiKey !== undefined || Object.keys(tls).length > 0;
  return { address: settings.TEMPORAL_ADDRESS, tls: on ? tls : false, ...(apiKey !== undefined && { apiKey }) };
}

/** The HTTP proxy to Temporal; `undefined` for addresses that are never reached through a proxy. */
export const proxyOf = ({ TEMPORAL_ADDRESS: address }: TemporalSettings): HttpProxy | undefined =>
  proxyFor(address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, ''));

function pem(path: string | undefined, data: string | undefined): Uint8Array | undefined {
  const text = path === undefined ? data : withLineFeeds(readTextFile(path));
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

/** Close it with `client.connection.close()`. */
export type TemporalClient = Client & { readonly connection: Connection };

/**
 * A client for the namespace in the settings. It connects at its first call, so it can be created while Temporal is away.
 */
export function createTemporalClient(settings: TemporalSettings): TemporalClient {
  const connection = Connection.lazy({
    ...connectionOptions(settings),
    // By default, grpc-js uses the proxy of the environment even for loopback.
    interceptors: retriesUntilClosed,
    channelArgs: { 'grpc.enable_http_proxy': proxyOf(settings) ? 1 : 0 },
  });
  return new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE, dataConverter }) as TemporalClient;
}
