/** What a report's Markdown may point at: `@[attribute](uuid)`, `@![attribute](uuid)`, `@[tag](name)` and others. */
type ReferenceKind = 'attribute' | 'object' | 'tag' | 'galaxymatrix' | 'suggestion';

/** A place in a report's text that stands for an element. */
export interface ReportReference {
  readonly kind: ReferenceKind;
  /** A uuid, or the name of a tag. */
  readonly target: string;
  readonly picture: boolean;
}

// Names of tags hold brackets in pairs: misp-galaxy:threat-actor="Some (Name)".
const reference = /@(!?)\[(attribute|object|tag|galaxymatrix|suggestion)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)/g;
/** Fenced blocks and inline code, which are shown as they stand. */
const code = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

const scheme = 'magpie-reference:';

/** Signs that would end a link's address or a table's cell. */
const encode = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replaceAll(
    /[()'!*~|]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The Markdown with its references turned into links of our own scheme, which `readReference` takes apart. */
export function markReferences(markdown: string): string {
  return markdown
    .split(code)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(reference, (_whole, sign: string, kind: string, target: string) => {
            const name = sign === '!' ? `picture-${kind}` : kind;
            return `[${kind}](${scheme}${name}/${encode(target.trim())})`;
          }),
    )
    .join('');
}

const kinds: readonly ReferenceKind[] = ['attribute', 'object', 'tag', 'galaxymatrix', 'suggestion'];

/** The reference behind a link's address; undefined for other links. */
export function readReference(address: string | undefined): ReportReference | undefined {
  if (address === undefined || !address.startsWith(scheme)) return undefined;
  const [name = '', encoded = ''] = address.slice(scheme.length).split('/', 2);
  const kind = kinds.find((known) => known === name.replace(/^picture-/, ''));
  if (kind === undefined) return undefined;
  try {
    return { kind, target: decodeURIComponent(encoded), picture: name.startsWith('picture-') };
  } catch {
    // A broken escape names nothing.
    return undefined;
  }
}

/** Addresses that a report may link to; anything else becomes plain text. */
export function safeAddress(address: string): string {
  return /^(https?:|mailto:|magpie-reference:|#)/i.test(address) ? address : '';
}
