/** Whether callers write what a schema describes, or read it. */
export type Direction = 'request' | 'response';

/** A change that breaks callers, within a schema. */
export interface SchemaChange {
  /** A JSON pointer to what the schema describes; `[]` stands for every item, `*` for every property without a name. */
  readonly at: string;
  readonly what: string;
}

interface Words {
  /** @param names - the types that the change is about; @param left - all that a request takes now */
  types(names: readonly string[], left: readonly string[], wereAll: boolean): string;
  value(value: unknown): string;
  listed(values: readonly unknown[]): string;
  shape(shape: string): string;
  media(type: string): string;
  readonly required: string;
  /** A property that was described is excluded. */
  readonly refused: string;
  /** Properties without a name are excluded. */
  readonly others: string;
  readonly unsure: string;
}

const jsonOf = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ');

/** One sentence per kind of change. They are parts of ids that people have written down: changing one makes theirs stale. */
export const wordsOf: Readonly<Record<Direction, Words>> = {
  request: {
    types: (names, left, wereAll) =>
      wereAll && left.length > 0 ? `takes only ${left.join(', ')} now` : `takes no ${names.join(', ')} any more`,
    value: (value) => `takes no ${jsonOf([value])} any more`,
    listed: (values) => `takes only ${jsonOf(values)} now`,
    shape: (shape) => `takes no ${shape} any more`,
    media: (type) => `takes no ${type} any more`,
    required: 'is required now',
    refused: 'is taken no longer',
    others: 'takes no other properties any more',
    unsure: 'whether it takes less cannot be told',
  },
  response: {
    types: (names, _left, areAll) => (areAll ? 'may be of any type now' : `may be ${names.join(', ')} now`),
    value: (value) => `may be ${jsonOf([value])} now`,
    listed: (values) => `may be other values now than ${jsonOf(values)}`,
    shape: (shape) => `may be ${shape} now`,
    media: (type) => `is never ${type} any more`,
    required: 'may be missing now',
    refused: 'may be there now',
    others: 'has no other properties any more',
    unsure: 'whether it gives more cannot be told',
  },
};
