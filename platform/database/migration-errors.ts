/** A step failed and was rolled back: the database is as it was before the step. */
export class MigrationFailed extends Error {
  readonly code = 'migration-failed';
  override readonly name = 'MigrationFailed';
  constructor(
    /** Name of the step, without extension. */
    readonly step: string,
    readonly direction: 'up' | 'down',
    options: { cause: unknown },
  ) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`Migration ${step} (${direction}) failed and was rolled back: ${reason}`, options);
  }
}

/** A step to revert is not applied, or has no file in this version of the program. Nothing changed. */
export class MigrationNotFound extends Error {
  readonly code = 'migration-not-found';
  override readonly name = 'MigrationNotFound';
}
