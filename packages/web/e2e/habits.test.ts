import { createHmac } from 'node:crypto';
import { makeUser, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, signIn, type World } from './support.ts';

let world: World;
let id: string;

beforeAll(async () => {
  world = await openWorld();
  id = await addEvent(world.magpie, { info: 'Habitual', distribution: 1 });
}, 120_000);
afterAll(() => world?.stop());

describe('bookmarks', () => {
  it('keep a filtered list under a name and lead back to it', async () => {
    const { page, problems } = await world.visit('/events/index/searcheventinfo:Habit');
    await page.getByRole('link', { name: 'Habitual' }).waitFor();
    await page.getByRole('button', { name: 'Bookmarks' }).click();
    await page.getByLabel('Keep this page as').fill('Habits of ours');
    await page.keyboard.press('Enter');
    await page.getByText('Page kept').waitFor();
    await page.goto(`${world.magpie.url}/dashboards`);
    await page.getByRole('link', { name: 'Habits of ours' }).click();
    await page.getByRole('link', { name: 'Habitual' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/events/index/searcheventinfo:Habit');
    expect(problems).toEqual([]);
  });
});

describe('columns of a list', () => {
  it('are chosen by hand and stay chosen; the title gives way last', async () => {
    const { page } = await world.visit('/events/index', { width: 1280 });
    await page.getByRole('link', { name: 'Habitual' }).waitFor();
    const head = (name: string) => page.getByRole('columnheader', { name });
    expect(await head('Analysis').count()).toBe(0);
    await page.getByRole('grid').focus();
    await page.keyboard.press('v');
    await page.getByLabel('Analysis').check();
    await page.getByLabel('Creator').uncheck();
    await page.keyboard.press('Escape');
    await head('Analysis').waitFor();
    await page.reload();
    await head('Analysis').waitFor();
    expect(await head('Creator').count()).toBe(0);
    expect(await head('Title').count()).toBe(1);
  });
});

describe('a panel', () => {
  it('begins at its first field and gives the focus back when it closes', async () => {
    const { page } = await world.visit('/sharing_groups/index');
    const open = page.getByRole('button', { name: 'New sharing group' }).first();
    await open.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: 'New sharing group' });
    await panel.waitFor();
    await expect.poll(() => page.evaluate(`document.activeElement?.closest('[role="dialog"]') !== null`)).toBe(true);
    await page.keyboard.type('Millers');
    expect(await panel.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Millers');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate(`document.activeElement?.textContent?.includes('New sharing group') === true`))
      .toBe(true);
  });
});

describe('text pasted on an event', () => {
  it('is searched for indicators wherever the focus is', async () => {
    const { page } = await world.visit(`/events/view/${id}`);
    await page.getByRole('heading', { name: 'Habitual' }).waitFor();
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'It asks 203.0.113.77 and hxxps://mill[.]example/a');
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    })()`);
    const panel = page.getByRole('dialog', { name: 'Paste text' });
    await panel.getByText('2 indicators found').waitFor();
  });
});

/** A code of a counter (RFC 4226, section 5.3); the secret is in base 32 (RFC 4648). */
function codeOf(secret: string, counter: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const text = Buffer.alloc(8);
  text.writeBigUInt64BE(BigInt(counter));
  const hash = createHmac('sha1', key).update(text).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('a link to a tab of an event', () => {
  it('leads there over the sign-in and the code of a second factor', async () => {
    const password = 'Another-Horse-7-Battery';
    const user = await makeUser(world.magpie.admin, { role_id: '3', password, change_pw: false });
    const client = world.magpie.client(user.key);
    const secret = String(member((await client.get('/users/totp_new')).body, 'secret'));
    const step = Math.floor(Date.now() / 30_000);
    await client.post('/users/totp_new', { secret, otp: codeOf(secret, step - 1) });

    const { page } = await world.visit('/events/index');
    await page.context().clearCookies();
    await page.goto(`${world.magpie.url}/events/view/${id}#history`);
    await signIn(page, user.email, password);
    await page.getByLabel(/code/i).fill(codeOf(secret, Math.floor(Date.now() / 30_000)));
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Habitual' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#history');
    await page.getByRole('link', { name: 'History', exact: true }).waitFor();
  });
});
