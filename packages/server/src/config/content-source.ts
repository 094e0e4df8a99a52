import { isAbsolute } from 'node:path';

/** Where library files come from. */
export type ContentSource =
  /** A folder with clones of the upstream repositories. */
  | { kind: 'folder'; path: string }
  /** Archives of the repositories: `<baseUrl>/MISP/<repository>/tar.gz/HEAD`, as GitHub serves them. */
  | { kind: 'archives'; baseUrl: string };

/** The public repositories of the MISP project. */
export const PUBLIC_SOURCE: ContentSource = { kind: 'archives', baseUrl: 'https://codeload.github.com' };

/**
 * Reads the setting MAGPIE_CONTENT_SOURCE: an absolute folder, or the https address of a mirror that serves archives
 * as codeload.github.com does. Throws when it is neither.
 */
export function parseContentSource(text: string): ContentSource {
  if (isAbsolute(text)) return { kind: 'folder', path: text };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.search === '' && url.hash === '') {
    return { kind: 'archives', baseUrl: url.href.replace(/\/$/, '') };
  }
  throw new Error('expected an absolute folder or an https address');
}
