import { makeOrganisation } from '@magpie/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

let world: World;
let id: string;

beforeAll(async () => {
  world = await openWorld();
  id = await addEvent(world.magpie, {
    info: 'By keys',
    distribution: 1,
    Attribute: [{ type: 'ip-dst', value: '192.0.2.7', to_ids: true }],
  });
});
afterAll(() => world.stop());

/** What has the focus: its name, and whether one sees it: an outline, a ring, or that of the field around it. */
const focused = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return undefined;
  const rings = [element, element.nextElementSibling, element.closest('[class*="box"], .mantine-Input-input')];
  const isSeen = rings.some((one) => {
    if (one === null) return false;
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
  return { name: name.trim().slice(0, 60) || element.tagName, isSeen };
})()`;

/** Presses the tab key to the end of the page; gives the names of what had the focus, and of what did not show it. */
async function walk(page: Page): Promise<{ readonly names: string[]; readonly unseen: string[] }> {
  const names: string[] = [];
  const unseen: string[] = [];
  for (let step = 0; step < 120; step += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate<{ name: string; isSeen: boolean } | undefined>(focused);
    if (found === undefined) break;
    names.push(found.name);
    if (!found.isSeen) unseen.push(found.name);
  }
  return { names, unseen };
}

const openLayers = (page: Page) => page.locator('[role="dialog"], [role="menu"]').count();

describe('the tab key', () => {
  it.each([
    ['/events/index', 'Events', 'Filter events'],
    ['EVENT', 'By keys', 'Attributes and objects'],
    ['/servers/serverSettings', 'Settings', 'Settings'],
    ['/admin/roles/edit/3', 'Role User', 'Save'],
  ])('goes through %s in order, and one sees where it is', async (path, heading, last) => {
    const { page } = await world.visit(path === 'EVENT' ? `/events/view/${id}` : path);
    await page.getByRole('heading', { name: heading }).waitFor();
    await page.waitForTimeout(300);
    await page.evaluate('document.activeElement?.blur()');
    const { names, unseen } = await walk(page);
    expect(names[0]).toBe('Skip to the content');
    expect(names).toContain(last);
    expect(unseen).toEqual([]);
  });
});

describe('a list', () => {
  it('is one stop of the tab key, with the controls of the row under the cursor behind it', async () => {
    for (const name of ['Mill', 'Well']) await makeOrganisation(world.magpie.admin, { name });
    const { page } = await world.visit('/organisations/index');
    await page.getByRole('link', { name: 'Well', exact: true }).waitFor();
    const place = () =>
      page.evaluate(`document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex') ?? 'none'`);
    /** Presses the tab key until it has left the row; gives the row it comes to. */
    const leave = async (row: string) => {
      for (let step = 0; step < 20 && (await place()) === row; step += 1) await page.keyboard.press('Tab');
      return place();
    };
    await page.getByRole('grid').focus();
    await page.keyboard.press('Tab');
    expect(await leave('1')).toBe('2');
    await page.keyboard.press('ArrowDown');
    await expect.poll(place).toBe('3');
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('A');
    expect(await leave('3')).toBe('none');
    await page.keyboard.press('Shift+Tab');
    expect(await place()).toBe('3');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(`document.activeElement?.getAttribute('role')`)).toBe('grid');
  });
});

describe('the escape key', () => {
  it('closes each layer and gives the focus back', async () => {
    const { page, problems } = await world.visit(`/events/view/${id}`);
    await page.getByRole('row', { name: /192\.0\.2\.7/ }).waitFor();
    for (const [open, name] of [
      ['Control+k', 'Command palette'],
      ['?', 'Keyboard shortcuts'],
      ['o', 'Add object'],
      ['f', 'Paste text'],
      ['p', 'Publish this event?'],
    ] as const) {
      await page.getByRole('treegrid').focus();
      await page.keyboard.press(open);
      await page.getByRole('dialog', { name }).waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => openLayers(page)).toBe(0);
      await expect
        .poll(() => page.evaluate(`document.activeElement?.getAttribute('role')`), { message: name })
        .toBe('treegrid');
    }
    for (const name of ['More', 'Download', 'New']) {
      const button = page.getByRole('button', { name, exact: true });
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menu').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Escape');
      await expect.poll(() => openLayers(page)).toBe(0);
      await expect.poll(() => page.evaluate('document.activeElement?.textContent'), { message: name }).toContain(name);
    }
    expect(problems).toEqual([]);
  });

  it.each([
    ['/tags/index', 'New tag'],
    ['/feeds/index', 'Add feed'],
    ['/servers/index', 'Connect an instance'],
    ['/auth_keys/index', 'New auth key'],
  ])('gives the focus back from a panel with an address of its own: %s', async (path, name) => {
    const { page } = await world.visit(path);
    const button = page.getByRole('button', { name, exact: true }).first();
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(new URL(page.url()).pathname).toMatch(/\/add$/);
    await page.keyboard.press('Escape');
    await page.waitForURL(`**${path}`);
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe(name);
  });
});
