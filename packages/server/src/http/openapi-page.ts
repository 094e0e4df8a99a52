import { escapeHtml } from './escape-html.ts';
import { aliasTexts, controllerOf, permissionText } from './openapi.ts';
import type { Operation } from './operation.ts';

/** Files of the page; the policy allows neither inline style nor inline script. */
export const PAGE_STYLE_PATH = '/openapi/style.css';

/** A file of its own, so that the page needs no inline script. */
export const PAGE_SCRIPT_PATH = '/openapi/search.js';

/** The operations for people to read and search; without script all of them are shown. */
export function renderApiPage(operations: readonly Operation[], version: string): string {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const controller = controllerOf(operation);
    groups.set(controller, [...(groups.get(controller) ?? []), operation]);
  }
  const sections = [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([name, list]) => renderGroup(name, list));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API – Magpie</title>
<link rel="stylesheet" href="${PAGE_STYLE_PATH}">
<script src="${PAGE_SCRIPT_PATH}" defer></script>
</head>
<body>
<header>
<p><a href="/">Magpie</a></p>
<h1>Magpie API</h1>
<p>MISP ${escapeHtml(version)} · <a href="/openapi.json">OpenAPI 3.1</a> · send <code>Authorization: KEY</code> and
<code>Accept: application/json</code></p>
<label for="search">Search</label>
<input id="search" type="search" autocomplete="off" placeholder="tag, /events, perm_sync">
<p id="found" role="status"></p>
</header>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function renderGroup(name: string, operations: readonly Operation[]): string {
  const items = operations.map(renderOperation).join('\n');
  return `<section><h2>${escapeHtml(name)}</h2>\n${items}\n</section>`;
}

function renderOperation(operation: Operation): string {
  const { describe } = operation;
  const facts: [string, string][] = [['Allowed for', permissionText(operation.permission)]];
  if (operation.aliases) facts.push(['Also at', aliasTexts(operation).join(', ')]);
  if (describe?.mandatory) facts.push(['Mandatory fields', describe.mandatory.join(', ')]);
  if (describe?.optional) facts.push(['Optional fields', describe.optional.join(', ')]);
  const rows = facts.map(([term, value]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  const schema = operation.body ? `<p>Body</p><pre>${escapeHtml(JSON.stringify(operation.body, null, 2))}</pre>` : '';
  return `<details id="${escapeHtml(operation.name)}"><summary><span class="methods ${operation.effect}">${operation.methods.join(' ')}</span>
<code>${escapeHtml(operation.path)}</code> ${escapeHtml(operation.summary)}</summary><dl>${rows}</dl>${schema}</details>`;
}

/** The sheet of the API's page. */
export const pageStyle = `:root { color-scheme: light dark; background: light-dark(#ffffff, #11151b); }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; font: 0.875rem/1.5 system-ui, sans-serif;
  background: light-dark(#ffffff, #11151b); color: light-dark(#1a1f27, #e6eaf0); }
a { color: light-dark(#1c5bb8, #82b4ff); }
h1 { font-size: 1.25rem; }
h2 { margin: 1.25rem 0 0.25rem; font-size: 1rem; }
:focus-visible { outline: 2px solid light-dark(#1c5bb8, #82b4ff); outline-offset: 1px; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; border-radius: 0.25rem; }
summary { padding: 0.25rem 0; cursor: pointer; }
.methods { display: inline-block; min-width: 9ch; font-weight: 700; }
.write { color: light-dark(#9a3412, #fdba74); }
.read { color: light-dark(#1d4ed8, #93c5fd); }
input { width: 100%; box-sizing: border-box; padding: 0.5rem; font: inherit; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
[hidden] { display: none; }
`;

/** Shows the operations that have what is typed; the page works without it. */
export const pageScript = `const search = document.getElementById('search');
const found = document.getElementById('found');
const entries = [...document.querySelectorAll('details')].map((element) => ({ element, text: element.textContent.toLowerCase() }));
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const { element, text } of entries) {
    element.hidden = !words.every((word) => text.includes(word));
    if (!element.hidden) count += 1;
  }
  for (const section of document.querySelectorAll('section')) {
    section.hidden = section.querySelector('details:not([hidden])') === null;
  }
  found.textContent = words.length === 0 ? '' : count + ' of ' + entries.length;
});
`;
