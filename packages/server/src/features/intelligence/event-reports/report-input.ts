import { readUuid } from '@magpie/model';
import { type JsonObject, readBoolean, readInteger } from '../../../http/lenient.ts';

/** The writable fields of a report, checked; what was not sent is undefined. */
export interface ReportInput {
  uuid: string | undefined;
  name: string | undefined;
  content: string | undefined;
  distribution: number | undefined;
  timestamp: number | undefined;
  deleted: boolean | undefined;
}

/** As MISP answers a missing name. */
export const NAME_MISSING = 'This field cannot be left blank';
/** As MISP answers a uuid that any report has already, visible or not. */
export const UUID_TAKEN = 'The UUID provided is not unique';

const MAX_NAME = 255;
/** MISP's column holds 16 MiB. */
const MAX_CONTENT_BYTES = 16 * 2 ** 20;
/** 2^33 is the year 2242: a larger number would block later edits by synchronisation. */
const MAX_TIMESTAMP = 2 ** 33;

/** Reads a report, or gives the one text that says what is wrong with it. Unknown keys are ignored. */
export function readReportInput(body: JsonObject): ReportInput | string {
  const name = readText(body.name);
  const content = readText(body.content);
  if (name === null || (name !== undefined && name.length > MAX_NAME))
    return `name: expected a text of at most ${MAX_NAME} characters`;
  if (name !== undefined && name.trim() === '') return NAME_MISSING;
  if (content === null) return 'content: expected a text';
  if (content !== undefined && Buffer.byteLength(content) > MAX_CONTENT_BYTES) return 'content: longer than 16 MiB';
  const uuid = readUuid(body.uuid);
  if (isSent(body.uuid) && uuid === null) return 'Please provide a valid RFC 4122 UUID';
  const distribution = readInteger(body.distribution);
  if (isSent(body.distribution) && (distribution === null || distribution < 0 || distribution > 5)) {
    return 'distribution: expected 0, 1, 2, 3, 4 or 5';
  }
  const timestamp = readInteger(body.timestamp);
  if (isSent(body.timestamp) && (timestamp === null || timestamp < 0 || timestamp > MAX_TIMESTAMP)) {
    return 'timestamp: expected seconds since 1970';
  }
  return {
    uuid: uuid ?? undefined,
    name,
    content,
    distribution: distribution ?? undefined,
    timestamp: timestamp ?? undefined,
    deleted: readBoolean(body.deleted),
  };
}

function isSent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** undefined: not sent; null: not a text. */
function readText(value: unknown): string | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}
