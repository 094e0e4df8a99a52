import { member, startTestMagpie, type TestMagpie, type TestMagpieOptions } from '@magpie/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Chromium without a sandbox of its own: the tests may run as root in a container. */
const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that is open. */
export interface Visit {
  readonly page: Page;
  /** What must not happen on any page: script errors, refused resources, requests to others. */
  readonly problems: readonly string[];
}

/** An instance with a browser. */
export interface World {
  readonly magpie: TestMagpie;
  /** Signs in (as the administrator unless told otherwise) and opens a path. */
  readonly visit: (path: string, options?: VisitOptions) => Promise<Visit>;
  readonly stop: () => Promise<void>;
}

/** Who visits, and how his browser looks. */
export interface VisitOptions {
  readonly email?: string;
  readonly password?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  /** By the form, even though this user has signed in before: the way there is what is tested. */
  readonly form?: boolean;
}

function watch(page: Page, origin: string, problems: string[]): void {
  page.on('console', (message) => {
    // A refused call is reported by the browser as well; the page shows it in its own words.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:'))
      problems.push(`request to ${url}`);
  });
}

/** Fills in the sign-in form on screen and waits for the page behind it. */
export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel(/e-mail|メール|邮箱/i).fill(email);
  await page.locator('#password').fill(password);
  await Promise.all([
    page.waitForURL((url) => !url.pathname.startsWith('/users/login')),
    page.locator('button[type=submit]').click(),
  ]);
}

/** A Magpie of the test's own and a browser to look at it. */
export async function openWorld(options: TestMagpieOptions = {}): Promise<World> {
  const magpie = await startTestMagpie(options);
  const browser: Browser = await chromium.launch({
    executablePath: process.env.MAGPIE_CHROMIUM ?? '/usr/bin/chromium',
    args: chromiumArguments,
  });
  const contexts: BrowserContext[] = [];
  // A password costs the server a while to check: who has signed in once comes back with the cookies of that session.
  const sessions = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();
  return {
    magpie,
    async visit(path, wanted = {}) {
      const context = await browser.newContext({
        viewport: { width: wanted.width ?? 1440, height: wanted.height ?? 900 },
        colorScheme: wanted.theme ?? 'light',
        locale: wanted.locale ?? 'en-GB',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const problems: string[] = [];
      const email = wanted.email ?? magpie.adminEmail;
      const session = wanted.form === true ? undefined : sessions.get(email);
      if (session !== undefined) {
        await context.addCookies(session);
        watch(page, magpie.url, problems);
      }
      await page.goto(magpie.url + path);
      if (session === undefined) watch(page, magpie.url, problems);
      // Also where that session has been ended meanwhile.
      if (new URL(page.url()).pathname.startsWith('/users/login')) {
        await signIn(page, email, wanted.password ?? magpie.adminPassword);
        sessions.set(email, await context.cookies());
      }
      return { page, problems };
    },
    async stop() {
      for (const context of contexts) await context.close();
      await browser.close();
      await magpie.stop();
    },
  };
}

/** Adds an event by the API and gives its id. */
export async function addEvent(magpie: TestMagpie, event: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await fetch(`${magpie.url}/events/add`, {
    method: 'POST',
    headers: { Authorization: magpie.adminKey, Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({ Event: event }),
  });
  return String(member(await answer.json(), 'Event', 'id'));
}
