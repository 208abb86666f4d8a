import type { NoSettings, ProductSettings } from './settings/define-settings.js';
import type { TaskQueueName } from './settings/names.js';

/** What a product calls itself, and its settings. `defineProduct` derives the other names. */
export interface ProductProps<S extends ProductSettings = NoSettings> {
  /**
   * Lower-case letters, digits and hyphens, at most 20. Names of containers, networks, volumes, labels, images, databases, task queues,
   * API keys and problem types begin with it. Do not change it once a stage is deployed: the stage would be another one.
   */
  readonly name: string;
  /** The name for people, such as the title of the API reference. */
  readonly title: string;
  /** Licence of the API, for its document. @default - none */
  readonly licence?: { readonly name: string; readonly identifier: string };
  /** The product's own settings, of `defineSettings`. @default - none */
  readonly settings?: S;
}

export interface Product<S extends ProductSettings = NoSettings> extends ProductProps<S> {
  readonly settings: S;
  /** Names of the task queues in Temporal. */
  readonly taskQueues: Readonly<Record<TaskQueueName, string>>;
  /** Database and role of the app, unless the settings name others. */
  readonly database: string;
  /** Begin of every API key. */
  readonly apiKeyPrefix: string;
  /** Realm in `WWW-Authenticate`. */
  readonly realm: string;
  /** `type` of the problem documents with this code (RFC 9457). */
  problemType(code: string): string;
  /** `application_name` of a service's connections to PostgreSQL. */
  applicationName(service: string): string;
}

/** @throws the name has other characters, or is too long */
export function defineProduct<S extends ProductSettings = NoSettings>(props: ProductProps<S>): Product<S> {
  const { name } = props;
  if (!/^[a-z](-?[a-z0-9]){0,19}$/.test(name))
    throw new Error(
      `The product name ${JSON.stringify(name)} is not valid: use 1 to 20 lower-case letters, digits and single hyphens, beginning with a letter`,
    );
  return Object.freeze({
    ...props,
    settings: props.settings ?? ({} as S),
    taskQueues: { workflows: `${name}-workflows`, activities: `${name}-activities` },
    database: name.replaceAll('-', '_'),
    apiKeyPrefix: `${name}_`,
    realm: name,
    problemType: (code: string) => `urn:${name}:problem:${code}`,
    applicationName: (service: string) => `${name}-${service}`,
  });
}
