import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Viewer } from '@magpie/server/access/viewer.ts';
import { readConfig } from '@magpie/server/config/index.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { writeFeedFolder } from '@magpie/server/features/search/feed-export/write-folder.ts';
import { answerSearch } from '@magpie/server/features/search/rest-search/answer-search.ts';
import { searchParametersOf } from '@magpie/server/features/search/rest-search/parameters.ts';
import { type Command, type CommandInput, textOption, UsageError } from '../command.ts';
import { findOperator } from '../operator.ts';
import { withMagpie } from '../with-database.ts';

/** `magpie export`: what a search finds in any format, or a feed in a folder. */
export const exportCommand: Command = {
  name: 'export',
  synopsis: '[name=value ...]',
  summary:
    'Export what a search finds in any format of restSearch; parameters of the search follow as name=value, several values as a||b.',
  options: {
    format: { type: 'string' },
    scope: { type: 'string' },
    output: { type: 'string' },
    feed: { type: 'string' },
    user: { type: 'string' },
  },
  optionHelp: {
    format: 'json, csv, xml, stix2, suricata, ... as returnFormat of restSearch (default: json)',
    scope: 'events or attributes (default: events)',
    output: 'the file to write (default: standard output)',
    feed: 'a folder to write published events to as a feed in MISP’s layout',
    user: 'e-mail address of the user whose sight is exported (default: the first site administrator)',
  },
  async run(input) {
    const filters = readFilters(input.words);
    const scope = textOption(input, 'scope') ?? 'events';
    if (scope !== 'events' && scope !== 'attributes') throw new UsageError('--scope takes events or attributes');
    const email = textOption(input, 'user');
    return withMagpie(readConfig(process.env), async (magpie) => {
      const viewer = await findOperator(magpie, email);
      const feed = textOption(input, 'feed');
      if (feed === undefined) return exportSearch(magpie, viewer, scope, filters, input);
      const count = await writeFeedFolder(magpie, viewer, feed, filters);
      console.log(`${count} events written to ${feed}`);
      return 0;
    });
  },
};

function readFilters(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new UsageError(`${word} is not name=value`);
      const value = word.slice(at + 1);
      return [word.slice(0, at), value.includes('||') ? value.split('||') : value];
    }),
  );
}

async function exportSearch(
  magpie: Magpie,
  viewer: Viewer,
  scope: 'events' | 'attributes',
  filters: Readonly<Record<string, unknown>>,
  input: CommandInput,
): Promise<number> {
  const returnFormat = textOption(input, 'format') ?? 'json';
  const parameters = searchParametersOf(scope, { ...filters, returnFormat });
  const answer = await answerSearch(magpie, scope, { method: 'POST', viewer }, parameters);
  const output = textOption(input, 'output');
  const target = output === undefined ? process.stdout : createWriteStream(output);
  if (answer.kind === 'stream') await pipeline(Readable.from(answer.chunks), target, { end: output !== undefined });
  else if (answer.kind === 'bytes') {
    await pipeline(Readable.from([answer.bytes]), target, { end: output !== undefined });
  }
  return 0;
}
