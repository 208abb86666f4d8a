/** Replaces U+0000, the only character that PostgreSQL's text cannot contain, so that it does not cost the whole row. */
export const storableText = (text: string | null | undefined): string | null =>
  text?.replaceAll('\0', '\uFFFD') ?? null;
