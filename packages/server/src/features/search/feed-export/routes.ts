import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Answer } from '../../../http/answer.ts';
import type { Call, MemberOperation } from '../../../http/operation.ts';
import { answerReading } from '../rest-search/answer-reading.ts';
import { readHeld } from '../rest-search/held-transaction.ts';
import { readFeedEvent, readFeedSearch, readHashes, readManifest } from './read-feed.ts';

const common = {
  methods: ['GET'],
  permission: 'any',
  effect: 'read',
  answersBrowsers: true,
} satisfies Partial<MemberOperation>;

/** Published events as a feed in MISP's layout, for those who see them; filters are named parameters. */
export function feedExportOperations(magpie: Magpie): MemberOperation[] {
  const listing = (read: typeof readManifest, contentType: string) => (call: Call) =>
    answer(magpie, call, contentType, async (tx) => read(await readFeedSearch(magpie, tx, call.viewer, call.named)));
  return [
    {
      ...common,
      name: 'feed.manifest',
      summary: 'What the feed of published events holds.',
      path: '/feed/manifest',
      handle: listing(readManifest, 'application/json; charset=UTF-8'),
    },
    {
      ...common,
      name: 'feed.hashes',
      summary: 'Hashes of the values of the feed, with their events.',
      path: '/feed/hashes',
      handle: listing(readHashes, 'text/csv; charset=UTF-8'),
    },
    {
      ...common,
      name: 'feed.event',
      summary: 'One event of the feed.',
      path: '/feed/events/{uuid}',
      aliases: ['/feed/{uuid}'],
      handle: (call) =>
        answer(magpie, call, 'application/json; charset=UTF-8', (tx) =>
          readFeedEvent(magpie, tx, call.viewer, call.args.uuid ?? ''),
        ),
    },
  ];
}

async function answer(
  magpie: Magpie,
  call: Call,
  contentType: string,
  open: (tx: Transaction) => Promise<AsyncIterable<string>>,
): Promise<Answer> {
  const { body } = await readHeld(magpie.database, call.viewer, async (tx) => ({ head: null, body: await open(tx) }));
  return answerReading(body, {}, { contentType });
}
