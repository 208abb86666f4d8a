/** An image of a registry. */
export interface ImageReference {
  readonly name: string;
  readonly tag: string;
  /**
   * Digest of the image (`sha256:…`), for stages that must not follow a tag that moves; `docker buildx imagetools inspect NAME:TAG`
   * shows it.
   * @default - whatever the tag names when it is pulled
   */
  readonly digest?: `sha256:${string}`;
}

/** Server and admin-tools are one release: the schema's tool belongs to the server that reads the schema. */
const temporalVersion = '1.32.1';

/** Every image that the platform runs. */
export const images = {
  postgres: { name: 'postgres', tag: '17.11' },
  temporalServer: { name: 'temporalio/server', tag: temporalVersion },
  temporalAdminTools: { name: 'temporalio/admin-tools', tag: temporalVersion },
  temporalUi: { name: 'temporalio/ui', tag: '2.54.1' },
  caddy: { name: 'caddy', tag: '2.11.9' },
  /** Base of the app's image. */
  node: { name: 'node', tag: '24-trixie-slim' },
} as const satisfies Record<string, ImageReference>;
export type ImageName = keyof typeof images;

/** As Docker writes it: `name:tag`, with the digest where there is one. */
export const referenceOf = ({ name, tag, digest }: ImageReference): string =>
  `${name}:${tag}${digest === undefined ? '' : `@${digest}`}`;
