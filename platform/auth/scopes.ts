/** The permissions of a caller. */
export const scopes = ['runs:read', 'runs:write', 'runs:admin'] as const;
export type Scope = (typeof scopes)[number];

/** Description of each scope, for the API reference. */
export const scopeDescriptions: Readonly<Record<Scope, string>> = {
  'runs:read': "Read the caller's own runs.",
  'runs:write': "Start runs; message, cancel and terminate the caller's own runs.",
  'runs:admin':
    "Read, start, message, cancel and terminate every caller's runs; operate schedules; includes the other scopes.",
};

export const isScope = (text: string): text is Scope => (scopes as readonly string[]).includes(text);

/** Whether the granted scopes include this one. */
export const allows = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.includes(needed) || granted.includes('runs:admin');
