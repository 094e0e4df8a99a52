import type { Exchange } from './recording.ts';

/** What stands in for an exchange: a path and a body to post. */
interface Substitute {
  readonly path: string;
  readonly body: unknown;
}

/**
 * Exchanges of later versions that leave something which many in scope read. Where the instance does not have the
 * feature, the same state is made in another way.
 */
const substitutes: Readonly<Record<string, Substitute>> = {
  'events-095': {
    path: '/attributes/add/2',
    body: { type: 'text', value: 'populated', uuid: 'b0000000-0000-4000-8000-000000000034' },
  },
  'events-096': { path: '/attributes/add/2', body: { type: 'ip-dst', value: '198.51.100.2' } },
  'proposals-016': {
    path: '/attributes/add/4',
    body: {
      type: 'domain',
      category: 'Network activity',
      value: 'proposed.example.net',
      comment: 'p',
      uuid: '70000000-0000-4000-8000-000000000001',
    },
  },
};

/** The exchange to send instead, or undefined where there is none. */
export function substituteFor(exchange: Exchange): Exchange | undefined {
  const substitute = substitutes[exchange.id];
  if (substitute === undefined) return undefined;
  return { ...exchange, request: { ...exchange.request, method: 'POST', ...substitute } };
}
