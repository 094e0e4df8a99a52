import { DocumentRefused } from '@magpie/formats';
import { readZip } from '@magpie/formats/zip';
import type { Magpie } from '../../../context.ts';
import { mispVersion } from '../../../http/version.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import type { FeedRow } from './feed-row.ts';
import { readLocalFile } from './local-files.ts';

type Parts = Pick<Magpie, 'config' | 'outgoing' | 'settings'>;

/** No list is larger; what is, is refused rather than read on. */
export const MAX_SOURCE_BYTES = 512 * 2 ** 20;
const MAX_ARCHIVE_BYTES = 64 * 2 ** 20;
const MAX_UNPACKED_BYTES = 256 * 2 ** 20;
const MAX_HEADERS = 50;
const OWN_HEADERS: ReadonlySet<string> = new Set(['accept', 'user-agent', 'misp-version', 'misp-uuid', 'host']);

/**
 * The bytes of a feed's file: the feed's own address, or `file` below it for MISP feeds. An archive with exactly one
 * file in it stands for that file. Throws `OutgoingError`; any status but 200 is one.
 */
export async function* readSource(
  magpie: Parts,
  feed: FeedRow,
  file: string | null,
  options: { maxBytes?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Uint8Array> {
  const maxBytes = options.maxBytes ?? MAX_SOURCE_BYTES;
  yield* unpacked(await openSource(magpie, feed, file, { ...options, maxBytes }), maxBytes);
}

/** The same as text. For files that fit in memory: `maxBytes` bounds it. */
export async function readSourceText(
  magpie: Parts,
  feed: FeedRow,
  file: string | null,
  options: { maxBytes: number; signal?: AbortSignal },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of readSource(magpie, feed, file, options)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The same as JSON. */
export async function readSourceJson(
  magpie: Parts,
  feed: FeedRow,
  file: string,
  options: { maxBytes: number; signal?: AbortSignal },
): Promise<unknown> {
  const text = await readSourceText(magpie, feed, file, options);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OutgoingError('content', `${file} of the feed is not JSON.`, { cause: error });
  }
}

async function openSource(
  magpie: Parts,
  feed: FeedRow,
  file: string | null,
  options: { maxBytes: number; signal?: AbortSignal },
): Promise<AsyncIterable<Uint8Array>> {
  if (feed.input_source === 'local') {
    if (magpie.settings.stored('Security.disable_local_feed_access') !== false) {
      throw new OutgoingError('url', 'Local feeds are switched off.');
    }
    return readLocalFile(magpie, file === null ? feed.url : `${feed.url}/${file}`, options.maxBytes);
  }
  const answer = await magpie.outgoing.request({
    url: file === null ? feed.url : `${feed.url.replace(/\/+$/, '')}/${file}`,
    headers: headersOf(magpie, feed),
    policy: 'configured',
    maxBytes: options.maxBytes,
    timeoutMs: (Number(magpie.settings.stored('MISP.curl_request_timeout')) || 300) * 1000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (answer.status === 200) return answer.body;
  answer.discard();
  throw new OutgoingError('content', `The source answered ${answer.status}.`);
}

/** One `Name: value` a line; those that say who is asking stay ours. */
function headersOf(magpie: Parts, feed: FeedRow): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of (feed.headers ?? '').split(/\r?\n/).slice(0, MAX_HEADERS)) {
    const [, name = '', value = ''] =
      /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name !== '' && !OWN_HEADERS.has(name.toLowerCase())) headers[name.toLowerCase()] = value.trim();
  }
  return {
    ...headers,
    accept: 'application/json,text/plain,text/*',
    'misp-version': mispVersion,
    'misp-uuid': magpie.settings.get('MISP.uuid'),
  };
}

async function* unpacked(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let size = 0;
  let isArchive: boolean | null = null;
  for await (const chunk of body) {
    if (isArchive === false) {
      yield chunk;
      continue;
    }
    held.push(chunk);
    size += chunk.length;
    if (isArchive === null && size >= 4) {
      isArchive = Buffer.concat(held).subarray(0, 4).toString('latin1') === 'PK\x03\x04';
      if (!isArchive) yield* held.splice(0);
    }
    if (isArchive && size > MAX_ARCHIVE_BYTES) throw new OutgoingError('too-large', 'The archive is too large.');
  }
  if (isArchive) yield await onlyFile(Buffer.concat(held), maxBytes);
  else yield* held;
}

async function onlyFile(archive: Buffer, maxBytes: number): Promise<Uint8Array> {
  const bounds = { mostFiles: 1, mostBytes: Math.min(maxBytes, MAX_UNPACKED_BYTES) };
  let only: Uint8Array | null = null;
  try {
    for await (const file of readZip(archive, bounds)) {
      if ('reason' in file) throw new OutgoingError('content', file.reason);
      only = file.bytes;
    }
  } catch (error) {
    if (error instanceof DocumentRefused) throw new OutgoingError('content', error.message, { cause: error });
    throw error;
  }
  if (only === null) throw new OutgoingError('content', 'The archive holds no file.');
  return only;
}
