import { partOf } from './apply-progress.js';
import type { Diagnostic, TerraformFailed } from './terraform.js';

/** What people are told when Terraform fails in a way that is known, and what they can do about it. */
const known: readonly { readonly pattern: RegExp; readonly advice: string }[] = [
  {
    pattern: /acquiring the state lock/i,
    advice:
      'Somebody else is deploying or destroying this stage right now: wait until that has ended. If nothing is, a command was killed: terraform -chdir=FOLDER force-unlock, with the ID above.',
  },
  {
    pattern: /Backend (configuration changed|initialization required)/i,
    advice:
      'The settings keep the state somewhere else than the last deploy did (ATLAS_STATE_BACKEND). Set them back, or move the state: terraform -chdir=FOLDER init -migrate-state.',
  },
  {
    pattern: /port is already allocated|address already in use/i,
    advice: 'Another program took that port meanwhile: end it, or set another DEPLOY_…_PORT.',
  },
  {
    pattern: /no space left on device/i,
    advice: 'The disk is full: make room (docker system df shows what is there).',
  },
  {
    pattern: /unable to (pull|read Docker image)|Error pulling image|manifest unknown/i,
    advice:
      'An image is not there and could not be pulled: see that docker pull reaches it, and that its version in infra/images.ts exists.',
  },
  {
    pattern: /Failed to query available provider packages|Could not retrieve the list of available versions/i,
    advice:
      "Terraform found no plugin for the provider: its registry does not answer, and the plugin is not in Terraform's local folder.",
  },
  {
    pattern: /healthy/i,
    advice:
      'A container did not become healthy in time: npm run logs -- its name shows why. Mend the cause, and deploy again.',
  },
];

/** The failure in words: each fault once, with what the part said, and with advice where there is some. */
export function explainTerraform({ doing, diagnostics, said, folder }: TerraformFailed): string {
  const faults = diagnostics.length > 0 ? diagnostics.map(describe) : [said.trim() || 'it said nothing'];
  const text = [...new Set(faults)].join('\n');
  const advice = known.find(({ pattern }) => pattern.test(text))?.advice.replace('FOLDER', folder);
  return `terraform ${doing} failed:\n${indent(text)}${advice ? `\n${advice}` : ''}`;
}

const describe = ({ summary, detail, address }: Diagnostic): string =>
  `${address ? `${partOf(address)}: ` : ''}${summary}${detail ? `\n${detail.replaceAll(marks, '').trim()}` : ''}`;

/** The engine marks each piece of what a container wrote with eight bytes: which stream it is of, three zeros, and its length. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const marks = /[\u0001\u0002]\u0000{3}[\s\S]{4}/g;

const indent = (text: string) => text.replaceAll(/^/gm, '  ');
