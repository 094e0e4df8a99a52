import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

let world: World;
let id: string;

beforeAll(async () => {
  world = await openWorld();
  id = await addEvent(world.magpie, {
    info: 'Viewed',
    distribution: '0',
    Attribute: [{ type: 'domain', value: 'seen.example', first_seen: '2024-01-01', last_seen: '2024-02-01' }],
  });
  await addEvent(world.magpie, {
    info: 'Other side',
    distribution: '0',
    Attribute: [{ type: 'domain', value: 'seen.example' }],
  });
}, 120_000);
afterAll(() => world?.stop());

describe('the views of an event', () => {
  it('write a report, find its indicators, and tell of relations, times and history', async () => {
    const { page, problems } = await world.visit(`/events/view/${id}`);
    const views = page.getByRole('navigation', { name: 'Views of the event' });
    await views.getByRole('link', { name: 'Reports' }).click();
    await page.getByRole('button', { name: 'New report' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Findings');
    await page.getByRole('button', { name: 'Create report' }).click();
    await page.getByRole('button', { name: 'Write' }).first().click();
    const text = page.getByRole('textbox', { name: 'Text of the report' });
    await text.fill('<script>x</script>\n\nIt asks 203.0.113.9 and ');
    await text.press('Control+End');
    await text.pressSequentially('@seen');
    await page.getByRole('option', { name: /seen\.example/ }).click();
    expect(await text.inputValue()).toMatch(/@\[attribute\]\([0-9a-f-]{36}\)$/);
    await text.press('Control+s');
    await page.getByRole('link', { name: /domain.*seen\.example/ }).waitFor();
    await page.getByRole('button', { name: 'Find indicators' }).click();
    await page.getByRole('button', { name: /Add 1 attribute/ }).click();
    await page.getByRole('link', { name: /ip-dst.*203\.0\.113\.9/ }).waitFor();

    await views.getByRole('link', { name: /Related/ }).click();
    await page.getByRole('link', { name: 'Other side' }).waitFor();
    await views.getByRole('link', { name: 'Timeline' }).click();
    await page.getByText('first seen 2024-01-01').first().waitFor({ state: 'attached' });
    await views.getByRole('link', { name: 'History' }).click();
    await page
      .getByText(/203\.0\.113\.9/)
      .first()
      .waitFor();
    await page.goBack();
    await page.getByText('first seen 2024-01-01').first().waitFor({ state: 'attached' });
    expect(problems).toEqual([]);
  }, 60_000);

  it('sight a value in one click and open what is noted about it', async () => {
    const { page } = await world.visit(`/events/view/${id}`);
    const row = page.getByRole('row', { name: /seen\.example/ });
    await row.getByRole('button', { name: 'Seen now' }).click();
    await row.getByRole('button', { name: /Seen 1 time/ }).waitFor();
    await row.getByRole('button', { name: /No notes yet/ }).click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('button', { name: 'Note' }).click();
    await panel.getByRole('textbox', { name: 'Note' }).fill('Known **bad**');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('bad', { exact: true }).waitFor();
  }, 60_000);
});
