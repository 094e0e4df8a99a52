/** A request that the REST client sends, to be told in other languages. */
export interface SnippetRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path on the instance, with a leading slash. */
  path: string;
  /** JSON of the body; null where none is sent. */
  body: unknown;
}

/** The same request in several languages. The key is never part of it: each reads it from where its user keeps it. */
export interface Snippets {
  curl: string;
  python: string;
  pymisp: string;
  typescript: string;
}

/** Writes the request for `baseUrl` in each language. Every text from outside is quoted for its language. */
export function writeSnippets(baseUrl: string, request: SnippetRequest): Snippets {
  return {
    curl: curlSnippet(baseUrl, request),
    python: pythonSnippet(baseUrl, request),
    pymisp: pymispSnippet(baseUrl, request),
    typescript: typescriptSnippet(baseUrl, request),
  };
}

function curlSnippet(baseUrl: string, { method, path, body }: SnippetRequest): string {
  const lines = [
    `curl -X ${method}`,
    `-H "Authorization: $MISP_KEY"`,
    `-H 'Accept: application/json'`,
    ...(body === null ? [] : [`-H 'Content-Type: application/json'`, `-d ${shellText(JSON.stringify(body))}`]),
    shellText(baseUrl + path),
  ];
  return lines.join(' \\\n  ');
}

function pythonSnippet(baseUrl: string, { method, path, body }: SnippetRequest): string {
  return [
    'import os',
    'import requests',
    '',
    `url = ${pythonText(baseUrl + path)}`,
    `headers = {'Authorization': os.environ['MISP_KEY'], 'Accept': 'application/json'}`,
    ...(body === null ? [] : [`body = ${pythonValue(body)}`]),
    `response = requests.request('${method}', url, headers=headers${body === null ? '' : ', json=body'})`,
    'response.raise_for_status()',
    'print(response.json())',
  ].join('\n');
}

function pymispSnippet(baseUrl: string, { method, path, body }: SnippetRequest): string {
  return [
    'import os',
    'from pymisp import PyMISP',
    '',
    `misp = PyMISP(${pythonText(baseUrl)}, os.environ['MISP_KEY'])`,
    `print(${pymispCall(pythonText(path.replace(/^\/+/, '')), method, body)})`,
  ].join('\n');
}

/** PyMISP's direct call posts where it is given data; other verbs go through its lower level. */
function pymispCall(path: string, method: string, body: SnippetRequest['body']): string {
  if (method === 'GET') return `misp.direct_call(${path})`;
  if (method === 'POST') return `misp.direct_call(${path}, data=${body === null ? '{}' : pythonValue(body)})`;
  const data = body === null ? '' : `, data=${pythonValue(body)}`;
  return `misp._check_json_response(misp._prepare_request('${method}', ${path}${data}))`;
}

function typescriptSnippet(baseUrl: string, { method, path, body }: SnippetRequest): string {
  return [
    `const response = await fetch(${scriptText(baseUrl + path)}, {`,
    `  method: '${method}',`,
    '  headers: {',
    `    Authorization: process.env.MISP_KEY ?? '',`,
    `    Accept: 'application/json',`,
    ...(body === null ? [] : [`    'Content-Type': 'application/json',`]),
    '  },',
    ...(body === null ? [] : [`  body: JSON.stringify(${scriptValue(body)}),`]),
    '});',
    'if (!response.ok) throw new Error(await response.text());',
    'console.log(await response.json());',
  ].join('\n');
}

/** In single quotes nothing is special to a shell; a quote itself ends, is escaped, and begins anew. */
function shellText(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text literals of JSON are also those of Python and of scripts, once line separators are escaped. */
function scriptText(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function scriptValue(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function pythonText(text: string): string {
  return scriptText(text);
}

function pythonValue(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${pythonText(key)}: ${pythonValue(item)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? pythonText(value) : String(value);
}
