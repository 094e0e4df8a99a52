import { formatSeen } from '@magpie/model';
import { ByteWriter, type Frame, frame } from './byte-writer.ts';

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

/** Columns before the link of a tag. */
const COLUMNS_BEFORE_LINK = 20;

const ID = frame('{"id":"');
const EVENT_ID = frame('","event_id":"');
const OBJECT_ID = frame('","object_id":"');
const RELATION = frame('","object_relation":');
const CATEGORY = frame(',"category":"');
const TYPE = frame('","type":"');
const TO_IDS = frame('","to_ids":');
const UUID = frame(',"uuid":"');
const TIMESTAMP = frame('","timestamp":"');
const DISTRIBUTION = frame('","distribution":"');
const SHARING_GROUP_ID = frame('","sharing_group_id":"');
const COMMENT = frame('","comment":"');
const DELETED = frame('","deleted":');
const DISABLE_CORRELATION = frame(',"disable_correlation":');
const FIRST_SEEN = frame(',"first_seen":');
const LAST_SEEN = frame(',"last_seen":');
const VALUE = frame(',"value":"');
const OBJECT = frame(',"Object":{"id":"');
const OBJECT_END = frame('"}');
const TAGS = frame(',"Tag":[');
const TRUE = frame('true');
const FALSE = frame('false');
const NULL = frame('null');

const TAB = 0x09;
const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const CAPITAL_N = 0x4e;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;
const PIPE = 0x7c;
const BRACE = 0x7d;
const T = 0x74;

/** Size of the buffers handed on. */
const PIECE_BYTES = 64 * 1024;
/** Bytes of a row that are not in its columns: keys, quotes, punctuation. */
const FRAME_BYTES = 1024;

/**
 * JSON rows, comma-separated, from COPY's text format (PostgreSQL documentation, COPY, "Text Format"), byte by byte:
 * values are never made into strings, which is several times faster and leaves nothing for the garbage collector.
 *
 * Rows of one attribute that differ in their tag must follow each other; they become one.
 */
export async function* leanRows(chunks: AsyncIterable<Buffer>, texts: LeanTexts): AsyncGenerator<Buffer> {
  const writer = new RowWriter(texts);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const lineEnd = chunk.indexOf(LF);
    if (lineEnd === -1) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    if (rest.length > 0) writer.line(Buffer.concat([rest, chunk.subarray(0, lineEnd)]), 0, rest.length + lineEnd);
    let start = rest.length > 0 ? lineEnd + 1 : 0;
    for (let end = chunk.indexOf(LF, start); end !== -1; end = chunk.indexOf(LF, start)) {
      writer.line(chunk, start, end);
      start = end + 1;
    }
    rest = chunk.subarray(start);
    const piece = writer.take(PIECE_BYTES);
    if (piece !== null) yield piece;
  }
  if (rest.length > 0) throw new Error('COPY ended within a row');
  writer.close();
  const last = writer.take(1);
  if (last !== null) yield last;
}

class RowWriter {
  readonly #texts: LeanTexts;
  readonly #out = new ByteWriter();
  #openId = -1;
  #isFirst = true;
  readonly #links: { id: number; text: Buffer }[] = [];
  /** Where reading stands: at the end of a column, or at the start of the next one behind `#next`. */
  #at = 0;

  constructor(texts: LeanTexts) {
    this.#texts = texts;
  }

  /** One row of COPY, without the line break at `end`. */
  line(input: Buffer, start: number, end: number): void {
    this.#at = start;
    const id = this.#readNumber(input);
    const idEnd = this.#at;
    if (id === this.#openId) {
      for (let column = 1; column < COLUMNS_BEFORE_LINK; column += 1) this.#skip(input, end);
      this.#next(input);
      this.#addLink(input, end);
      return;
    }
    this.close();
    this.#next(input);
    const eventStart = this.#at;
    const event = this.#texts.events.get(this.#readNumber(input));
    if (event === undefined) return;
    const out = this.#out;
    // An escaped control character takes six bytes.
    out.reserve(6 * (end - start) + event.length + FRAME_BYTES);
    if (!this.#isFirst) out.byte(COMMA);
    this.#isFirst = false;
    this.#openId = id;
    out.frame(ID);
    out.copy(input, start, idEnd);
    out.frame(EVENT_ID);
    out.copy(input, eventStart, this.#at);
    const objectStart = this.#at + 1;
    this.#text(input, OBJECT_ID);
    const objectEnd = this.#at;
    this.#members(input);
    this.#value(input);
    out.bytes(event);
    this.#object(input, objectStart, objectEnd);
    this.#next(input);
    this.#addLink(input, end);
  }

  /** Ends the open row. */
  close(): void {
    if (this.#openId === -1) return;
    this.#openId = -1;
    if (this.#links.length > 0) this.#tags();
    else this.#out.reserve(1);
    this.#out.byte(BRACE);
  }

  /** What is written, once it is at least so many bytes; the row that is still open goes on behind it. */
  take(atLeast: number): Buffer | null {
    return this.#out.take(atLeast);
  }

  #tags(): void {
    const links = this.#links;
    const out = this.#out;
    if (links.length > 1) links.sort((x, y) => x.id - y.id);
    let size = FRAME_BYTES;
    for (const { text } of links) size += text.length + 1;
    out.reserve(size);
    out.frame(TAGS);
    let isFirst = true;
    for (const { text } of links) {
      if (!isFirst) out.byte(COMMA);
      isFirst = false;
      out.bytes(text);
    }
    out.byte(BRACKET);
    links.length = 0;
  }

  #members(input: Buffer): void {
    const out = this.#out;
    out.frame(RELATION);
    this.#next(input);
    if (this.#isNull(input)) out.frame(NULL);
    else {
      out.byte(QUOTE);
      this.#at = out.column(input, this.#at);
      out.byte(QUOTE);
    }
    this.#text(input, CATEGORY);
    this.#text(input, TYPE);
    this.#flag(input, TO_IDS);
    this.#text(input, UUID);
    this.#text(input, TIMESTAMP);
    this.#text(input, DISTRIBUTION);
    this.#text(input, SHARING_GROUP_ID);
    this.#text(input, COMMENT);
    this.#flag(input, DELETED);
    this.#flag(input, DISABLE_CORRELATION);
    this.#seen(input, FIRST_SEEN);
    this.#seen(input, LAST_SEEN);
  }

  #value(input: Buffer): void {
    const out = this.#out;
    this.#text(input, VALUE);
    this.#next(input);
    if (input[this.#at] !== TAB) {
      out.byte(PIPE);
      this.#at = out.column(input, this.#at);
    }
    out.byte(QUOTE);
  }

  #object(input: Buffer, idStart: number, idEnd: number): void {
    this.#next(input);
    if (this.#isNull(input)) {
      this.#next(input);
      if (!this.#isNull(input)) throw otherShape();
      return;
    }
    const out = this.#out;
    out.frame(OBJECT);
    out.copy(input, idStart, idEnd);
    out.frame(DISTRIBUTION);
    this.#at = out.column(input, this.#at);
    this.#text(input, SHARING_GROUP_ID);
    out.frame(OBJECT_END);
  }

  #addLink(input: Buffer, end: number): void {
    if (this.#isNull(input)) {
      this.#at += 2 * '\t\\N'.length;
    } else {
      const id = this.#readNumber(input);
      this.#next(input);
      const tag = this.#readNumber(input);
      this.#next(input);
      const text = this.#texts.tag(tag, input[this.#at] === T);
      this.#at += 1;
      if (text !== null) this.#links.push({ id, text });
    }
    if (this.#at !== end) throw otherShape();
  }

  /** The next column as the content of a string that the frame opens. */
  #text(input: Buffer, before: Frame): void {
    this.#next(input);
    this.#out.frame(before);
    this.#at = this.#out.column(input, this.#at);
  }

  #flag(input: Buffer, before: Frame): void {
    this.#next(input);
    this.#out.frame(before);
    this.#out.frame(input[this.#at] === T ? TRUE : FALSE);
    this.#at += 1;
  }

  #seen(input: Buffer, before: Frame): void {
    this.#next(input);
    this.#out.frame(before);
    if (this.#isNull(input)) {
      this.#out.frame(NULL);
      return;
    }
    const start = this.#at;
    while (this.#at < input.length && input[this.#at] !== TAB) this.#at += 1;
    this.#out.ascii(`"${formatSeen(Number(input.toString('latin1', start, this.#at)))}"`);
  }

  /** Steps over the tab behind a column. */
  #next(input: Buffer): void {
    if (input[this.#at] !== TAB) throw otherShape();
    this.#at += 1;
  }

  #skip(input: Buffer, end: number): void {
    this.#next(input);
    while (this.#at < end && input[this.#at] !== TAB) this.#at += 1;
  }

  /** Whether the column is null, which is then behind. */
  #isNull(input: Buffer): boolean {
    if (input[this.#at] !== BACKSLASH || input[this.#at + 1] !== CAPITAL_N) return false;
    this.#at += 2;
    return true;
  }

  #readNumber(input: Buffer): number {
    let at = this.#at;
    let value = 0;
    for (let byte = input[at] ?? 0; byte >= ZERO && byte <= NINE; byte = input[++at] ?? 0) {
      value = value * 10 + byte - ZERO;
    }
    this.#at = at;
    return value;
  }
}

function otherShape(): Error {
  return new Error('COPY gave a row of another shape');
}
