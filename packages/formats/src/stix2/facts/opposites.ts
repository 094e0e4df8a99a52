/** Pairs of MISP's relationship types (misp-objects, relationships) that say the same of each other's ends. */
const pairs: readonly (readonly [string, string])[] = [
  ['affects', 'affected-by'],
  ['blocks', 'blocked-by'],
  ['characterizes', 'characterized-by'],
  ['contains', 'contained-by'],
  ['creates', 'created-by'],
  ['delivers', 'delivered-by'],
  ['detects', 'detected-by'],
  ['downloads', 'downloads-from'],
  ['drops', 'dropped-by'],
  ['executes', 'executed-by'],
  ['hosts', 'hosted-by'],
  ['identifies', 'identified-by'],
  ['impacts', 'impacted-by'],
  ['includes', 'included-in'],
  ['indicates', 'indicated-by'],
  ['targets', 'targeted-by'],
  ['uses', 'used-by'],
];

/** Types that are the same from either end. */
const mutual = ['communicates-with', 'connected-to', 'duplicate-of', 'related-to'];

const opposites: ReadonlyMap<string, string> = new Map([
  ...pairs.flatMap(([one, other]): [string, string][] => [
    [one, other],
    [other, one],
  ]),
  ...mutual.map((type): [string, string] => [type, type]),
]);

/** What a relationship type is called from its other end; null where MISP has no word for it. */
export function oppositeOf(type: string): string | null {
  return opposites.get(type) ?? null;
}
