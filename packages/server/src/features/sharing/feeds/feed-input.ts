import type { Transaction } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import {
  isJsonText,
  isObject,
  type JsonObject,
  readBoolean,
  readId,
  readInteger,
  readText,
} from '../../../http/lenient.ts';
import { usableSharingGroup } from '../sharing-groups/service.ts';
import {
  type FeedFlag,
  feedFlags,
  type InputSource,
  inputSources,
  type SourceFormat,
  sourceFormats,
} from './feed-row.ts';
import { unusableExclusion } from './feed-settings.ts';
import { isLocalPath } from './local-files.ts';

/** The columns that a body sets; what it does not name is missing. */
export interface FeedInput extends Partial<Record<FeedFlag, boolean>> {
  name?: string;
  provider?: string;
  url?: string;
  rules?: string;
  distribution?: number;
  sharing_group_id?: number;
  tag_id?: number;
  tag_collection_id?: number;
  source_format?: SourceFormat;
  event_id?: number;
  settings?: string;
  input_source?: InputSource;
  headers?: string | null;
  orgc_id?: number;
}

const BLANK = ['This field cannot be left blank'];
const MAX_NAME = 255;
const MAX_URL = 2000;
const MAX_TEXT = 65_535;

/** Reads and checks a body. `inputSource` is that of the stored feed. Throws `Invalid` with the fields. */
export async function readFeedInput(
  tx: Transaction,
  body: JsonObject,
  stored: { input_source: InputSource; distribution: number },
): Promise<FeedInput> {
  const input: FeedInput = {};
  for (const flag of feedFlags) {
    const value = readBoolean(body[flag]);
    if (value !== undefined) input[flag] = value;
  }
  for (const field of ['name', 'provider'] as const) {
    const text = readText(body, field)?.trim();
    if (text === undefined) continue;
    if (text === '' || text.length > MAX_NAME) throw new Invalid('', { [field]: ['valueNotEmpty'] });
    input[field] = text;
  }
  const format = oneOf(body, 'source_format', sourceFormats);
  if (format !== undefined) input.source_format = format;
  const source = oneOf(body, 'input_source', inputSources);
  if (source !== undefined) input.input_source = source;
  const url = readText(body, 'url');
  if (url !== undefined) input.url = checkedUrl(url, source ?? stored.input_source);
  for (const field of ['tag_id', 'tag_collection_id', 'event_id', 'orgc_id'] as const) {
    const value = readReference(body, field);
    if (value !== undefined) input[field] = value;
  }
  readTexts(body, input);
  await readDistribution(tx, body, input, stored.distribution);
  return input;
}

function oneOf<T extends string>(body: JsonObject, field: string, allowed: readonly T[]): T | undefined {
  const text = readText(body, field);
  if (text === undefined || text === '') return undefined;
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Invalid('', { [field]: [`Invalid value. Expected: ${allowed.join(', ')}`] });
  return found;
}

// MISP tells the same text whether the address is missing or none.
function checkedUrl(url: string, source: InputSource): string {
  const text = url.trim();
  if (source === 'local') {
    if (!isLocalPath(text)) throw new Invalid('', { url: BLANK });
    return text;
  }
  const parsed = URL.canParse(text) && text.length <= MAX_URL ? new URL(text) : null;
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new Invalid('', { url: BLANK });
  }
  return text;
}

function readReference(body: JsonObject, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null || value === '') return undefined;
  const id = readInteger(value) === 0 ? 0 : readId(value);
  if (id === null) throw new Invalid('', { [field]: ['Expected an id.'] });
  return id;
}

function readTexts(body: JsonObject, input: FeedInput): void {
  const rules = readJsonText(body, body.pull_rules === undefined ? 'rules' : 'pull_rules');
  if (rules !== undefined) input.rules = rules;
  const settings = readJsonText(body, 'settings');
  if (settings !== undefined) {
    if (unusableExclusion(settings) !== null) throw new Invalid('', { settings: ['Invalid exclude regex.'] });
    input.settings = settings;
  }
  if (body.headers === null) input.headers = null;
  const headers = readText(body, 'headers');
  if (headers !== undefined) {
    if (headers.length > MAX_TEXT) throw new Invalid('', { headers: ['The text is too long.'] });
    input.headers = headers;
  }
}

/** Text as it was sent; objects and lists as their JSON. */
function readJsonText(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  // MISP's JSON writes a slash with a backslash before it, and clients compare the text.
  const text =
    isObject(value) || Array.isArray(value) ? JSON.stringify(value).replaceAll('/', '\\/') : readText(body, field);
  if (text !== undefined && text.length > MAX_TEXT) throw new Invalid('', { [field]: ['The text is too long.'] });
  if (text !== undefined && text.trim() !== '' && !isJsonText(text)) {
    throw new Invalid('', { [field]: ['Expected JSON.'] });
  }
  return text;
}

async function readDistribution(
  tx: Transaction,
  body: JsonObject,
  input: FeedInput,
  storedDistribution: number,
): Promise<void> {
  const given = body.distribution;
  if (given !== undefined && given !== null && given !== '') {
    const distribution = readInteger(given);
    if (distribution === null || distribution < 0 || distribution > 5) {
      throw new Invalid('', { distribution: ['Options: 0, 1, 2, 3, 4, 5'] });
    }
    input.distribution = distribution;
  }
  const group = readReference(body, 'sharing_group_id');
  if ((input.distribution ?? storedDistribution) !== 4) {
    if (input.distribution !== undefined) input.sharing_group_id = 0;
    return;
  }
  if (group === undefined) {
    if (input.distribution === undefined) return;
    throw new Invalid('', { sharing_group_id: ['Invalid sharing group.'] });
  }
  const viewer = tx.viewer;
  if (viewer === null || !(await usableSharingGroup(tx, viewer, group))) {
    throw new Invalid('', { sharing_group_id: ['Invalid sharing group.'] });
  }
  input.sharing_group_id = group;
}
