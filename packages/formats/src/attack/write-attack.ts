import { escapeXml } from '../xml/escape.ts';
import { type AttackMatrix, heatColour, layOutMatrix, type Technique } from './matrix.ts';

/**
 * The matrix as a fragment of a page without scripts: a table a tab, a column a phase, coloured by how many events
 * carry the technique.
 */
export function* writeAttack(matrix: AttackMatrix, { baseUrl }: { readonly baseUrl: string }): Generator<string> {
  const highest = Math.max(0, ...matrix.techniques.map(({ count }) => count));
  const cell = (technique: Technique) => {
    const colour = heatColour(technique.count, highest);
    const style = colour === null ? '' : ` style="background-color: ${colour}; color: black"`;
    const count = technique.count === 0 ? '' : ` <b>${technique.count}</b>`;
    const link = `${escapeXml(baseUrl)}/galaxy_clusters/view/${technique.id}`;
    return `<li${style} title="${escapeXml(technique.tagName)}"><a href="${link}">${escapeXml(technique.name)}</a>${count}</li>`;
  };
  // In MISP's order, which is that of names; it lists the tabs before them.
  const tabs = layOutMatrix(matrix).sort((a, b) => (a.name < b.name ? -1 : 1));
  yield `<div class="attack-matrix" data-galaxy="${escapeXml(matrix.galaxy.type)}">\n<ul class="nav nav-tabs">\n`;
  for (const { name } of tabs) {
    yield `<li class="tactic"><a href="#tabMatrix-${escapeXml(name)}">${escapeXml(name)}</a></li>\n`;
  }
  yield '</ul>\n';
  for (const tab of tabs) {
    const heads = tab.phases.map(({ name }) => `<th>${escapeXml(name)}</th>`).join('');
    yield `<section id="tabMatrix-${escapeXml(tab.name)}"><h3>${escapeXml(tab.name)}</h3>\n<table><thead><tr>${heads}</tr></thead>\n<tbody><tr>\n`;
    for (const phase of tab.phases) yield `<td><ul>${phase.techniques.map(cell).join('')}</ul></td>\n`;
    yield '</tr></tbody></table></section>\n';
  }
  yield '</div>\n';
}

/** The same matrix as data. */
export function attackData({ galaxy, tabs, techniques }: AttackMatrix): unknown {
  return {
    Galaxy: galaxy,
    kill_chain_order: tabs,
    GalaxyCluster: techniques.map((technique) => ({
      id: String(technique.id),
      external_id: technique.externalId,
      value: technique.name,
      tag_name: technique.tagName,
      kill_chain: technique.places,
      event_count: technique.count,
    })),
  };
}
