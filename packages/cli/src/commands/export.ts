import type { Viewer } from '@magpie/server/access/viewer.ts';
import { readConfig } from '@magpie/server/config/index.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { writeFeedFolder } from '@magpie/server/features/search/feed-export/write-folder.ts';
import { answerSearch } from '@magpie/server/features/search/rest-search/answer-search.ts';
import {
  isSearchParameter,
  type SearchScope,
  searchParametersOf,
} from '@magpie/server/features/search/rest-search/parameters.ts';
import { type Command, type CommandInput, textOption, UsageError } from '../command.ts';
import { interruptible } from '../interrupted.ts';
import { findOperator } from '../operator.ts';
import { createProgress } from '../progress.ts';
import { withMagpie } from '../with-database.ts';
import { writeOutput } from '../write-output.ts';

const scopes: readonly SearchScope[] = ['events', 'attributes', 'objects'];

/** `magpie export`: what a search finds in any format, or a feed in a folder. */
export const exportCommand: Command = {
  name: 'export',
  synopsis: '[name=value ...]',
  summary:
    'Export what a search finds in any format of restSearch; parameters of the search follow as name=value, several values as a||b, others as JSON.',
  options: {
    format: { type: 'string' },
    scope: { type: 'string' },
    output: { type: 'string' },
    feed: { type: 'string' },
    user: { type: 'string' },
  },
  optionHelp: {
    format: 'json, csv, xml, stix2, suricata, ... as returnFormat of restSearch (default: json)',
    scope: 'events, attributes or objects (default: events)',
    output: 'the file to write; it is there when it is whole (default: standard output)',
    feed: 'a folder to write published events to as a feed in MISP’s layout; what an older feed there has and this one has not is removed',
    user: 'e-mail address of the user whose sight is exported (default: the first site administrator)',
  },
  async run(input) {
    const scope = scopes.find((one) => one === (textOption(input, 'scope') ?? 'events'));
    if (scope === undefined) throw new UsageError(`--scope takes ${scopes.join(', ')}`);
    const feed = textOption(input, 'feed');
    const mixed = ['format', 'scope', 'output'].find((name) => feed !== undefined && textOption(input, name));
    if (mixed !== undefined) throw new UsageError(`--feed and --${mixed} exclude each other`);
    const filters = readFilters(input.words, scope);
    const email = textOption(input, 'user');
    return interruptible((signal) =>
      withMagpie(readConfig(process.env), async (magpie) => {
        const viewer = await findOperator(magpie, email);
        if (feed === undefined) await exportSearch(magpie, viewer, scope, filters, input, signal);
        else await exportFeed(magpie, viewer, feed, filters, signal);
        return 0;
      }),
    );
  },
};

/** A name that no search knows is told: dropped in silence, it would export more than was asked for. */
function readFilters(words: readonly string[], scope: SearchScope): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new UsageError(`${word} is not name=value`);
      const name = word.slice(0, at);
      if (!isSearchParameter(scope, name)) throw new UsageError(`searches of ${scope} know no parameter ${name}`);
      return [name, readValue(word.slice(at + 1))];
    }),
  );
}

function readValue(text: string): unknown {
  if (!/^[[{]/.test(text)) return text.includes('||') ? text.split('||') : text;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

async function exportFeed(
  magpie: Magpie,
  viewer: Viewer,
  folder: string,
  filters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const progress = createProgress();
  const onEvent = (done: number, total: number) => progress.show(done, total, folder);
  const count = await writeFeedFolder(magpie, viewer, folder, filters, { signal, onEvent }).finally(progress.clear);
  console.log(`${count} events written to ${folder}`);
}

async function exportSearch(
  magpie: Magpie,
  viewer: Viewer,
  scope: SearchScope,
  filters: Readonly<Record<string, unknown>>,
  input: CommandInput,
  signal: AbortSignal,
): Promise<void> {
  const returnFormat = textOption(input, 'format') ?? 'json';
  const parameters = searchParametersOf(scope, { ...filters, returnFormat });
  const answer = await answerSearch(magpie, scope, { method: 'POST', viewer }, parameters);
  if (answer.kind !== 'stream' && answer.kind !== 'bytes') throw new Error(`${returnFormat} is no document`);
  const chunks = answer.kind === 'stream' ? answer.chunks : [answer.bytes];
  const output = textOption(input, 'output');
  const bytes = await writeOutput(chunks, output, signal);
  const found = answer.headers?.['x-result-count'];
  if (output !== undefined)
    console.log(`${output}: ${bytes} bytes${found === undefined ? '' : `, ${found} ${scope} found`}`);
}
