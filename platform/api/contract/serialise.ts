/** The form of the document in the repository, where reviews see its changes. */
export const serialise = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;
