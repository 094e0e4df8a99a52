import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { member } from '@magpie/testkit';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let world: World;
let eventId: string;
let groupId: string;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

beforeAll(async () => {
  world = await openWorld();
  eventId = await addEvent(world.magpie, {
    info: 'Loader wave',
    distribution: 1,
    threat_level_id: 1,
    Tag: [
      { name: 'tlp:amber', colour: '#FFC000' },
      { name: 'osint:source-type="blog-post"', colour: '#003366' },
    ],
    Attribute: [
      { type: 'ip-dst', category: 'Network activity', value: '192.0.2.7', to_ids: true, comment: 'Seen twice' },
      { type: 'md5', category: 'Payload delivery', value: 'd41d8cd98f00b204e9800998ecf8427e' },
    ],
  });
  const group = { name: 'Millers', releasability: 'its members', description: '' };
  const made = await world.magpie.admin.post('/sharing_groups/add', { SharingGroup: group });
  groupId = String(member(made.body, 'SharingGroup', 'id'));
});
afterAll(() => world.stop());

const pages = () => [
  '/events/index',
  `/events/view/${eventId}`,
  `/events/view/${eventId}?panel=add-attribute`,
  `/events/view/${eventId}?panel=paste`,
  `/events/view/${eventId}#graph`,
  `/events/view/${eventId}#history`,
  `/events/view/${eventId}#notes`,
  `/events/view/${eventId}#reports`,
  '/sightings/index',
  '/analyst_data/index',
  '/events/index?panel=new-event',
  '/dashboards',
  '/attributes/search?q=192.0.2.7',
  `/events/view/${eventId}#related`,
  `/events/view/${eventId}#timeline`,
  `/events/view/${eventId}#matrix`,
  `/events/view/${eventId}#proposals`,
  '/events/view/999999',
  '/events/index?panel=import',
  '/events/restoreDeletedEvents',
  '/events/export',
  '/eventReports/index',
  '/shadow_attributes/index',
  '/event_delegations/index',
  '/collections/index',
  '/event_templates/add',
  '/attributes/search?q=nothing.invalid',
  '/pivots/index',
  '/feeds/searchCaches',
  '/tags/index',
  '/tags/add',
  '/tag_collections/index',
  '/taxonomies/index',
  '/galaxies/index',
  '/objectTemplates/index',
  '/warninglists/index',
  '/noticelists/index',
  '/decayingModel/index',
  '/pages/display/doc/categories_and_types',
  '/feeds/index',
  '/feeds/add',
  '/servers/index',
  '/servers/add',
  '/organisations/index',
  '/admin/organisations/edit/1',
  '/sharing_groups/index',
  `/sharing_groups/view/${groupId}`,
  '/sharing_group_blueprints/index',
  '/communities/index',
  '/api/rest',
  '/api/openapi',
  '/admin/audit_logs/index',
  '/logs/index',
  '/admin/access_logs/index',
  '/jobs/index',
  '/modules/index',
  '/admin/users/index',
  '/admin/users/add',
  '/admin/users/view/1',
  '/admin/roles/edit/3',
  '/users/registrations',
  '/orgBlocklists/index',
  '/correlations/top',
  '/correlation_exclusions/index',
  '/correlation_rules/index',
  '/users/statistics/orgs',
  '/news/index',
  '/auth_keys/add',
  '/servers/serverSettings/Security',
  '/servers/serverSettings/diagnostics',
  '/users/view/me',
  '/users/view_login_history',
  '/user_settings/index',
  '/users/firststart',
];

const WCAG = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']`;

/** Gives a function that waits until the page has had every answer it asked for and has drawn it, without motion. */
function settling(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  page.on('request', (request) => open.add(request));
  // What another document asked for is not waited for.
  page.on('framenavigated', () => open.clear());
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  const drawn = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished)))`;
  return async () => {
    // An answer may lead to the next question, once it is drawn.
    for (let quiet = 0; quiet < 2; quiet = open.size === 0 ? quiet + 1 : 0) await page.evaluate(drawn);
  };
}

/** Runs axe on the page as it is; the rules are an expression of its `runOnly`. */
async function violationsOf(page: Page, where: string, rules: string): Promise<string[]> {
  const violations: Violation[] = await page.evaluate(
    // What passes is not written down, which is half of the work.
    `axe.run(document, { runOnly: ${rules}, resultTypes: ['violations'] }).then((result) => result.violations)`,
  );
  return violations.map(
    ({ id, nodes }) => `${where} ${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary ?? ''}`,
  );
}

describe('every page', () => {
  it('passes the automatic accessibility check in both themes without an error in the console', async () => {
    const { page, problems } = await world.visit('/events/index');
    const found: string[] = [];
    const settled = settling(page);
    for (const path of pages()) {
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      // Another fragment alone would load nothing anew.
      await page.goto('about:blank');
      await page.goto(world.magpie.url + path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      await settled();
      // By the debugger's way: the page's own policy forbids scripts from elsewhere.
      await page.evaluate(axe);
      found.push(...(await violationsOf(page, path, WCAG)));
      // What else is checked is the same in both; loading every page twice would take minutes.
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      // The page of the API follows the browser without saying so.
      await page.locator('html:not([data-mantine-color-scheme="light"])').waitFor();
      await settled();
      found.push(...(await violationsOf(page, `${path} (dark)`, `['color-contrast']`)));
    }
    expect(found).toEqual([]);
    expect(problems).toEqual([]);
  }, 400_000);
});

describe('the choice of', () => {
  it('language changes the page without loading it anew and is remembered', async () => {
    const { page } = await world.visit('/events/index');
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByLabel('Language').selectOption('ja');
    await page.getByRole('heading', { name: 'イベント' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    await page.reload();
    await page.getByRole('heading', { name: 'イベント' }).waitFor();
  });

  it('theme holds before the first paint of the next visit', async () => {
    const { page } = await world.visit('/events/index');
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByText('Dark', { exact: true }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await page.goto(`${world.magpie.url}/tags/index`, { waitUntil: 'commit' });
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ timeout: 3_000 });
  });

  it('language follows the browser at first', async () => {
    const { page } = await world.visit('/events/index', { locale: 'fr-FR' });
    await page.getByRole('heading', { name: 'Événements' }).waitFor();
  });
});

describe('a narrow screen', () => {
  it('has no sideways scroll of the page', async () => {
    const { page } = await world.visit(`/events/view/${eventId}`, { width: 375, height: 720 });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
