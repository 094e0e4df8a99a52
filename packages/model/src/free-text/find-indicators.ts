import { typeFacts } from '../attribute-types/catalogue.ts';
import { type DetectionLists, detectIndicator } from './detect.ts';
import { findTokens } from './tokens.ts';
import { topLevelDomains } from './top-level-domains.ts';

/** A value found in free text, with what to store it as. */
export interface Indicator {
  readonly value: string;
  /** As it stood in the text. */
  readonly originalValue: string;
  readonly type: string;
  readonly category: string;
  readonly toIds: boolean;
  /**
   * All types it may be, the chosen one included, in MISP's order. Two of them
   * stand for a pair of attributes: `ip-src/ip-dst`, `ip-src|port/ip-dst|port`.
   */
  readonly alternatives: readonly string[];
  /** `On port N`; false where a port was looked for and none found. */
  readonly comment?: string | false;
}

/** What a search of a text takes instead of the lists that come with the program. */
export interface FindOptions extends Partial<DetectionLists> {
  /** Tokens to pass over, e.g. by a feed's exclusion pattern. */
  readonly exclude?: (token: string) => boolean;
}

/** Analysis services whose pages are references, used unless the instance has a longer list. */
const defaultVendorDomains: ReadonlySet<string> = new Set(['virustotal.com', 'hybrid-analysis.com']);

/**
 * Indicators in a text, refanged, in order of appearance, each value once.
 * Time grows with the length of the text, whatever it contains.
 */
export function findIndicators(text: string, options: FindOptions = {}): Indicator[] {
  const lists: DetectionLists = {
    topLevelDomains: options.topLevelDomains ?? topLevelDomains,
    vendorDomains: options.vendorDomains ?? defaultVendorDomains,
  };
  const tried = new Set<string>();
  const found = new Map<string, Indicator>();
  for (const token of findTokens(text)) {
    if (tried.has(token)) continue;
    tried.add(token);
    if (options.exclude?.(token)) continue;
    const detection = detectIndicator(token, lists);
    if (detection === null || found.has(detection.value)) continue;
    const { value, type, types, ...comment } = detection;
    const facts = typeFacts(type);
    found.set(value, {
      value,
      originalValue: token,
      type,
      category: facts?.defaultCategory ?? 'Other',
      toIds: facts?.toIds ?? false,
      alternatives: types,
      ...comment,
    });
  }
  return [...found.values()];
}
