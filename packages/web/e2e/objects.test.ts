import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

const content = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'content');
const hasContent = existsSync(content);
const reason = 'the public libraries are not beside the repository';
let world: World;
let eventId: string;

beforeAll(async () => {
  if (!hasContent) return;
  world = await openWorld({ environment: { MAGPIE_CONTENT_SOURCE: content } });
  for (const library of ['taxonomies', 'objectTemplates']) await world.magpie.admin.post(`/${library}/update`);
  eventId = await addEvent(world.magpie, { info: 'With objects', distribution: 1 });
}, 120_000);
afterAll(() => world?.stop());

describe('an object from its template', () => {
  it('asks for what the template needs, checks values, and appears as a tree', async ({ skip }) => {
    if (!hasContent) skip(reason);
    const { page, problems } = await world.visit(`/events/view/${eventId}`);
    await page.getByRole('heading', { name: /With objects/ }).waitFor();
    await page.keyboard.press('o');
    const panel = page.getByRole('dialog', { name: /Add object/ });
    await panel.getByRole('textbox', { name: 'Find a template' }).fill('domain-ip');
    await panel.getByRole('button', { name: /^domain-ip/ }).click();
    await panel.getByRole('button', { name: 'Add object' }).click();
    await panel.getByText(/At least one of these is needed: .*domain/).waitFor();
    await panel.getByRole('textbox', { name: /^ip \(/ }).fill('not an address');
    await panel.getByRole('button', { name: 'Add object' }).click();
    await panel.getByText('IP address has an invalid format.').waitFor();
    await panel.getByRole('textbox', { name: /^ip \(/ }).fill('192.0.2.77');
    await panel.getByRole('textbox', { name: /^domain \(/ }).fill('mill.example');
    await panel.getByRole('button', { name: 'Add object' }).click();
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /ip · ip-dst.*192\.0\.2\.77/ }).waitFor();
    await page.getByRole('button', { name: 'Fold domain-ip' }).click();
    await page.getByRole('row', { name: /192\.0\.2\.77/ }).waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });
});

describe('a taxonomy', () => {
  it('is switched on and its tags can then be set', async ({ skip }) => {
    if (!hasContent) skip(reason);
    const { page } = await world.visit('/taxonomies/index/value:tlp');
    await page.getByRole('switch', { name: 'Enable tlp' }).press('Space');
    await page.getByRole('switch', { name: 'Enable tlp', checked: true }).waitFor();
    await page.goto(`${world.magpie.url}/events/view/${eventId}`);
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page
      .getByRole('combobox', { name: 'Find a tag' })
      .or(page.getByRole('textbox', { name: 'Find a tag' }))
      .fill('tlp:amber');
    await page.getByRole('option', { name: 'TLP:AMBER', exact: true }).click();
    await page.getByRole('button', { name: 'Remove the tag tlp:amber' }).waitFor();
  });
});
