import { textColourOn } from '@magpie/model';
import { escapeXml } from '../xml/escape.ts';
import { type ContextTag, type ExportContext, shortened } from './context.ts';

/** Where links lead. */
interface ContextOptions {
  readonly baseUrl: string;
}

/** Context as Markdown, with MISP's bits of HTML for tags and icons. */
export function contextMarkdown({ taxonomies, galaxies }: ExportContext, { baseUrl }: ContextOptions): string {
  const lines = ['# Aggregated context data'];
  if (taxonomies.length > 0) lines.push('## Tags and Taxonomies');
  for (const { namespace, description, tags } of taxonomies) {
    lines.push(`#### ${namespace}`, `*${description}*`);
    for (const tag of tags) {
      lines.push(`- ${tagHtml(tag)}`, '', `    - **${tag.predicate.value}**: ${tag.predicate.text}`);
      if (tag.entry) lines.push(`        - **${tag.entry.value}**: ${tag.entry.text}`);
    }
  }
  if (galaxies.length > 0) lines.push('## Galaxy Clusters');
  for (const { name, icon, description, clusters } of galaxies) {
    lines.push(`#### ${iconHtml(icon)} ${name}`, `*${description}*`);
    for (const { id, value, description: text } of clusters) {
      lines.push(`- *[${value}](${baseUrl}/galaxy_clusters/view/${id})*`, shortened(text));
    }
  }
  return lines.join('\n');
}

/** Context as a fragment of a page; `matrix` stands at its end. */
export function* contextHtml(
  { taxonomies, galaxies }: ExportContext,
  { baseUrl }: ContextOptions,
  matrix: Iterable<string>,
): Generator<string> {
  yield '<div>\n';
  if (taxonomies.length > 0) yield part('Tags and Taxonomies');
  for (const { namespace, description, tags } of taxonomies) {
    yield `<div><h4><code>${escapeXml(namespace)}</code></h4></div><div><i>${escapeXml(description)}</i></div><ul>`;
    for (const tag of tags) {
      yield `<li>${tagHtml(tag)}\n</li><ul>${explained(tag.predicate)}`;
      if (tag.entry) yield `<ul>${explained(tag.entry)}</ul>`;
      yield '</ul>';
    }
    yield '</ul>';
  }
  if (taxonomies.length > 0) yield PART_END;
  if (galaxies.length > 0) yield part('Galaxy Clusters');
  for (const { name, icon, description, clusters } of galaxies) {
    yield `<div><h4>${iconHtml(icon)} ${escapeXml(name)}</h4></div><div><i>${escapeXml(description)}</i></div><ul>`;
    for (const { id, value, description: text } of clusters) {
      const link = `${escapeXml(baseUrl)}/galaxy_clusters/view/${id}`;
      yield `<li><strong><a href="${link}">${escapeXml(value)}</a></strong></li>${escapeXml(shortened(text))}`;
    }
    yield '</ul>';
  }
  if (galaxies.length > 0) yield PART_END;
  yield* matrix;
  yield '</div>\n';
}

/** Spaced as MISP spaces it: the texts are compared. */
function part(title: string): string {
  return `            <h2>${title}</h2>\n        <div>\n            `;
}

const PART_END = '        </div>\n    \n';

function explained({ value, text }: ContextTag['predicate']): string {
  return `<li><strong>${escapeXml(value)}</strong>: ${escapeXml(text)}</li>`;
}

function tagHtml({ name, colour }: ContextTag): string {
  const shown = /^#[0-9A-Fa-f]{6}$/.test(colour) ? colour : '#808080';
  return `<span class="tag-container"><span class="tag" style="background-color: ${shown}; color: ${textColourOn(shown) === '#000000' ? 'black' : 'white'}">${escapeXml(name)}</span></span>`;
}

function iconHtml(icon: string): string {
  return `<i class="fas fa-${icon.replaceAll(/[^\w-]/g, '')}"></i>`;
}
