/** Text is handed on when it has this length, so that neither memory nor the number of writes grows. */
const PIECE_LENGTH = 64 * 1024;

/** What surrounds the items of a text. */
export interface Frame {
  readonly opening?: string;
  readonly closing?: string;
  /** Stands behind the opening when there was no item. */
  readonly empty?: string;
}

/** Writes items one behind the other and hands the text on in pieces; null leaves an item out. */
export async function* writeItems<Item>(
  batches: AsyncIterable<readonly Item[]>,
  write: (item: Item) => string | null,
  { opening = '', closing = '', empty = '' }: Frame = {},
): AsyncGenerator<string> {
  let text = opening;
  let isEmpty = true;
  for await (const items of batches) {
    for (const item of items) {
      const written = write(item);
      if (written === null) continue;
      text += written;
      isEmpty = false;
      if (text.length >= PIECE_LENGTH) {
        yield text;
        text = '';
      }
    }
  }
  yield text + (isEmpty ? empty : '') + closing;
}
