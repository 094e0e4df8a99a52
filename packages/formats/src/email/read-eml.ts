import type { Found } from '../read/reading.ts';
import { mailEvent } from './mail-event.ts';
import { parseEml } from './parse-eml.ts';

/** A message in the Internet's format as an event. Throws `DocumentRefused`. */
export async function* readEml(bytes: Uint8Array, fileName: string): AsyncGenerator<Found> {
  yield* mailEvent(await parseEml(bytes), { name: fileName, bytes }, 'eml');
}
