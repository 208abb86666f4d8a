import { partOf } from './apply-progress.js';
import type { Diagnostic, TerraformFailed } from './terraform.js';

const known: readonly { readonly pattern: RegExp; readonly advice: string }[] = [
  {
    pattern: /acquiring the state lock/i,
    advice:
      'Another process is deploying or destroying this stage: wait until it ends. If there is none, a command was killed: run terraform -chdir=FOLDER force-unlock with the ID above.',
  },
  {
    pattern: /Backend (configuration changed|initialization required)/i,
    advice:
      'The state is stored elsewhere than at the last deploy (ATLAS_STATE_BACKEND). Restore the setting, or move the state: terraform -chdir=FOLDER init -migrate-state.',
  },
  {
    pattern: /port is already allocated|address already in use/i,
    advice: 'Another program took the port in the meantime: stop it, or set another DEPLOY_…_PORT.',
  },
  {
    pattern: /no space left on device/i,
    advice: 'The disk is full: free some space (docker system df shows the usage).',
  },
  {
    pattern: /unable to (pull|read Docker image)|Error pulling image|manifest unknown/i,
    advice:
      'An image could not be pulled: check that docker pull works, and that its version in infra/images.ts exists.',
  },
  {
    pattern: /Failed to query available provider packages|Could not retrieve the list of available versions/i,
    advice:
      "Terraform found no plugin for the provider: the registry does not respond, and the plugin is not in Terraform's local folder.",
  },
  {
    pattern: /healthy/i,
    advice:
      'A container did not become healthy in time: npm run logs -- PART shows why. Fix the cause and deploy again.',
  },
];

/** Describes a failure: each diagnostic once, with the output of the part, and advice if there is any. */
export function explainTerraform({ command, diagnostics, output, folder }: TerraformFailed): string {
  const faults = diagnostics.length > 0 ? diagnostics.map(describe) : [output.trim() || 'no output'];
  const text = [...new Set(faults)].join('\n');
  const advice = known.find(({ pattern }) => pattern.test(text))?.advice.replace('FOLDER', folder);
  return `terraform ${command} failed:\n${indent(text)}${advice ? `\n${advice}` : ''}`;
}

const describe = ({ summary, detail, address }: Diagnostic): string =>
  `${address ? `${partOf(address)}: ` : ''}${summary}${detail ? `\n${detail.replaceAll(streamHeaders, '').trim()}` : ''}`;

/** The engine starts each piece of a container's output with eight bytes: the stream, three zeros, and the length. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches them
const streamHeaders = /[\u0001\u0002]\u0000{3}[\s\S]{4}/g;

const indent = (text: string) => text.replaceAll(/^/gm, '  ');
