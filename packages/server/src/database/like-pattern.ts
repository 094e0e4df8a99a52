/** A pattern of SQL's LIKE with its default escape: `%` stands for any text, all else for itself. */
export function likePattern(text: string): string {
  return text.replaceAll(/[\\_]/g, '\\$&');
}

/** A pattern of SQL's LIKE for texts that hold this one, in which nothing is wild. */
export function containsPattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
