import { images, referenceOf } from '../../infra/images.js';
import { dataFolder, serverTmpfs } from '../../infra/postgres-folders.js';
import { users } from '../../infra/secrets.js';
import type { Stage } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { services } from '../../platform/settings/names.js';
import { type Engine, EngineRefused } from './engine.js';
import { createVerifier, verifierFits } from './scram.js';

/** Options of `docker run` for a server in a container with a read-only root. */
export const serverFolders = Object.entries(serverTmpfs).flatMap(([path, options]) => [
  '--tmpfs',
  `${path}:${options}`,
]);
const superuser = 'postgres';

/** The data of a stage: the volume of its PostgreSQL, whether that is running or not. */
export class StageData {
  constructor(
    private readonly engine: Engine,
    private readonly stage: Stage,
  ) {}

  exists = (): Promise<boolean> => this.engine.hasVolume(this.stage.volume);

  /**
   * Whether this is the superuser's password; `undefined` if there is no data, or its server is starting or stopped. Changes nothing.
   * @throws {CommandFault} the data belongs to another major version, or is in use
   */
  async hasPassword(password: string): Promise<boolean | undefined> {
    if (!(await this.exists())) return undefined;
    const output = await this.execute(`SELECT rolpassword FROM pg_authid WHERE rolname = '${superuser}';`);
    const [verifier] = /SCRAM-SHA-256\$[\w$+/:=]+/.exec(output ?? '') ?? [];
    return verifier === undefined ? undefined : verifierFits(verifier, password);
  }

  /** Sets the superuser's password, whether the server is running or not. @throws {CommandFault} */
  async setPassword(password: string): Promise<void> {
    // A verifier has only letters, digits and `$+/:=-`, so nothing ends the quotes.
    await this.execute(`ALTER ROLE ${superuser} PASSWORD '${createVerifier(password)}';`);
    if ((await this.hasPassword(password)) !== true)
      throw new CommandFault(
        `The superuser's password of ${this.stage.volume} could not be changed: its server is starting or stopped, see npm run status`,
      );
  }

  /** @throws {EngineRefused} a container still uses it */
  async remove(): Promise<void> {
    if (await this.exists()) await this.engine.removeVolume(this.stage.volume);
  }

  /** @returns the output of psql or of PostgreSQL's single-user mode; `undefined` if the server is not available */
  private async execute(statement: string): Promise<string | undefined> {
    const { volume, prefix } = this.stage;
    const [server] = await this.engine.inspect([`${prefix}-${services.postgres}`]);
    if (server?.status === 'running') {
      const psql = ['psql', '--no-psqlrc', '-U', superuser, '-d', superuser, '-At', '-v', 'ON_ERROR_STOP=1'];
      return this.engine.docker(['exec', '--interactive', server.id, ...psql], { input: statement }).catch(unlessBusy);
    }
    if (server) return undefined;
    const others = await this.engine.usersOf(volume);
    if (others.length > 0)
      throw new CommandFault(`The volume ${volume} is in use by ${others.join(', ')}: stop it first`);
    return this.singleUser(statement).catch(unlessBusy);
  }

  /** Runs a statement on a stopped server's data, in PostgreSQL's single-user mode, which needs no password. */
  private async singleUser(statement: string): Promise<string> {
    const { volume, prefix } = this.stage;
    const wanted = images.postgres.tag.split('.')[0] ?? '';
    const output = await this.engine.run({
      // The server's own name, so that no deploy starts the server on the same files meanwhile.
      name: `${prefix}-${services.postgres}`,
      image: referenceOf(images.postgres),
      uid: users.postgres,
      mounts: ['--volume', `${volume}:${dataFolder}`, ...serverFolders],
      entrypoint: 'sh',
      args: ['-euc', singleUserScript, 'sh', wanted],
      input: `${statement}\n`,
    });
    const [, version] = /^PG_VERSION (\S*)$/m.exec(output) ?? [];
    if (version && version !== wanted)
      throw new CommandFault(
        `The data in ${volume} belongs to PostgreSQL ${version}, but infra/images.ts names ${wanted}: change it back, or move the data with pg_dumpall`,
      );
    return output;
  }
}

// An empty volume has no version.
const singleUserScript = [
  `version=$(cat ${dataFolder}/PG_VERSION 2>/dev/null || true)`,
  'echo "PG_VERSION $version"',
  `if [ "$version" = "$1" ]; then exec postgres --single -D ${dataFolder} postgres; fi`,
].join('\n');

/** The server is starting or stopping, or another command uses its name. */
function unlessBusy(error: unknown): undefined {
  if (error instanceof EngineRefused) return undefined;
  throw error;
}
