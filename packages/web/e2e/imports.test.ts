import { createServer } from 'node:http';
import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support.ts';

let world: World;
const intranet = createServer((_request, response) => {
  response.setHeader('content-type', 'text/csv');
  response.end('domain,comment\nwiki.example.com,from the wiki\n');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => intranet.listen(0, '127.0.0.1', resolve));
  world = await openWorld({ environment: { MAGPIE_REACHABLE_NETWORKS: '127.0.0.1' } });
});
afterAll(async () => {
  await world.stop();
  intranet.close();
});

async function openPanel() {
  const { page, problems } = await world.visit('/events/index?panel=import');
  const panel = page.getByRole('dialog', { name: 'Import' });
  const send = async (name: string, content: string) => {
    const file = { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
    await panel.locator('input[type=file]').setInputFiles(file);
    return panel.getByRole('region', { name });
  };
  return { page, panel, problems, send };
}

describe('the import of a file', () => {
  it('reads the cells and columns of CSV as it is told', async () => {
    const { page, problems, send } = await openPanel();
    const file = await send('odd.csv', 'May,1;column.example.com;yes\nJune,2;other.example.com;no\n');
    await file.getByLabel('Separator').selectOption(';');
    await file.getByText('1 event · 2 attributes').waitFor();
    await file.getByLabel('Columns 1').selectOption('comment');
    await file.getByLabel('Columns 2').selectOption('domain');
    await file.getByLabel('Columns 3').selectOption('to_ids');
    await file.getByText('domain 2').waitFor();
    await file.getByRole('button', { name: 'Import' }).click();
    await file.getByRole('link', { name: 'odd.csv' }).click();
    await page.getByRole('row', { name: /column\.example\.com.*May,1/ }).waitFor();
    expect(problems).toEqual([]);
  });

  it('tells how far a large one is, and stores nothing when it is cancelled', async () => {
    const { problems, send } = await openPanel();
    const list = Array.from({ length: 60_000 }, (_, index) => ({ type: 'domain', value: `h${index}.example.com` }));
    const file = await send('large.json', JSON.stringify({ Event: { info: 'Too large', Attribute: list } }));
    await file.getByText('60,000 attributes').waitFor();
    await file.getByRole('button', { name: 'Import' }).click();
    await file.getByRole('button', { name: 'Cancel' }).click();
    await file.getByText('The import was cancelled').waitFor();
    const { body } = await world.magpie.admin.post('/events/index', { eventinfo: 'Too large' });
    expect(body).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('fetches one by its web address, where it may', async () => {
    const { page, panel, problems } = await openPanel();
    const address = intranet.address();
    const port = typeof address === 'object' ? address?.port : '';
    await panel.getByRole('textbox', { name: 'Web address' }).fill(`http://127.0.0.1:${port}/list.csv`);
    await panel.getByRole('button', { name: 'Fetch' }).click();
    await panel.getByText('1 event · 1 attribute').waitFor();
    await panel.getByRole('textbox', { name: 'Web address' }).fill('http://169.254.169.254/latest/meta-data');
    await panel.getByRole('button', { name: 'Fetch' }).click();
    await panel.getByText('at an address that may not be reached').waitFor();
    await panel.getByRole('button', { name: 'Import', exact: true }).click();
    await panel.getByRole('link', { name: 'list.csv' }).click();
    await page.getByRole('row', { name: /wiki\.example\.com/ }).waitFor();
    expect(problems).toEqual([]);
  });

  it('is forgotten when the dialog is closed before a decision', async () => {
    const { page, panel, send } = await openPanel();
    const sent = page.waitForResponse((response) => response.url().includes('/ui/import-upload'));
    const file = await send('left.txt', 'left.example.com');
    await file.getByText('1 event · 1 attribute').waitFor();
    const upload = String(member(await (await sent).json(), 'upload'));
    const dropped = page.waitForResponse((response) => response.url().includes(`/ui/import-drop/${upload}`));
    await panel.getByRole('button', { name: 'Close' }).last().click();
    expect((await dropped).status()).toBe(200);
  });
});
