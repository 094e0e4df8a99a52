import type { ObjectTemplate } from '../../api/wire.ts';

/** Templates that analysts reach for most, first things first. */
const usual = [
  'file',
  'domain-ip',
  'url',
  'email',
  'network-connection',
  'ip-port',
  'vulnerability',
  'person',
  'registry-key',
  'process',
  'x509',
  'http-request',
  'malware-config',
  'script',
  'microblog',
  'report',
  'coin-address',
  'phone',
  'user-account',
  'annotation',
];

const recentKey = 'magpie.recentTemplates';
const mostRecent = 5;

/** UUIDs of the templates used last in this browser, newest first. */
export function recentTemplates(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(recentKey) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    // A broken or forbidden store means that nothing is remembered.
    return [];
  }
}

/** Remembers that a template was used. */
export function rememberTemplate(uuid: string): void {
  const next = [uuid, ...recentTemplates().filter((kept) => kept !== uuid)].slice(0, mostRecent);
  try {
    localStorage.setItem(recentKey, JSON.stringify(next));
  } catch {
    // Private windows may forbid storage: the order then stays the usual one.
  }
}

/** 0 for the best hit; undefined for none. */
function rankOf(template: ObjectTemplate, text: string, words: readonly string[]): number | undefined {
  const name = template.name.toLowerCase();
  const holds = (where: string) => words.every((word) => where.includes(word));
  if (name === text) return 0;
  if (name.startsWith(text)) return 1;
  if (holds(name)) return 2;
  return holds(`${name} ${template.description} ${template['meta-category']}`.toLowerCase()) ? 3 : undefined;
}

/** Templates whose name or description holds every word: recent and usual ones first, then the best hits. */
export function findTemplates(
  templates: readonly ObjectTemplate[],
  text: string,
  recent: readonly string[],
): readonly ObjectTemplate[] {
  const wanted = text.normalize('NFKC').toLowerCase().trim();
  const words = wanted.split(/\s+/).filter((word) => word !== '');
  const placeIn = (list: readonly string[], entry: string) => {
    const place = list.indexOf(entry);
    return place < 0 ? list.length : place;
  };
  return templates
    .flatMap((template) => {
      const rank = words.length === 0 ? 0 : rankOf(template, wanted, words);
      if (rank === undefined) return [];
      return [{ template, order: [rank, placeIn(recent, template.uuid), placeIn(usual, template.name)] as const }];
    })
    .sort(
      (a, b) =>
        a.order[0] - b.order[0] ||
        a.order[1] - b.order[1] ||
        a.order[2] - b.order[2] ||
        a.template.name.localeCompare(b.template.name),
    )
    .map(({ template }) => template);
}
