/**
 * What runs beside an exporter in its own context: the other end of all that is said to it. It is a text since its
 * functions must belong to that context. The exporter never gets hold of a function or an object from outside: not of
 * `send`, which only this code calls, and with texts alone; what comes in are texts as well.
 *
 * Buffers and WebAssembly are taken away, because the limit of memory does not count theirs.
 */
export const INSIDE = `'use strict';
((send) => {
  const lists = ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float16', 'Float32', 'Float64',
    'BigInt64', 'BigUint64'];
  const without = ['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'WebAssembly', 'console'];
  for (const name of [...lists.map((list) => list + 'Array'), ...without]) delete globalThis[name];
  const { parse, stringify } = JSON;
  let wake = null;
  const answer = () => new Promise((resolve) => { wake = resolve; });
  async function* batches() {
    for (;;) {
      send('wants', '');
      const rows = await answer();
      if (rows === null) return;
      yield parse(rows);
    }
  }
  function describe(error) {
    try {
      return String(error instanceof Error || typeof error?.message === 'string' ? error.message : error) + '';
    } catch {
      return 'it threw what cannot be told';
    }
  }
  async function run(exporter, context) {
    try {
      send('format', stringify(exporter.format ?? null) ?? 'null');
      if (context === null) return;
      if (typeof exporter.write !== 'function') throw new Error('it exports no function \`write\`');
      for await (const text of exporter.write(batches(), parse(context))) {
        if (typeof text !== 'string') throw new Error('\`write\` must yield texts');
        send('piece', text);
        await answer();
      }
      send('done', '');
    } catch (error) {
      send('failed', describe(error));
    }
  }
  return { run: (exporter, context) => void run(exporter, context), describe, tell: (text) => {
    const resolve = wake;
    wake = null;
    resolve?.(text);
  } };
})`;
