import { chromium } from 'playwright-core';

const [, , out, path, ...opts] = process.argv;
const o = Object.fromEntries(opts.map((x) => x.split('=')));
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const c = await b.newContext({
  viewport: { width: +(o.w ?? 1440), height: +(o.h ?? 900) },
  colorScheme: o.theme ?? 'light',
  locale: o.locale ?? 'en-US',
});
const p = await c.newPage();
p.on('console', (m) => {
  if (m.type() !== 'info' && m.type() !== 'debug') console.log('console', m.type(), m.text().slice(0, 600));
});
p.on('pageerror', (e) => console.log('pageerror', e.message, e.stack?.slice(0, 400)));
p.on('requestfailed', (r) => console.log('failed', r.url(), r.failure()?.errorText));
p.on('response', (r) => {
  if (r.status() >= 400) console.log('http', r.status(), r.request().method(), r.url());
});
const U = 'http://127.0.0.1:18200';
await p.goto(U + '/users/login?redirect=' + encodeURIComponent(path));
await p.fill('#email', 'admin@admin.test');
await p.fill('#password', 'Correct-Horse-9-Battery');
await Promise.all([p.waitForNavigation(), p.click('button[type=submit]')]);
await p.waitForTimeout(+(o.wait ?? 1200));
if (o.js) {
  await p.evaluate(o.js);
  await p.waitForTimeout(600);
}
if (o.keys) {
  for (const k of o.keys.split(',')) {
    await p.keyboard.press(k);
    await p.waitForTimeout(250);
  }
  await p.waitForTimeout(600);
}
if (o.click) {
  await p.click(o.click.replaceAll('~', '='));
  await p.waitForTimeout(900);
}
await p.screenshot({ path: out });
console.log(p.url(), await p.title());
await b.close();
