import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

type Json = Record<string, unknown>;

/** Asks the Python tools: one answer a request, by its id. Requests are shared out among two processes. */
export async function askTools(python: string, requests: readonly Json[]): Promise<Map<string, Json>> {
  const answers = new Map<string, Json>();
  const halves = [
    requests.filter((_item, index) => index % 2 === 0),
    requests.filter((_item, index) => index % 2 === 1),
  ];
  await Promise.all(halves.map((half) => ask(python, half, answers)));
  return answers;
}

async function ask(python: string, requests: readonly Json[], answers: Map<string, Json>): Promise<void> {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const lines = createInterface({ input: child.stdout });
  const reading = (async () => {
    for await (const line of lines) {
      const answer = JSON.parse(line);
      answers.set(String(answer.id), answer);
    }
  })();
  for (const request of requests) child.stdin.write(`${JSON.stringify(request)}\n`);
  child.stdin.end();
  await reading;
  const code = await ended;
  if (code !== 0) throw new Error(`the Python tools ended with ${code}`);
}
