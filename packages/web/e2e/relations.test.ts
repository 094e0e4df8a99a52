import { makeObject, makeUser, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

let world: World;
let id: string;
const password = 'Another-Horse-7-Battery';

beforeAll(async () => {
  world = await openWorld();
  id = await addEvent(world.magpie, { info: 'Related', distribution: 1 });
  const attribute = (type: string, object_relation: string, value: string) => ({ type, object_relation, value });
  await makeObject(world.magpie.admin, id, {
    name: 'file',
    Attribute: [attribute('filename', 'filename', 'invoice.docm')],
  });
  await makeObject(world.magpie.admin, id, {
    name: 'domain-ip',
    Attribute: [attribute('domain', 'domain', 'mill.example'), attribute('ip-dst', 'ip', '192.0.2.9')],
  });
}, 120_000);
afterAll(() => world?.stop());

async function references(): Promise<readonly unknown[]> {
  const answer = await world.magpie.admin.get(`/events/view/${id}`);
  const objects = member(answer.body, 'Event', 'Object');
  return Array.isArray(objects)
    ? objects.flatMap((object) => {
        const found = member(object, 'ObjectReference');
        return Array.isArray(found) ? found.map((reference) => member(reference, 'relationship_type')) : [];
      })
    : [];
}

describe('the relations of an event', () => {
  it('are made by keys alone, renamed, and taken back', async () => {
    const { page, problems } = await world.visit(`/events/view/${id}#graph`);
    await page.getByText('Nothing is linked').waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: 'Relate' });
    await dialog.getByRole('combobox', { name: /^From/ }).waitFor();
    await page.keyboard.type('invoice');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('communicates');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('mill.example');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('every minute');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('communicates-with').waitFor();
    expect(await references()).toEqual(['communicates-with']);

    await page.getByText('List', { exact: true }).click();
    await page.getByRole('button', { name: /^Edit: / }).click();
    await page
      .getByRole('dialog')
      .getByRole('combobox', { name: /^Relation/ })
      .fill('beacons-to');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'beacons-to', exact: true }).waitFor();
    await page.getByRole('button', { name: /^Delete: / }).click();
    await page.getByText('Nothing is linked').waitFor();
    expect(await references()).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.getByRole('cell', { name: 'beacons-to', exact: true }).waitFor();
    expect(problems).toEqual([]);
  }, 60_000);

  it('are drawn from one object to another by the pointer', async () => {
    const { page } = await world.visit(`/events/view/${id}#graph`);
    const node = (name: RegExp) => page.locator('[data-node]').filter({ hasText: name });
    await node(/invoice/).waitFor();
    const handle = node(/mill\.example/)
      .locator('xpath=..')
      .locator('[aria-hidden="true"][title]');
    const from = await handle.boundingBox();
    const to = await node(/invoice/).boundingBox();
    if (from === null || to === null) throw new Error('nothing is drawn');
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 });
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: 'Relate' });
    await dialog.getByRole('combobox', { name: /^Relation/ }).fill('hosts');
    await dialog.getByRole('button', { name: 'Save' }).click();
    // The suggestion of the closing dialog is called so too.
    await page.getByRole('region', { name: 'Picture: Graph' }).getByText('hosts').waitFor();
    expect([...(await references())].sort()).toEqual(['beacons-to', 'hosts']);
  }, 60_000);

  it('stand where they were put, for the whole organisation', async () => {
    const { page, problems } = await world.visit(`/events/view/${id}#graph`);
    const node = (on: typeof page) => on.locator('[data-node]').filter({ hasText: 'invoice' });
    await node(page).waitFor();
    const before = await node(page).boundingBox();
    if (before === null) throw new Error('nothing is drawn');
    await page.mouse.move(before.x + 40, before.y + before.height / 2);
    await page.mouse.down();
    await page.mouse.move(before.x + 40, before.y + before.height / 2 + 120, { steps: 6 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Keep layout' }).click();
    const panel = page.getByRole('dialog', { name: 'Keep layout' });
    await panel.getByRole('textbox', { name: 'Name' }).fill('For the report');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.waitFor({ state: 'detached' });
    const place = `(() => {
      const holder = [...document.querySelectorAll('foreignObject')].find((one) => one.textContent.includes('invoice'));
      return [holder.getAttribute('x'), holder.getAttribute('y')].map(Math.round).join(' ');
    })()`;
    const kept = await page.evaluate(place);

    const colleague = await makeUser(world.magpie.admin, { password, change_pw: false });
    const other = await world.visit(`/events/view/${id}#graph`, { email: colleague.email, password });
    await other.page.getByLabel('Layout', { exact: true }).waitFor();
    expect(await other.page.evaluate(place)).toBe(kept);
    await other.page.getByLabel('Layout', { exact: true }).selectOption('Automatic layout');
    await expect.poll(() => other.page.evaluate(place)).not.toBe(kept);
    expect([...problems, ...other.problems]).toEqual([]);
  }, 60_000);
});
