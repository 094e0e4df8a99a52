import { formatSeen } from '@magpie/model';

/** What the rows of a lean search need beside their own columns. */
export interface LeanTexts {
  /** By event id: what stands between the value and the object, `,"Event":{…}`; rows of other events are left out. */
  readonly events: ReadonlyMap<number, Buffer>;
  /** JSON of a tag of the attribute itself; null where it is not shown. */
  tag(id: number, local: boolean): Buffer | null;
}

/** The columns of COPY that `leanRows` reads, in this order, over `a`, `o` and `t` as `JOINED` names them. */
export const leanColumns = `a.id, a.event_id, a.object_id, a.object_relation, a.category, a.type, a.to_ids, a.uuid,
  a.timestamp, a.distribution, a.sharing_group_id, a.comment, a.deleted, a.disable_correlation, a.first_seen,
  a.last_seen, a.value1, a.value2, o.distribution, o.sharing_group_id, t.id, t.tag_id, t.local`;

const COLUMNS = 23;
/** How a column becomes JSON. */
type Form = 'number' | 'text' | 'text or null' | 'flag' | 'seen';
const members: readonly { key: string; form: Form }[] = [
  { key: 'id', form: 'number' },
  { key: 'event_id', form: 'number' },
  { key: 'object_id', form: 'number' },
  { key: 'object_relation', form: 'text or null' },
  { key: 'category', form: 'text' },
  { key: 'type', form: 'text' },
  { key: 'to_ids', form: 'flag' },
  { key: 'uuid', form: 'number' },
  { key: 'timestamp', form: 'number' },
  { key: 'distribution', form: 'number' },
  { key: 'sharing_group_id', form: 'number' },
  { key: 'comment', form: 'text' },
  { key: 'deleted', form: 'flag' },
  { key: 'disable_correlation', form: 'flag' },
  { key: 'first_seen', form: 'seen' },
  { key: 'last_seen', form: 'seen' },
];
const keys = members.map(({ key }, index) => Buffer.from(`${index === 0 ? '{' : ','}"${key}":`));
const VALUE_KEY = Buffer.from(',"value":');
const OBJECT_KEY = Buffer.from(',"Object":{"id":');
const DISTRIBUTION_KEY = Buffer.from(',"distribution":');
const GROUP_KEY = Buffer.from(',"sharing_group_id":');
const TAG_KEY = Buffer.from(',"Tag":[');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

const TAB = 0x09;
const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const CAPITAL_N = 0x4e;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;
const PIPE = 0x7c;
const BRACE = 0x7d;
const T = 0x74;
const column = {
  id: 0,
  eventId: 1,
  objectId: 2,
  value1: 16,
  value2: 17,
  objectDistribution: 18,
  objectGroup: 19,
  link: 20,
  tag: 21,
  local: 22,
};

/** Size of the buffers handed on. */
const PIECE_BYTES = 64 * 1024;
/** Bytes of a row that are not in its columns: keys, quotes, punctuation. */
const FRAME_BYTES = 1024;

/**
 * JSON rows, comma-separated, from COPY's text format (PostgreSQL documentation, COPY, "Text Format"), byte by byte:
 * values are never made into strings, which is three times faster and leaves nothing for the garbage collector. The
 * two formats share their escapes, but for the quote and the control characters that COPY leaves as they are.
 *
 * Rows of one attribute that differ in their tag must follow each other; they become one.
 */
export async function* leanRows(chunks: AsyncIterable<Buffer>, texts: LeanTexts): AsyncGenerator<Buffer> {
  const writer = createRowWriter(texts);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const input = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = input.indexOf(LF); end !== -1; end = input.indexOf(LF, start)) {
      writer.line(input, start, end);
      start = end + 1;
    }
    rest = input.subarray(start);
    const piece = writer.take(PIECE_BYTES);
    if (piece !== null) yield piece;
  }
  if (rest.length > 0) throw new Error('COPY ended within a row');
  writer.close();
  const last = writer.take(1);
  if (last !== null) yield last;
}

function createRowWriter(texts: LeanTexts) {
  const starts = new Int32Array(COLUMNS);
  const ends = new Int32Array(COLUMNS);
  let out = Buffer.allocUnsafe(2 * PIECE_BYTES);
  let position = 0;
  let openId = -1;
  let isFirst = true;
  let links: { id: number; text: Buffer }[] = [];

  function reserve(bytes: number): void {
    if (position + bytes <= out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * out.length, position + bytes));
    out.copy(larger, 0, 0, position);
    out = larger;
  }

  function put(bytes: Buffer): void {
    out.set(bytes, position);
    position += bytes.length;
  }

  function close(): void {
    if (openId === -1) return;
    openId = -1;
    const size = links.reduce((sum, link) => sum + link.text.length + 1, 0);
    reserve(size + FRAME_BYTES);
    if (links.length > 0) {
      if (links.length > 1) links.sort((x, y) => x.id - y.id);
      put(TAG_KEY);
      for (const [index, link] of links.entries()) {
        if (index > 0) out[position++] = COMMA;
        put(link.text);
      }
      out[position++] = BRACKET;
      links = [];
    }
    out[position++] = BRACE;
  }

  function addLink(input: Buffer): void {
    if (isNull(input, column.tag)) return;
    const text = texts.tag(readNumber(input, column.tag), input[starts[column.local] ?? 0] === T);
    if (text !== null) links.push({ id: readNumber(input, column.link), text });
  }

  function split(input: Buffer, start: number, end: number): void {
    let index = 0;
    starts[0] = start;
    for (let i = start; i < end; i += 1) {
      if (input[i] !== TAB) continue;
      ends[index] = i;
      index += 1;
      starts[index] = i + 1;
    }
    ends[index] = end;
    if (index !== COLUMNS - 1) throw new Error('COPY gave a row of another shape');
  }

  function isNull(input: Buffer, index: number): boolean {
    const start = starts[index] ?? 0;
    return input[start] === BACKSLASH && input[start + 1] === CAPITAL_N;
  }

  function readNumber(input: Buffer, index: number): number {
    let value = 0;
    for (let i = starts[index] ?? 0; i < (ends[index] ?? 0); i += 1) value = value * 10 + (input[i] ?? 0) - 0x30;
    return value;
  }

  function putNumber(input: Buffer, index: number): void {
    out[position++] = QUOTE;
    position = copyPlain(input, starts[index] ?? 0, ends[index] ?? 0, out, position);
    out[position++] = QUOTE;
  }

  function putMember(input: Buffer, index: number, form: Form): void {
    put(keys[index] ?? NULL);
    if (form === 'number') putNumber(input, index);
    else if (form === 'flag') put(input[starts[index] ?? 0] === T ? TRUE : FALSE);
    else if (form !== 'text' && isNull(input, index)) put(NULL);
    else if (form === 'seen')
      position += out.write(`"${formatSeen(Number(textOf(input, index)))}"`, position, 'latin1');
    else {
      out[position++] = QUOTE;
      position = copyText(input, starts[index] ?? 0, ends[index] ?? 0, out, position);
      out[position++] = QUOTE;
    }
  }

  function textOf(input: Buffer, index: number): string {
    return input.toString('latin1', starts[index], ends[index]);
  }

  function putValue(input: Buffer): void {
    put(VALUE_KEY);
    out[position++] = QUOTE;
    position = copyText(input, starts[column.value1] ?? 0, ends[column.value1] ?? 0, out, position);
    if ((ends[column.value2] ?? 0) > (starts[column.value2] ?? 0)) {
      out[position++] = PIPE;
      position = copyText(input, starts[column.value2] ?? 0, ends[column.value2] ?? 0, out, position);
    }
    out[position++] = QUOTE;
  }

  function putObject(input: Buffer): void {
    if (isNull(input, column.objectDistribution)) return;
    put(OBJECT_KEY);
    putNumber(input, column.objectId);
    put(DISTRIBUTION_KEY);
    putNumber(input, column.objectDistribution);
    put(GROUP_KEY);
    putNumber(input, column.objectGroup);
    out[position++] = BRACE;
  }

  return {
    line(input: Buffer, start: number, end: number): void {
      split(input, start, end);
      const id = readNumber(input, column.id);
      if (id === openId) {
        addLink(input);
        return;
      }
      close();
      const event = texts.events.get(readNumber(input, column.eventId));
      if (event === undefined) return;
      // An escaped control character takes six bytes.
      reserve(6 * (end - start) + event.length + FRAME_BYTES);
      if (!isFirst) out[position++] = COMMA;
      isFirst = false;
      openId = id;
      for (let index = 0; index < members.length; index += 1) putMember(input, index, members[index]?.form ?? 'text');
      putValue(input);
      put(event);
      putObject(input);
      addLink(input);
    },
    close,
    /** What is written, once it is at least so many bytes; the row that is still open goes on behind it. */
    take(atLeast: number): Buffer | null {
      if (position < atLeast) return null;
      const piece = out.subarray(0, position);
      out = Buffer.allocUnsafe(2 * PIECE_BYTES);
      position = 0;
      return piece;
    },
  };
}

function copyPlain(input: Buffer, start: number, end: number, out: Buffer, at: number): number {
  let position = at;
  for (let i = start; i < end; i += 1) out[position++] = input[i] ?? 0;
  return position;
}

/** The content of a JSON string from that of a COPY field. */
function copyText(input: Buffer, start: number, end: number, out: Buffer, at: number): number {
  let position = at;
  for (let i = start; i < end; i += 1) {
    const byte = input[i] ?? 0;
    if (byte === BACKSLASH) {
      i += 1;
      position = putEscape(input[i] ?? 0, out, position);
    } else if (byte === QUOTE) {
      out[position++] = BACKSLASH;
      out[position++] = QUOTE;
    } else if (byte < 0x20) {
      position = putControl(byte, out, position);
    } else {
      out[position++] = byte;
    }
  }
  return position;
}

const sharedEscapes: ReadonlySet<number> = new Set(Buffer.from('bfnrt\\'));
const VERTICAL_TAB = 0x76;

/** COPY writes backspace, form feed, newline, return, tab and backslash as JSON does, and a vertical tab as \v. */
function putEscape(letter: number, out: Buffer, position: number): number {
  if (letter === VERTICAL_TAB) return putControl(0x0b, out, position);
  if (!sharedEscapes.has(letter)) throw new Error('COPY gave an escape that it is not known to write');
  out[position] = BACKSLASH;
  out[position + 1] = letter;
  return position + 2;
}

function putControl(byte: number, out: Buffer, position: number): number {
  return position + out.write(`\\u${byte.toString(16).padStart(4, '0')}`, position, 'latin1');
}
