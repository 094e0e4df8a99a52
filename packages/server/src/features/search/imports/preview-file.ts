import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { warningsOf } from '../../knowledge/warninglists/check-attributes.ts';
import { readDetectionLists } from '../free-text/detection-lists.ts';
import { stixLookUp } from '../stix-import/read-document.ts';
import { type SentFile, summariseApart } from './read-apart.ts';
import type { FileSummary, ReadingOptions, SampledAttribute } from './reading-task.ts';

/** Values told with the warninglists that name them. */
const TOLD_WARNINGS = 500;

/** What warninglists say of the values of a file. */
interface Warned {
  readonly sample: readonly (SampledAttribute & { readonly lists: readonly string[] })[];
  readonly warnedCount: number;
  readonly warned: readonly { readonly type: string; readonly value: string; readonly lists: readonly string[] }[];
}

/** What a file would give, and which of its values warninglists name. Throws `BadRequest` where it cannot be read. */
export async function preview(
  magpie: Magpie,
  viewer: Viewer,
  file: SentFile,
  options: ReadingOptions,
): Promise<Omit<FileSummary, 'values' | 'sample'> & Warned> {
  const lookUp = stixLookUp(magpie, viewer, { galaxiesAsTags: true });
  const lists = await magpie.database.as(viewer, readDetectionLists);
  const { values, ...told } = await summariseApart(file, { ...options, lists }, lookUp);
  const found = await magpie.database.as(viewer, (tx) => warningsOf(magpie, tx, values));
  const warned = values.flatMap((value, place) => {
    const lists = (found[place] ?? []).map(({ warninglist_name: name }) => name);
    return lists.length === 0 ? [] : [{ ...value, lists }];
  });
  const listsOf = new Map(warned.map(({ type, value, lists }) => [`${type} ${value.slice(0, 300)}`, lists]));
  return {
    ...told,
    sample: told.sample.map((row) => ({ ...row, lists: listsOf.get(`${row.type} ${row.value}`) ?? [] })),
    warnedCount: warned.length,
    warned: warned.slice(0, TOLD_WARNINGS),
  };
}
