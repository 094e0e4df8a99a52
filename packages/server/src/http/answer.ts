/** What a handler gives back; the edge turns it into bytes. */
export type Answer =
  | { kind: 'json'; status: number; value: unknown; headers?: Record<string, string> }
  | {
      kind: 'stream';
      status: number;
      contentType: string;
      chunks: AsyncIterable<string | Buffer>;
      headers?: Record<string, string>;
    }
  | { kind: 'bytes'; status: number; contentType: string; bytes: Buffer | string; headers?: Record<string, string> }
  | { kind: 'redirect'; status: 302 | 303; location: string; headers?: Record<string, string> }
  | {
      kind: 'success';
      message: string;
      id?: string | number;
      url?: string;
      data?: unknown;
      extra?: Record<string, unknown>;
    };

/** Any JSON value, 200 unless told. */
export function json(value: unknown, options: { status?: number; headers?: Record<string, string> } = {}): Answer {
  return {
    kind: 'json',
    status: options.status ?? 200,
    value,
    ...(options.headers ? { headers: options.headers } : {}),
  };
}

/**
 * MISP's envelope of an action that succeeded without data:
 * `{"saved":true,"success":true,"name":…,"message":…,"url":…}` with `id` and `data` when given.
 * `url` defaults to the operation's path with the id.
 */
export function success(
  message: string,
  options: { id?: string | number; url?: string; data?: unknown; extra?: Record<string, unknown> } = {},
): Answer {
  return { kind: 'success', message, ...options };
}

/** JSON produced piece by piece; the pieces must make one JSON document. */
export function jsonStream(chunks: AsyncIterable<string | Buffer>, headers: Record<string, string> = {}): Answer {
  return { kind: 'stream', status: 200, contentType: 'application/json; charset=UTF-8', chunks, headers };
}

/** A file to save: never shown inline by a browser. `fileName` is quoted and stripped of control characters. */
export function attachment(bytes: Buffer, fileName: string, contentType = 'application/octet-stream'): Answer {
  const ascii = fileName.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  // The extended form of RFC 6266 only where it says more, so that plain names look as MISP's.
  const extended = ascii === fileName ? '' : `; filename*=UTF-8''${encodeURIComponent(fileName)}`;
  return {
    kind: 'bytes',
    status: 200,
    contentType,
    bytes,
    headers: {
      'content-disposition': `attachment; filename="${ascii}"${extended}`,
    },
  };
}

/** Sends a browser elsewhere on this instance. */
export function redirect(location: string): Answer {
  return { kind: 'redirect', status: 302, location };
}

/** MISP's answer of buttons (tags, clusters): always 200, also on failure. */
export function uiReply(
  result: { success: string } | { errors: unknown },
  extra: Record<string, unknown> = {},
): Answer {
  const saved = 'success' in result;
  return json({ saved, ...result, ...extra });
}
