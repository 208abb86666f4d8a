/** The document as it is kept in the repository: a change of it is read in review. */
export const serialise = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;
