import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

let world: World;
let eventId: string;

beforeAll(async () => {
  world = await openWorld();
  eventId = await addEvent(world.magpie, { info: 'Collected', distribution: 1 });
});
afterAll(() => world.stop());

const report = `Seen at hxxp://evil[.]example/gate.php and 198.51.100[.]23.
The dropper d41d8cd98f00b204e9800998ecf8427e uses CVE-2024-3400.`;

describe('pasting text', () => {
  it('finds indicators, lets one correct them, and adds what is ticked', async () => {
    const { page, problems } = await world.visit(`/events/view/${eventId}?panel=paste`);
    const panel = page.getByRole('dialog', { name: 'Paste text' });
    await panel.getByRole('textbox', { name: 'Text' }).fill(report);
    await panel.getByText('4 indicators found, 4 ticked').waitFor();
    await panel.getByRole('checkbox', { name: 'Select CVE-2024-3400' }).uncheck();
    const address = panel.getByRole('row', { name: /198\.51\.100\.23/ });
    await address.getByRole('combobox', { name: 'Type' }).selectOption('ip-src');
    await panel.getByRole('button', { name: 'Add 3 attributes' }).click();
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /ip-src.*198\.51\.100\.23/ }).waitFor();
    await page.getByRole('row', { name: /http:\/\/evil\.example\/gate\.php/ }).waitFor();
    expect(await page.getByRole('row', { name: /CVE-2024-3400/ }).count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('keeps what the server refused, with its reason', async () => {
    const { page } = await world.visit(`/events/view/${eventId}?panel=paste`);
    const panel = page.getByRole('dialog', { name: 'Paste text' });
    await panel.getByRole('textbox', { name: 'Text' }).fill('203.0.113.9 and d41d8cd98f00b204e9800998ecf8427e');
    await panel.getByRole('button', { name: 'Add 2 attributes' }).click();
    await panel.getByText('A similar attribute already exists for this event.').waitFor();
    expect(await panel.getByRole('row', { name: /203\.0\.113\.9/ }).count()).toBe(0);
  });
});

describe('files', () => {
  it('attaches a file', async () => {
    const { page } = await world.visit(`/events/view/${eventId}?panel=file`);
    const panel = page.getByRole('dialog', { name: 'Attach files' });
    await panel.locator('input[type=file]').setInputFiles({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('observed'),
    });
    await panel.getByRole('button', { name: 'Attach 1 file' }).click();
    await page.getByRole('row', { name: /attachment.*notes\.txt/ }).waitFor();
  });
});

describe('the import dialog', () => {
  it('tells of each event what was stored and what was refused and why', async () => {
    const { page, problems } = await world.visit('/events/index?panel=import');
    const panel = page.getByRole('dialog', { name: 'Import' });
    const document = {
      response: [
        {
          Event: {
            uuid: '5f1c0000-0000-4000-8000-00000000a001',
            info: 'From a file',
            date: '2026-03-01',
            distribution: '1',
            threat_level_id: '2',
            analysis: '1',
            Attribute: [
              { type: 'ip-dst', category: 'Network activity', value: '203.0.113.77' },
              { type: 'md5', category: 'Payload delivery', value: 'not a hash' },
            ],
          },
        },
      ],
    };
    await panel.locator('input[type=file]').setInputFiles([
      { name: 'one.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document)) },
      { name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{"Event":') },
    ]);
    const first = panel.getByRole('region', { name: 'one.json' });
    await first.getByText('1 event · 1 attribute').waitFor();
    await first.getByText('1 part would not be taken').waitFor();
    await panel.getByText('The file is not valid JSON.').waitFor();
    await first.getByRole('button', { name: 'Import' }).click();
    await first.getByRole('link', { name: 'From a file' }).waitFor();
    await first.getByText('1 part was refused').waitFor();
    await panel.getByRole('link', { name: 'From a file' }).click();
    await page.getByRole('row', { name: /203\.0\.113\.77/ }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('a large event', () => {
  it('draws only what is on screen of 10,000 rows, jumps to the end and filters', async () => {
    const id = await addEvent(world.magpie, {
      info: 'Ten thousand',
      distribution: 1,
      Attribute: Array.from({ length: 10_000 }, (_, index) => ({
        type: 'ip-dst',
        category: 'Network activity',
        value: `10.1.${index >> 8}.${index & 255}`,
      })),
    });
    const { page } = await world.visit(`/events/view/${id}`);
    await page.getByText('10,000 rows').waitFor();
    const grid = page.getByRole('treegrid');
    await grid.focus();
    await page.keyboard.press('End');
    // The newest come first, so the last is the one that was sent first.
    await page.getByRole('row', { name: /10\.1\.0\.0(?!\d)/ }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(120);
    await page.getByRole('searchbox', { name: /Filter values/ }).fill('10.1.20.200');
    await page.getByText('1 row', { exact: true }).waitFor();
    await page.waitForURL('**/searchFor:10.1.20.200');
  });
});

describe('hostile values', () => {
  it('are shown as text and run nothing', async () => {
    const info = '<script>alert(1)</script>"><img src=x onerror=alert(2)>';
    const id = await addEvent(world.magpie, {
      info,
      distribution: 0,
      Tag: [{ name: '<b onmouseover=alert(3)>tag</b>', colour: 'red;background:url(//evil.example)' }],
      Attribute: [
        {
          type: 'text',
          category: 'Other',
          value: '<svg onload=alert(4)>',
          comment: '{{constructor.constructor("alert(5)")()}}',
        },
        { type: 'url', category: 'Network activity', value: 'javascript:alert(6)//http://x.example' },
      ],
    });
    const { page, problems } = await world.visit(`/events/view/${id}`);
    await page.getByRole('row', { name: /<svg onload=alert\(4\)>/ }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(info);
    expect(await page.locator('main a[href^="javascript"], main svg[onload], main img').count()).toBe(0);
    await page.goto(`${world.magpie.url}/events/index`);
    await page.getByRole('link', { name: info }).waitFor();
    expect(problems).toEqual([]);
  });
});
