const keywords = new Set([
  ...['all', 'and', 'any', 'ascii', 'at', 'base64', 'base64wide', 'condition', 'contains', 'defined', 'endswith'],
  ...['entrypoint', 'false', 'filesize', 'for', 'fullword', 'global', 'icontains', 'iendswith', 'iequals', 'import'],
  ...['in', 'include', 'istartswith', 'matches', 'meta', 'nocase', 'none', 'not', 'of', 'or', 'private', 'rule'],
  ...['startswith', 'strings', 'them', 'true', 'wide', 'xor'],
]);

/** Words that mean something to YARA and so name nothing (YARA documentation, table of keywords). */
export function isKeyword(word: string): boolean {
  return keywords.has(word) || readsInteger(word);
}

/** Whether a word is a function that reads an integer out of the file: `uint16be`. */
export function readsInteger(word: string): boolean {
  return /^u?int(8|16|32)(be)?$/.test(word);
}
