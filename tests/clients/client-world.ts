import {
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeTag,
  makeUser,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';

/** What a client sent and got. */
export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed, whatever the content type says, as many clients do; undefined for what is no JSON. */
  readonly body: unknown;
}

/** An instance with events that clients look for, and a sender of raw requests. */
export interface ClientWorld {
  readonly magpie: TestMagpie;
  /** A member of the creator's organisation, who may publish. */
  readonly key: string;
  /** Key of a member of another organisation. */
  readonly foreignKey: string;
  readonly published: Made;
  readonly draft: Made;
  readonly fileId: string;
  readonly organisation: { readonly id: string; readonly name: string };
  /** Sends exactly these headers, the key among them, with a body of JSON or none. */
  send(method: string, path: string, options?: SendOptions): Promise<Exchange>;
}

/** The rest of a request; key null sends none. */
export interface SendOptions {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Starts the world of one test file. */
export async function startClientWorld(): Promise<ClientWorld> {
  const magpie = await startTestMagpie();
  const { admin } = magpie;
  const organisation = await makeOrganisation(admin, { name: 'Alpha CERT' });
  const foreign = await makeOrganisation(admin);
  const { key } = await makeUser(admin, { org_id: organisation.id, role_id: '4' });
  const { key: foreignKey } = await makeUser(admin, { org_id: foreign.id });
  for (const name of ['tlp:green', 'osint:source-type="blog-post"', 'exported']) await makeTag(admin, { name });
  const client = magpie.client(key);
  const published = await makeEvent(client, {
    info: 'Mail wave',
    distribution: '3',
    threat_level_id: '1',
    Tag: [{ name: 'tlp:green' }],
  });
  const add = (fields: Record<string, unknown>) => makeAttribute(client, published.id, fields);
  await add({ type: 'ip-dst', value: '203.0.113.5', to_ids: true, Tag: [{ name: 'exported' }] });
  await add({ type: 'domain', value: 'login.bad.example', to_ids: true });
  await add({ type: 'url', value: 'http://login.bad.example/a.php?x=1', to_ids: true });
  await add({ type: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e', to_ids: true });
  await add({ type: 'text', value: 'seen in mail', to_ids: false });
  const file = await add({ type: 'attachment', value: 'note.txt', data: Buffer.from('hello').toString('base64') });
  await add({ type: 'domain', value: 'only.alpha.example', to_ids: true, distribution: '0' });
  await makeObject(client, published.id, {
    name: 'file',
    distribution: '5',
    Attribute: [{ object_relation: 'filename', type: 'filename', value: 'dropper.dll', to_ids: true }],
  });
  await client.post(`/events/publish/${published.id}`);
  const draft = await makeEvent(client, { info: 'Draft', distribution: '3' });
  await makeAttribute(client, draft.id, { type: 'ip-dst', value: '203.0.113.5', to_ids: true });

  return {
    magpie,
    key,
    foreignKey,
    published,
    draft,
    fileId: file.id,
    organisation: { id: organisation.id, name: 'Alpha CERT' },
    async send(method, path, options = {}) {
      const sentKey = options.key === undefined ? key : options.key;
      const response = await fetch(magpie.url + path, {
        method,
        redirect: 'manual',
        headers: { ...(sentKey === null ? {} : { Authorization: sentKey }), ...options.headers },
        ...(options.body === undefined
          ? {}
          : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the text itself is what the client reads.
    return undefined;
  }
}

/** Headers of clients that speak JSON. */
export const JSON_HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' };
