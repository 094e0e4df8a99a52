import type { AttackMatrix } from '../attack/matrix.ts';

/** What a layer is called and made from. */
export interface NavigatorOptions {
  readonly name: string;
  readonly description: string;
}

const domains: Readonly<Record<string, string>> = { mobile: 'mobile-attack', ics: 'ics-attack' };

/**
 * A layer for the ATT&CK Navigator (mitre-attack/attack-navigator, layer file format 4.5): the techniques that were
 * met, scored by the number of events.
 */
export function navigatorLayer(matrix: AttackMatrix, { name, description }: NavigatorOptions): unknown {
  const met = matrix.techniques.filter(({ count, externalId }) => count > 0 && externalId !== '');
  const highest = Math.max(1, ...met.map(({ count }) => count));
  const domain = Object.entries(domains).find(([word]) => matrix.galaxy.type.includes(word))?.[1];
  return {
    name,
    versions: { navigator: '5.1.0', layer: '4.5' },
    domain: domain ?? 'enterprise-attack',
    description,
    sorting: 3,
    layout: { layout: 'side', showID: true, showName: true },
    hideDisabled: false,
    techniques: met.map(({ externalId, count, name: title }) => ({
      techniqueID: externalId,
      score: count,
      comment: title,
      enabled: true,
      showSubtechniques: externalId.includes('.'),
    })),
    gradient: { colors: ['#8ec843ff', '#ffe766ff', '#ff6666ff'], minValue: 0, maxValue: highest },
    legendItems: [],
    metadata: [],
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  };
}
