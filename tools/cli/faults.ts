/** Something that a person can mend: the message says what is wrong and what to do about it. Shown without a stack. */
export class CommandFault extends Error {
  readonly code: string = 'command-fault';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFault';
  }
}

/** Several things are wrong; each message is one of theirs. */
export class CommandFaults extends CommandFault {
  override readonly code = 'command-faults';
  constructor(readonly faults: readonly CommandFault[]) {
    super(faults.map(({ message }) => message).join('\n'));
    this.name = 'CommandFaults';
  }
}
