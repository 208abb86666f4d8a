/** The caller of an operation on runs. */
export interface Caller {
  /** Owns runs and idempotency keys. */
  readonly name: string;
  /** Whether this caller sees the runs of others; otherwise they do not exist for it. */
  readonly seesAll: boolean;
  readonly origin: Origin;
}

/** Origin of a request, for the audit log. */
export interface Origin {
  /** Id of the caller's API key; absent for a token. */
  readonly keyId?: string | undefined;
  /** Remote address of the request. */
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}
