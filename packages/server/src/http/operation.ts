import type { TSchema } from 'typebox';
import type { Permission } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Answer } from './answer.ts';
import type { NamedParameters } from './path.ts';

/** The verbs that operations may take. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request, with MISP's forms already taken apart. */
export interface Call<V extends Viewer | null = Viewer> {
  viewer: V;
  method: Method | 'HEAD';
  /** Path as sent, without query: `url` of error bodies. */
  path: string;
  /** Positional arguments by the names in the operation's path; absent ones are missing. */
  args: Readonly<Record<string, string | undefined>>;
  /** Positional segments beyond those the path names. */
  rest: readonly string[];
  named: NamedParameters;
  query: URLSearchParams;
  /** Parsed JSON body, `{}` when none was sent; text bodies and uploads only where the operation asks for them. */
  body: unknown;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  ip: string;
  requestId: string;
  /** What the client prefers: by extension, then by Accept. */
  format: 'json' | 'xml' | 'csv';
  /** The browser session behind the request, if it was not an API key. */
  sessionToken: string | null;
  /** Aborted when the client goes away before it has the whole answer: for work that is worth stopping. */
  gone(): AbortSignal;
}

interface OperationBase {
  /** `controller.action`, unique; the operationId of OpenAPI. */
  name: string;
  /** One line for the API documentation. */
  summary: string;
  /**
   * MISP path with arguments: `/events/view/{event}`; `{tag?}` is optional. Spelling variants (case, underscores,
   * extension, named parameters) are understood by the edge. Paths that begin with `/admin/` also answer at
   * `/controller/admin_action`.
   */
  path: string;
  /** Further paths with the same meaning, e.g. `/events/{event}`; some of the verbs only, where others mean else. */
  aliases?: readonly (string | { path: string; methods: readonly Method[] })[];
  /** Verbs that run the operation. HEAD follows GET. */
  methods: readonly Method[];
  /** A write may not be called by GET nor with a read-only key; a read may be called by POST (searches). */
  effect: 'read' | 'write';
  /** What GET on a write answers (MISP's self-description); without it GET is refused. */
  describe?: { description: string; mandatory?: readonly string[]; optional?: readonly string[] };
  /** Schemas of the OpenAPI description; bodies are checked against `body` loosely (unknown fields pass). */
  body?: TSchema;
  response?: TSchema;
  /** Model name in MISP's validation envelope ("Could not add Event"). */
  model?: string;
  /** Accepts a request body that is not JSON (uploads); `body` is then a Buffer. */
  rawBody?: boolean;
  /** Answers JSON even where XML is preferred, since its clients ask for XML and read JSON. */
  answersJson?: boolean;
  /** Answers a browser navigation itself (sign-in form, downloads) instead of the web client's shell. */
  answersBrowsers?: boolean;
}

/** An operation for signed-in users. */
export interface MemberOperation extends OperationBase {
  permission: Exclude<Permission, 'public'>;
  handle(call: Call): Promise<Answer> | Answer;
}

/** An operation that answers anybody. */
export interface PublicOperation extends OperationBase {
  permission: 'public';
  handle(call: Call<Viewer | null>): Promise<Answer> | Answer;
}

/** What the API can do: one entry of the table that routing, OpenAPI and the access tests share. */
export type Operation = MemberOperation | PublicOperation;
