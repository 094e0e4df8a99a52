/** An answer of the API. `body` is parsed where it is JSON, text otherwise. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Speaks to the API with one key. */
export interface ApiClient {
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body?: unknown): Promise<ApiAnswer>;
  put(path: string, body?: unknown): Promise<ApiAnswer>;
  delete(path: string): Promise<ApiAnswer>;
  head(path: string): Promise<ApiAnswer>;
}

/** A client for the instance at `url`; `key` null sends none. */
export function createApiClient(url: string, key: string | null): ApiClient {
  async function send(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        Accept: 'application/json',
        ...(key === null ? {} : { Authorization: key }),
        ...(method === 'GET' || method === 'HEAD' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
    head: (path) => send('HEAD', path),
  };
}

/**
 * Walks into an answer: `member(answer.body, 'Event', 'Attribute', 0, 'uuid')`. Throws, naming what is there, where
 * a step leads nowhere.
 */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    const next: unknown =
      typeof current === 'object' && current !== null && Object.hasOwn(current, step)
        ? Reflect.get(current, step)
        : undefined;
    if (next === undefined) {
      throw new Error(`no ${JSON.stringify(step)} in ${JSON.stringify(current)?.slice(0, 300)}`);
    }
    current = next;
  }
  return current;
}
