import type { DeploySettings } from './container-environment.js';
import { labels } from './stage.js';
import { stageConfiguration } from './stage-configuration.js';

interface Definition {
  readonly resource: {
    readonly docker_container: Readonly<
      Record<string, { readonly labels: readonly { readonly label: string; readonly value: string }[] }>
    >;
  };
}

/** Names of the parts that run as containers, in the order of the definition. */
export function stagePartsOf(settings: DeploySettings): string[] {
  const { resource } = JSON.parse(stageConfiguration(settings)) as Definition;
  return Object.values(resource.docker_container).flatMap((it) =>
    it.labels.filter(({ label }) => label === labels.part).map(({ value }) => value),
  );
}
