import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the recorded exchanges, which is not part of this repository. */
export const recordingFolder = fileURLToPath(new URL('../../../shared/golden/', import.meta.url));

/** A list, map or text that was shortened in the recording: only the first `kept` of `of` parts are there. */
export interface Truncation {
  readonly path: string;
  readonly kept: number;
  readonly of: number;
  readonly kind: 'items' | 'keys' | 'characters';
}

/** One recorded request with the answer that MISP 2.5.1 gave. Fields are described in the recording's README. */
export interface Exchange {
  readonly id: string;
  readonly seq: number;
  readonly description: string;
  readonly as: string | null;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly authorization?: string;
    readonly body?: unknown;
    readonly body_text?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body_type: 'json' | 'text' | 'base64';
    readonly body: unknown;
  };
  readonly volatile?: readonly string[];
  readonly truncated?: readonly Truncation[];
  readonly note?: string;
}

/** The area that an exchange belongs to: its id without the running number. */
export function areaOf(id: string): string {
  return id.replace(/-\d+$/, '');
}

/** True where the recorded exchanges lie beside this repository. */
export function hasRecording(folder = recordingFolder): boolean {
  return existsSync(join(folder, '_order.json'));
}

/** All recorded exchanges in the order in which they were sent. */
export function readRecording(folder = recordingFolder): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line !== '') exchanges.push(parseExchange(line));
    }
  }
  return exchanges.sort((left, right) => left.seq - right.seq);
}

function parseExchange(line: string): Exchange {
  // The recording is a fixed set of files written in one format; its own README is the schema.
  return JSON.parse(line) as Exchange;
}
