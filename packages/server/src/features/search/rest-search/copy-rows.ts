/** Columns of one row in PostgreSQL's text form; null where the column is null. */
export type TextRow = (string | null)[];

const NEWLINE = 0x0a;

/**
 * Rows of COPY's text format (PostgreSQL documentation, COPY, "Text Format"), a batch for each chunk that holds the
 * end of one. Chunks may end anywhere, also within a character.
 */
export async function* copyRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextRow[]> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      if (chunk.length > 0) rest.push(chunk);
      continue;
    }
    const head = chunk.subarray(0, end);
    const text = rest.length === 0 ? head.toString('utf8') : Buffer.concat([...rest, head]).toString('utf8');
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield text.split('\n').map(readLine);
  }
  if (rest.length > 0) throw new Error('COPY ended within a row');
}

function readLine(line: string): TextRow {
  const fields: TextRow = line.split('\t');
  // Newlines, tabs and backslashes of values are escaped, so that a plain line has no backslash but those of \N.
  if (line.includes('\\')) {
    for (let i = 0; i < fields.length; i += 1) {
      const field = fields[i];
      if (field === '\\N') fields[i] = null;
      else if (field?.includes('\\')) fields[i] = field.replaceAll(/\\(.)/gs, plainLetter);
    }
  }
  return fields;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function plainLetter(_match: string, letter: string): string {
  return escapes[letter] ?? letter;
}

/** A row of a statement's result in the same form, its columns in the order of `columns`. */
export function textRow(row: Readonly<Record<string, unknown>>, columns: readonly string[]): TextRow {
  return columns.map((column) => {
    const value = row[column];
    if (value === null || value === undefined) return null;
    if (typeof value === 'boolean') return value ? 't' : 'f';
    return String(value);
  });
}
