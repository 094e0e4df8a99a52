/**
 * The page in a real browser: how long until an event's rows and the list of events stand there and can be used, and how
 * many frames are lost while one scrolls. Baseline: the bare answers that the same page is made of.
 *
 *   node bench/page.ts
 *   options: --throttle N (a processor N times slower) --rounds N --keep FOLDER (data folder to make or use again)
 *            --seed-only --chromium PATH
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type BenchInstance, startInstance } from './lib/instance.ts';
import { median, randomHex, seededRandom } from './lib/random.ts';
import { seedAttributes } from './seed.ts';

const { values: options } = parseArgs({
  options: {
    throttle: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    keep: { type: 'string' },
    'seed-only': { type: 'boolean' },
    chromium: { type: 'string', default: process.env.MAGPIE_CHROMIUM ?? '/usr/bin/chromium' },
  },
});
const rounds = Number(options.rounds);
/** In the list of events, of five attributes each. */
const EVENTS = 20_000;
const SIZES = [60, 1_000, 10_000];
const BAR_MS = 1_000;
const SCROLL_FRAMES = 600;
/** Pixels a frame: as fast as a strong turn of the wheel, 2,400 rows in ten seconds. */
const SCROLL_STEP = 104;

const random = seededRandom(11);

const titleOf = (size: number) => `bench page of ${size} attributes`;

/** A third of the attributes tagged, a fifth in objects of five. */
function eventOf(size: number) {
  const attribute = (index: number) => ({
    type: 'domain',
    value: `${randomHex(random, 14)}.example.com`,
    comment: index % 3 === 0 ? 'seen in a campaign' : '',
    ...(index % 3 === 1 ? { Tag: [{ name: `bench:tag="${index % 40}"` }] } : {}),
  });
  const objects = Math.floor(size / 25);
  return {
    info: titleOf(size),
    distribution: 1,
    Tag: [{ name: 'tlp:green' }],
    Attribute: Array.from({ length: size - objects * 5 }, (_, index) => attribute(index)),
    Object: Array.from({ length: objects }, (_, object) => ({
      name: 'domain-ip',
      'meta-category': 'network',
      distribution: 5,
      Attribute: Array.from({ length: 5 }, (_, index) => ({ ...attribute(object + index), object_relation: 'domain' })),
    })),
  };
}

async function ask<Answer>(instance: BenchInstance, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(instance.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: instance.key, 'content-type': 'application/json', accept: 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** What the browser is asked, as text: it runs there. */
const WATCH = `window.longTasks = []; new PerformanceObserver((list) => window.longTasks.push(
  ...list.getEntries().map(({ startTime, duration }) => ({ start: startTime, end: startTime + duration })),
)).observe({ type: 'longtask', buffered: true })`;
const ROW = '[role=row][aria-rowindex]:not([aria-rowindex="1"]):not([aria-busy])';
/** Resolves with the time of the first frame after the row stands there. */
const firstRow = (row: string) => `new Promise((resolve) => {
  const look = () => document.querySelector(${JSON.stringify(row)}) === null
    ? requestAnimationFrame(look) : requestAnimationFrame(() => resolve(performance.now()));
  look();
})`;
/** From the first rows on: the end of the last task that would have kept a click waiting, once a second is quiet. */
const usable = (from: number) => `new Promise((resolve) => {
  const look = () => {
    const last = window.longTasks.reduce((end, task) => Math.max(end, task.end), ${from});
    if (performance.now() - last > 1000) resolve(last); else setTimeout(look, 100);
  };
  look();
})`;
const SCROLL = `new Promise((resolve) => {
  const grid = document.querySelector('[role=grid], [role=treegrid]');
  const times = [];
  const step = (time) => {
    times.push(time);
    grid.scrollTop += ${SCROLL_STEP};
    if (times.length < ${SCROLL_FRAMES}) requestAnimationFrame(step); else resolve(times);
  };
  requestAnimationFrame(step);
})`;
/** Presses End and waits for the last row. */
const lastRow = `(() => { const grid = document.querySelector('[role=grid], [role=treegrid]');
  return '[role=row][aria-rowindex="' + grid.getAttribute('aria-rowcount') + '"]:not([aria-busy])' })()`;

interface Opened {
  readonly rows: number;
  readonly usable: number;
}

async function signIn(page: Page, instance: BenchInstance): Promise<void> {
  await page.goto(`${instance.url}/users/login`);
  await page.locator('#email').fill('bench@bench.test');
  await page.locator('#password').fill('Bench-password-1');
  await Promise.all([
    page.waitForURL((url) => !url.pathname.startsWith('/users/login')),
    page.locator('button[type=submit]').click(),
  ]);
}

/** A window whose processor is slowed down as asked. */
async function openWindow(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: Number(options.throttle) });
}

/** Loads an address anew, everything but the page's own files afresh. */
async function open(page: Page, url: string): Promise<Opened> {
  await page.goto('about:blank');
  await page.goto(url, { waitUntil: 'commit' });
  await page.evaluate(WATCH);
  const rows: number = await page.evaluate(firstRow(ROW));
  return { rows, usable: await page.evaluate(usable(rows)) };
}

async function scroll(page: Page) {
  const times: number[] = await page.evaluate(SCROLL);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const frame = 1000 / 60;
  const lost = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / frame) - 1), 0);
  return { lost: lost / (gaps.length + lost), worst: Math.max(...gaps) };
}

async function jumpToEnd(page: Page): Promise<number> {
  await page.locator('[role=grid], [role=treegrid]').first().focus();
  const wanted: string = await page.evaluate(lastRow);
  const started: number = await page.evaluate('performance.now()');
  await page.keyboard.press('End');
  return (await page.evaluate<number>(firstRow(wanted))) - started;
}

const ms = (value: number) => `${Math.round(value)} ms`;
const verdict = (value: number, bar: number) => (value <= bar ? 'met' : 'NOT met');

/** Bare answers, one after the other over one connection. */
async function bare(instance: BenchInstance, paths: readonly string[]): Promise<number> {
  const started = performance.now();
  for (const path of paths) await ask(instance, path);
  return performance.now() - started;
}

async function measure(page: Page, instance: BenchInstance, name: string, path: string, answers: readonly string[]) {
  const opened: Opened[] = [];
  const plain: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const time = await bare(instance, answers);
    const result = await open(page, instance.url + path);
    // The first visit fills the browser's store of files; it is told apart below.
    if (round < 0) continue;
    opened.push(result);
    plain.push(time);
  }
  const rows = median(opened.map((one) => one.rows));
  const ready = median(opened.map((one) => one.usable));
  console.log(
    `${name}: first rows ${ms(rows)}, usable ${ms(ready)} (bare answers ${ms(median(plain))}); ` +
      `bar ${ms(BAR_MS)}: ${verdict(ready, BAR_MS)}`,
  );
  const { lost, worst } = await scroll(page);
  console.log(`  scrolled: ${(lost * 100).toFixed(1)} % of frames lost, the longest took ${ms(worst)}`);
}

async function firstVisit(browser: Browser, instance: BenchInstance, path: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await signIn(page, instance);
  const cookies = await context.cookies();
  await context.close();
  const fresh = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await fresh.addCookies(cookies);
  const first = await fresh.newPage();
  await openWindow(first);
  const result = await open(first, instance.url + path);
  console.log(`first visit, nothing stored: first rows ${ms(result.rows)}, usable ${ms(result.usable)}`);
  await fresh.close();
}

/** Fills an empty instance: the list, then the events that are opened. */
async function seed(instance: BenchInstance): Promise<void> {
  await seedAttributes(instance.connection, EVENTS * 5, {
    events: EVENTS,
    eventOf: (n) => Math.ceil(n / 5),
    value: (n) => ({ type: 'domain', category: 'Network activity', value1: `${n}.seed.example`, value2: '' }),
  });
  for (const size of SIZES) await ask(instance, '/events/add', { Event: eventOf(size) });
}

async function idOf(instance: BenchInstance, size: number): Promise<string> {
  const search = { eventinfo: titleOf(size), metadata: true };
  const { response } = await ask<{ response: { Event: { id: string } }[] }>(instance, '/events/restSearch', search);
  const [found] = response;
  if (found === undefined) throw new Error(`there is no event of ${size} attributes`);
  return found.Event.id;
}

async function measureAll(browser: Browser, instance: BenchInstance): Promise<void> {
  await firstVisit(browser, instance, `/events/view/${await idOf(instance, SIZES[0] ?? 0)}`);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await openWindow(page);
  await signIn(page, instance);
  await measure(page, instance, `list of ${EVENTS} events`, '/events/index', ['/ui/events?limit=100']);
  for (const size of SIZES) {
    const id = await idOf(instance, size);
    const answers = [`/events/view/${id}/metadata:1/extensionList:1.json`, `/ui/eventRows/${id}`];
    await measure(page, instance, `event of ${size} attributes`, `/events/view/${id}`, answers);
    await open(page, `${instance.url}/events/view/${id}`);
    console.log(`  jump to the last row: ${ms(await jumpToEnd(page))}`);
  }
}

const isKept = options.keep !== undefined && existsSync(options.keep);
const instance = await startInstance(options.keep);
try {
  if (!isKept) await seed(instance);
  if (options['seed-only'] !== true) {
    const browser = await chromium.launch({
      executablePath: options.chromium,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    await measureAll(browser, instance).finally(() => browser.close());
  }
} finally {
  await instance.stop();
}
