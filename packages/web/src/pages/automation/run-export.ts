import { csrfHeader } from '../../api/client.ts';
import { accepted, saveAnswer } from '../../api/download.ts';

const PREVIEW_LINES = 50;
const PREVIEW_BYTES = 60_000;

async function ask(body: object, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch('/events/restSearch', {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { Accept: '*/*', 'Content-Type': 'application/json', ...csrfHeader() },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  return accepted(answer);
}

/** Types of answers that people can read as they are. */
const readable = /^(text\/|application\/(json|xml|[\w.-]+\+(json|xml)|x-ndjson|x-suricata\S*|x-snort\S*))/;

/** The first lines of an export, the rest of the answer is not read; undefined for files that are no text. */
export async function previewExport(body: object): Promise<string | undefined> {
  const control = new AbortController();
  const response = await ask({ ...body, limit: 20, page: 1 }, control.signal);
  if (!readable.test(response.headers.get('content-type') ?? '')) {
    control.abort();
    return undefined;
  }
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader !== undefined && text.length < PREVIEW_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  control.abort();
  return text.split('\n').slice(0, PREVIEW_LINES).join('\n').slice(0, PREVIEW_BYTES);
}

/** Stores the whole export as a file, unless it is called off; tells how much has come so far. */
export async function downloadExport(
  body: object,
  name: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  await saveAnswer(await ask(body, signal), name, onBytes);
}
