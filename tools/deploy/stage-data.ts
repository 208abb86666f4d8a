import { images, referenceOf } from '../../infra/images.js';
import { dataFolder, serverTmpfs } from '../../infra/postgres-folders.js';
import { users } from '../../infra/secrets.js';
import type { Stage } from '../../infra/stage.js';
import { services } from '../../platform/settings/names.js';
import { CommandFault } from '../cli/faults.js';
import { type Engine, EngineRefused } from './engine.js';
import { createVerifier, verifierFits } from './scram.js';

/** What a server needs to run in a container whose root is read-only, as `docker run` takes it. */
export const serverFolders = Object.entries(serverTmpfs).flatMap(([path, options]) => [
  '--tmpfs',
  `${path}:${options}`,
]);
const superuser = 'postgres';
const verifierQuery = `SELECT rolpassword FROM pg_authid WHERE rolname = '${superuser}';`;

/** The data of a stage, that is: of its PostgreSQL, whether that runs or not. */
export class StageData {
  constructor(
    private readonly engine: Engine,
    private readonly stage: Stage,
  ) {}

  exists = (): Promise<boolean> => this.engine.hasVolume(this.stage.volume);

  /**
   * Whether the superuser's password is this one; `undefined` when there is no data yet, or when its server is just starting, or
   * stopped, and cannot be asked. Changes nothing.
   * @throws {CommandFault} the data is another major version's, or in use by something else
   */
  async hasPassword(password: string): Promise<boolean | undefined> {
    if (!(await this.exists())) return undefined;
    const verifier = await this.verifier();
    return verifier === undefined ? undefined : verifierFits(verifier, password);
  }

  /** Gives the superuser another password, whether the server runs or not. @throws {CommandFault} */
  async setPassword(password: string): Promise<void> {
    // Of letters, digits and `$+/:=-` alone: nothing in it ends the quotes.
    await this.execute(`ALTER ROLE ${superuser} PASSWORD '${createVerifier(password)}';`);
    if ((await this.hasPassword(password)) !== true)
      throw new CommandFault(
        `The superuser of ${this.stage.volume} could not be given another password: its server is starting or stopped, see npm run status`,
      );
  }

  /** @throws {CommandFault} a container still uses it */
  async remove(): Promise<void> {
    if (await this.exists()) await this.engine.removeVolume(this.stage.volume);
  }

  private async verifier(): Promise<string | undefined> {
    const said = await this.execute(verifierQuery);
    return said === undefined ? undefined : /SCRAM-SHA-256\$[\w$+/:=]+/.exec(said)?.[0];
  }

  /** @returns what PostgreSQL answered, in one of two forms; `undefined` when it cannot be asked now */
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
      throw new CommandFault(`The volume ${volume} is in use by ${others.join(', ')}: stop that first`);
    return this.singleUser(statement).catch(unlessBusy);
  }

  /** Runs a statement on data whose server does not run, by PostgreSQL's own mode for that, which needs no password. */
  private async singleUser(statement: string): Promise<string> {
    const { volume, prefix } = this.stage;
    const wanted = images.postgres.tag.split('.')[0] ?? '';
    const said = await this.engine.run({
      // The server's own name: while this runs no deploy can start the server on the same files, and two of these cannot run.
      name: `${prefix}-${services.postgres}`,
      image: referenceOf(images.postgres),
      uid: users.postgres,
      mounts: ['--volume', `${volume}:${dataFolder}`, ...serverFolders],
      entrypoint: 'sh',
      args: ['-euc', singleUserScript, 'sh', wanted],
      input: `${statement}\n`,
    });
    const [, version] = /^PG_VERSION (\S*)$/m.exec(said) ?? [];
    if (version && version !== wanted)
      throw new CommandFault(
        `The data in ${volume} is PostgreSQL ${version}'s, and infra/images.ts names ${wanted}: name ${version} again, or move the data with pg_dumpall`,
      );
    return said;
  }
}

// A volume that was never filled has no version, and nothing to ask.
const singleUserScript = [
  `version=$(cat ${dataFolder}/PG_VERSION 2>/dev/null || true)`,
  'echo "PG_VERSION $version"',
  `if [ "$version" = "$1" ]; then exec postgres --single -D ${dataFolder} postgres; fi`,
].join('\n');

/** A server that is starting or stopping answers nobody, and somebody else may be asking. */
function unlessBusy(error: unknown): undefined {
  if (error instanceof EngineRefused) return undefined;
  throw error;
}
