import type { Transaction } from '../../../database/transaction.ts';
import { withoutReferences } from './markdown.ts';

/** A tag or cluster that a text names. */
export interface ContextElement {
  /** As it stands in the text. */
  text: string;
  /** The tag, also of a cluster. */
  tagName: string;
}

/** Words in a row that are tried as the name of a cluster. */
const LONGEST_NAME = 5;
const MAX_CANDIDATES = 50_000;
const MAX_FOUND = 200;
/** Shorter names are ordinary words too often. */
const SHORTEST_NAME = 4;
/** No longer run of letters is a name. */
const LONGEST_TEXT = 200;
/** Words looked at in one text. */
const MAX_WORDS = 500_000;
// `tlp:amber`, `ns:predicate="value"`. Each run of letters is tried once, from its beginning: time grows with the text.
const TAG = /(?<![\w.-])[.\d_-]{0,8}([A-Za-z][\w.-]{0,100}:[\w.-]{1,200}(?:="[^"\n]{1,200}")?)/g;
const EXTERNAL_ID = /\b(?:T\d{4}(?:\.\d{3})?|S\d{4}|G\d{4}|M\d{4}|TA\d{4})\b/g;

/**
 * Tags, and clusters by value, synonym or identifier, that a text names. The text is cut into candidates, which are
 * looked up by index: the cost grows with the text, not with the libraries.
 */
export async function findContext(tx: Transaction, markdown: string): Promise<ContextElement[]> {
  const text = withoutReferences(markdown);
  const found = new Map<string, ContextElement>();
  const keep = (rows: readonly ContextElement[]) => {
    for (const row of rows) if (found.size < MAX_FOUND && !found.has(row.tagName)) found.set(row.tagName, row);
  };
  keep(await namedTags(tx, tagsIn(text)));
  keep(await identifiedClusters(tx, [...new Set(text.match(EXTERNAL_ID) ?? [])].slice(0, MAX_CANDIDATES)));
  keep(await namedClusters(tx, candidates(text)));
  return [...found.values()];
}

function tagsIn(text: string): string[] {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(TAG)) {
    if (name !== undefined) names.add(name);
    if (names.size >= MAX_CANDIDATES) break;
  }
  return [...names];
}

function namedTags(tx: Transaction, names: readonly string[]): Promise<ContextElement[]> {
  return tx.query<ContextElement>(
    `select w.name as text, t.name as "tagName" from unnest($1::text[]) as w (name)
       join visible_tags t on lower(t.name) = lower(w.name) where not t.local_only limit $2`,
    [names, MAX_FOUND],
  );
}

function identifiedClusters(tx: Transaction, ids: readonly string[]): Promise<ContextElement[]> {
  return tx.query<ContextElement>(
    `select distinct on (w.id) w.id as text, c.tag_name as "tagName" from unnest($1::text[]) as w (id)
       join visible_galaxy_elements e on e.key = 'external_id' and e.value = w.id
       join visible_galaxy_clusters c on c.id = e.galaxy_cluster_id
       join galaxies g on g.id = c.galaxy_id
     where not c.deleted and g.enabled order by w.id, c.id limit $2`,
    [ids, MAX_FOUND],
  );
}

/** Values, and synonyms, that only clusters of one galaxy have, so that an ordinary word says which is meant. */
function namedClusters(tx: Transaction, names: ReadonlyMap<string, string>): Promise<ContextElement[]> {
  return tx.query<ContextElement>(
    `with wanted as (select * from unnest($1::text[], $2::text[]) as w (lower_name, text)),
       named as (
         select w.text, c.id from wanted w join visible_galaxy_clusters c on lower(c.value) = w.lower_name
         union
         select w.text, c.id from wanted w
           join visible_galaxy_elements e on e.key = 'synonyms' and lower(e.value) = w.lower_name
           join visible_galaxy_clusters c on c.id = e.galaxy_cluster_id)
     select distinct on (n.text) n.text, c.tag_name as "tagName" from named n
       join visible_galaxy_clusters c on c.id = n.id join galaxies g on g.id = c.galaxy_id
     where not c.deleted and g.enabled order by n.text, c.id limit $3`,
    [[...names.keys()], [...names.values()], MAX_FOUND],
  );
}

/** Sequences of words that could be names: they begin with a capital or hold a digit, as names of clusters do. */
function candidates(text: string): Map<string, string> {
  const names = new Map<string, string>();
  let budget = MAX_WORDS;
  for (const line of text.split(/[\r\n|]+/)) {
    const words: RegExpExecArray[] = [];
    for (const word of line.matchAll(/[\p{L}\p{N}][\p{L}\p{N}.'&/-]*/gu)) {
      if (words.push(word) >= budget) break;
    }
    budget -= words.length;
    if (budget === 0) return names;
    for (const [index, first] of words.entries()) {
      for (let length = 1; length <= LONGEST_NAME; length += 1) {
        const last = words[index + length - 1];
        if (last === undefined || last.index + last[0].length - first.index > LONGEST_TEXT) break;
        const name = line.slice(first.index, last.index + last[0].length).replace(/[.'&/-]+$/, '');
        if (name.length < SHORTEST_NAME || !/\p{Lu}|\p{N}/u.test(name)) continue;
        if (names.size >= MAX_CANDIDATES) return names;
        if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
      }
    }
  }
  return names;
}
