export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

export interface Position {
  /** Both from 0. */
  readonly line: number;
  readonly column: number;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Where code begins that a line of a source became, as debuggers look it up. @param sourceLine - from 0 */
export function positionsOf({ sources, mappings }: SourceMap, file: string, sourceLine: number): Position[] {
  const wanted = sources.findIndex((source) => source.endsWith(file));
  const found: Position[] = [];
  let [source, line] = [0, 0];
  for (const [generatedLine, text] of mappings.split(';').entries()) {
    let column = 0;
    for (const segment of text.split(',').filter(Boolean)) {
      const [columns = 0, sourceDelta = 0, lineDelta = 0] = decode(segment);
      column += columns;
      source += sourceDelta;
      line += lineDelta;
      if (source === wanted && line === sourceLine) found.push({ line: generatedLine, column });
    }
  }
  return found;
}

/** The numbers of a segment: base 64 digits of 5 bits, the lowest first, with the sign in the lowest bit. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
