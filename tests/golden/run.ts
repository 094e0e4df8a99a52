import { whyAccepted, whyPartAccepted } from './accepted.ts';
import { type Answer, compareAnswer, type Difference, type DifferenceClass, differenceClasses } from './compare.ts';
import { Identities } from './identities.ts';
import { areaOf, type Exchange } from './recording.ts';
import { type PreparedRequest, prepareRequest } from './rewrite.ts';
import { areasNotSent, notSent, whyOutOfScope } from './scope.ts';

/** The instance that recorded exchanges are replayed against. */
export interface Target {
  readonly url: string;
  readonly adminKey: string;
  /** Resolves when no background work that the last request caused is left. */
  readonly settle: () => Promise<void>;
}

/** What became of one exchange. */
export interface Result {
  readonly exchange: Exchange;
  readonly area: string;
  readonly outcome: 'pass' | 'accepted' | 'out-of-scope' | 'skipped' | DifferenceClass;
  /** Why it was accepted, is out of scope or was skipped. */
  readonly reason?: string;
  readonly differences: readonly Difference[];
  readonly request?: PreparedRequest;
  readonly answer?: Answer;
}

const requestTimeoutMs = 60_000;

/** Requests whose work goes on behind the answer. */
const BEGINS_WORK = /\/(publish|unpublish|alert|generateTopCorrelations)/;

/**
 * Sends the exchanges in order and compares the answers.
 * @param only areas to report; all exchanges are sent all the same, up to the last of these areas
 */
export async function replay(
  exchanges: readonly Exchange[],
  target: Target,
  only?: readonly string[],
): Promise<Result[]> {
  const identities = new Identities();
  identities.setKey('admin', target.adminKey);
  const wanted = (exchange: Exchange) => only === undefined || only.includes(areaOf(exchange.id));
  const last = exchanges.findLastIndex(wanted);
  const results: Result[] = [];
  for (const exchange of exchanges.slice(0, last + 1)) {
    const result = await replayOne(exchange, target, identities);
    if (wanted(exchange)) results.push(result);
  }
  return results;
}

async function replayOne(exchange: Exchange, target: Target, identities: Identities): Promise<Result> {
  const area = areaOf(exchange.id);
  const line = `${exchange.request.method} ${exchange.request.path} ${JSON.stringify(exchange.request.body ?? null)}`;
  const nothing = { exchange, area, differences: [] };
  const outOfScope = whyOutOfScope(exchange.id, area, line);
  if (areasNotSent.includes(area)) return { ...nothing, outcome: 'out-of-scope', reason: outOfScope ?? 'not sent' };
  const whyNotSent = notSent[exchange.id];
  if (whyNotSent !== undefined) return { ...nothing, outcome: 'accepted', reason: whyNotSent };
  const prepared = prepareRequest(exchange, identities);
  if ('missingKey' in prepared) {
    if (outOfScope !== undefined) return { ...nothing, outcome: 'out-of-scope', reason: outOfScope };
    return { ...nothing, outcome: 'skipped', reason: `no key of ${prepared.missingKey}: its creation failed` };
  }
  const answer = await send(target, prepared.request, exchange.response.body_type === 'json');
  if (BEGINS_WORK.test(exchange.request.path) || /"published"/.test(line)) await target.settle();
  const all = compareAnswer(exchange, answer, identities);
  const differences = all.filter((difference) => whyPartAccepted(exchange, difference) === undefined);
  const found = { exchange, area, differences, request: prepared.request, answer };
  if (outOfScope !== undefined) return { ...found, outcome: 'out-of-scope', reason: outOfScope };
  const worst = differenceClasses.find((kind) => differences.some((difference) => difference.kind === kind));
  const reason = all[0] && (differences[0] ? whyAccepted(exchange, answer) : whyPartAccepted(exchange, all[0]));
  if (reason !== undefined) return { ...found, outcome: 'accepted', reason };
  return { ...found, outcome: worst ?? 'pass' };
}

/** `readsJson`: the recording read any text that is JSON as such, a bare number for one. */
async function send(target: Target, request: PreparedRequest, readsJson: boolean): Promise<Answer> {
  const response = await fetch(target.url + request.path, {
    method: request.method,
    headers: request.headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeoutMs),
    ...(request.body === undefined ? {} : { body: request.body.replaceAll('{{baseurl}}', target.url) }),
  });
  const text = await response.text();
  const headers = Object.fromEntries(response.headers.entries());
  const plain = text.replaceAll(target.url, '{{baseurl}}');
  const location = headers.location?.replaceAll(target.url, '{{baseurl}}');
  return {
    status: response.status,
    headers: location === undefined ? headers : { ...headers, location },
    body: readsJson || headers['content-type']?.includes('json') ? parseJson(plain) : plain,
  };
}

/** JSON where the text is JSON; an empty or broken body stays text, so that it shows up as a difference. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
