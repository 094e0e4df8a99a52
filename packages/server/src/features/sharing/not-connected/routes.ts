import Type from 'typebox';
import { json, success } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';

/** What MISP can be connected with and this version cannot: clients that look after all of them find none. */
const KINDS = {
  cerebrates: 'Connected Cerebrate instances',
  taxii_servers: 'TAXII servers that are pushed to',
  sightingdb: 'Connected SightingDB instances',
  benchmarks: 'Times that MISP takes of its own requests',
} as const;

/** Queues that events can be sent to by hand, by the end of the action's name. */
const QUEUES = { ZMQ: 'perm_publish_zmq', Kafka: 'perm_publish_kafka' } as const;

/** Lists of connections that there are none of, and what is sent to none. */
export function notConnectedOperations(): Operation[] {
  return [...emptyLists(), pushToQueue('ZMQ'), pushToQueue('Kafka')];
}

/** MISP answers 200 whatever becomes of it; the message tells. */
function pushToQueue(queue: keyof typeof QUEUES): Operation {
  return {
    name: `events.pushEventTo${queue}`,
    summary: `Sends an event to ${queue}: says that this is not enabled, since this version cannot`,
    path: `/events/pushEventTo${queue}/{id}`,
    methods: ['POST'],
    permission: QUEUES[queue],
    effect: 'write',
    model: 'Event',
    handle: ({ args }: Call) => success(`${queue} event publishing not enabled.`, { id: args.id ?? '' }),
  };
}

function emptyLists(): Operation[] {
  return Object.entries(KINDS).map(([controller, what]) => ({
    name: `${controller}.index`,
    summary: `${what}: this version has none`,
    path: `/${controller}/index`,
    methods: ['GET', 'POST'],
    permission: 'perm_site_admin',
    effect: 'read',
    response: Type.Array(Type.Unknown()),
    handle: () => json([]),
  }));
}
