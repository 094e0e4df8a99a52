import { readConfig } from '@magpie/server/config/index.ts';
import { type RunningMagpie, startMagpie } from '@magpie/server/start.ts';
import type { Command } from '../command.ts';
import { describeAdministrator } from '../first-administrator.ts';

/** A terminal's Ctrl-C reaches us twice, from the terminal and from the launcher: not yet an impatient second one. */
const IMPATIENCE_MS = 1_000;

/** `magpie start`: everything, until a signal. */
export const start: Command = {
  name: 'start',
  synopsis: '',
  summary: 'Start Magpie: database, API and web page, until Ctrl-C.',
  options: {},
  optionHelp: {},
  async run() {
    const config = readConfig(process.env);
    const stopAsked = whenAskedToStop();
    const magpie = await startMagpie(config, (text) => console.log(text));
    printWelcome(magpie, config.baseUrl);
    const reason = await Promise.race([stopAsked, magpie.lost]);
    console.log(`stopping: ${reason}`);
    await magpie.stop();
    console.log('stopped');
    return reason.startsWith('SIG') || reason === ORPHANED ? 0 : 1;
  },
};

const ORPHANED = 'the launcher ended';

/** Resolves with the cause at the first signal; a later one ends the process at once. */
function whenAskedToStop(): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    const ask = (cause: string) => {
      if (askedAt !== null && Date.now() - askedAt > IMPATIENCE_MS) process.exit(1);
      askedAt ??= Date.now();
      resolve(cause);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ask(signal));
    process.once('disconnect', () => ask(ORPHANED));
    // Waiting for the launcher's end shall not keep a process alive that has nothing else to do.
    process.channel?.unref();
  });
}

function printWelcome(magpie: RunningMagpie, baseUrl: string): void {
  if (magpie.adminEmail !== undefined)
    console.log(`\n${describeAdministrator(magpie.adminEmail, magpie.adminPassword)}\n`);
  const elsewhere = baseUrl === magpie.url || baseUrl.endsWith(':0') ? '' : `, for clients ${baseUrl}`;
  console.log(`Magpie is ready at ${magpie.url}${elsewhere} (Ctrl-C stops it)`);
}
