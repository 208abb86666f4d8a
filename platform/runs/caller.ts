/** Who asks for something, as far as runs are concerned. */
export interface Caller {
  /** Runs belong to the caller of this name, and so do idempotency keys. */
  readonly name: string;
  /** Whether other callers' runs are seen too; else they are as if they did not exist. */
  readonly seesAll: boolean;
  readonly origin: Origin;
}

/** Where a request came from, for the audit log. */
export interface Origin {
  readonly keyId?: string | undefined;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}
