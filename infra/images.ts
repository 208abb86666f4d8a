export interface ImageReference {
  readonly name: string;
  readonly tag: string;
  /**
   * Pins the image to a digest (`sha256:…`), which `docker buildx imagetools inspect NAME:TAG` shows.
   * @default - the image that the tag names when it is pulled
   */
  readonly digest?: `sha256:${string}`;
}

/** Server and admin-tools must have the same version, because the tools migrate the server's schema. */
const temporalVersion = '1.32.1';

/** All images of a stage. */
export const images = {
  postgres: { name: 'postgres', tag: '17.11' },
  temporalServer: { name: 'temporalio/server', tag: temporalVersion },
  temporalAdminTools: { name: 'temporalio/admin-tools', tag: temporalVersion },
  temporalUi: { name: 'temporalio/ui', tag: '2.54.1' },
  caddy: { name: 'caddy', tag: '2.11.9' },
  /** Base of the app's image. */
  node: { name: 'node', tag: '24-trixie-slim' },
} as const satisfies Record<string, ImageReference>;

/** Docker's form: `name:tag`, or `name:tag@digest`. */
export const referenceOf = ({ name, tag, digest }: ImageReference): string =>
  `${name}:${tag}${digest === undefined ? '' : `@${digest}`}`;
