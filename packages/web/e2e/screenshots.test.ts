import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openWorld, type World } from './support.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const shared = join(root, '..', 'shared');
// The pictures of the README are only replaced on purpose: they differ a little with every run.
const folder =
  process.env.MAGPIE_SCREENSHOTS === 'docs' ? join(root, 'docs', 'screenshots') : join(tmpdir(), 'magpie-screenshots');
const hasContent = existsSync(join(shared, 'content')) && existsSync(join(shared, 'data', 'events'));

let world: World;

/** Real published events and the public libraries, so that the pictures show what people will see. */
async function fill(): Promise<void> {
  for (const library of ['taxonomies', 'objectTemplates']) await world.magpie.admin.post(`/${library}/update`);
  const events = join(shared, 'data', 'events');
  for (const file of readdirSync(events)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    await world.magpie.admin.post('/ui/import', readFileSync(join(events, file), 'utf8'));
  }
}

beforeAll(async () => {
  if (!hasContent) return;
  world = await openWorld({ environment: { MAGPIE_CONTENT_SOURCE: join(shared, 'content') } });
  mkdirSync(folder, { recursive: true });
  await fill();
}, 240_000);
afterAll(() => world?.stop());

describe.each(['light', 'dark'] as const)('pictures of the %s theme', (theme) => {
  it('are taken of the list, an event, pasting, and the palette', async ({ skip }) => {
    if (!hasContent) skip('the published events and libraries are not beside the repository');
    const { page } = await world.visit('/events/index/sort:date/direction:desc', { theme, width: 1280, height: 800 });
    const take = (name: string) => page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
    const event = page.getByRole('link', { name: /Lazarus and the 3CX/ });
    await event.waitFor();
    await take('events');
    await event.click();
    await page
      .getByRole('row', { name: /HSBC_job_offer/ })
      .first()
      .waitFor();
    await page.waitForTimeout(500);
    await take('event');
    await page.getByRole('button', { name: 'Paste text' }).click();
    const panel = page.getByRole('dialog', { name: 'Paste text' });
    await panel
      .getByRole('textbox', { name: 'Text' })
      .fill(
        'The loader asks hxxps://updates[.]example/check.php, then 198.51.100[.]23:8443.\nIt drops 9e107d9d372bb6826bd81d3542a419d6 and exploits CVE-2024-3400.',
      );
    await panel.getByText(/indicators found/).waitFor();
    await page.waitForTimeout(300);
    await take('paste');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Command palette' }).getByRole('option').first().waitFor();
    await take('palette');
  }, 120_000);
});
