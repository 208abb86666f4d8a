import { CommandFault } from '../platform/errors/command-fault.js';
import { suppliedPath } from './product-settings.js';
import type { SecretName } from './secrets.js';
import type { Stage } from './stage.js';

// All of them are thrown before anything is changed.

/** The copies of one secret differ. */
export class SecretsDisagree extends CommandFault {
  override readonly code = 'secrets-disagree';
  constructor(secret: SecretName, paths: readonly string[]) {
    super(
      `The copies of ${secret} differ: ${paths.join(', ')}. Remove the wrong ones: the next deploy restores them from the others.`,
    );
    this.name = 'SecretsDisagree';
  }
}

/** The file of a secret is empty. */
export class SecretEmpty extends CommandFault {
  override readonly code = 'secret-empty';
  constructor(path: string) {
    super(
      `${path} is empty. Remove it: the next deploy restores it from a copy, or generates a new secret if there is none.`,
    );
    this.name = 'SecretEmpty';
  }
}

/** The team has not supplied a secret of the product. */
export class SecretMissing extends CommandFault {
  override readonly code = 'secret-missing';
  constructor(name: string, stage: Pick<Stage, 'name' | 'secretsFolder'>) {
    super(
      `${suppliedPath(stage, name)} is missing or empty, and a deploy generates no secret of the product. Run \`npm run secrets -- set ${name} --stage ${stage.name}\``,
    );
    this.name = 'SecretMissing';
  }
}

/** An editor saved the file of a secret in another encoding. */
export class SecretEdited extends CommandFault {
  override readonly code = 'secret-edited';
  constructor(why: string) {
    super(`Invalid secret: ${why}`);
    this.name = 'SecretEdited';
  }
}

/** This user may not read the file of a secret. */
export class SecretUnreadable extends CommandFault {
  override readonly code = 'secret-unreadable';
  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(
      `Cannot read ${path} (${cause.code}). If another user deployed the stage, for example with sudo, continue as that user, or change the owner of the folder.`,
      { cause },
    );
    this.name = 'SecretUnreadable';
  }
}
