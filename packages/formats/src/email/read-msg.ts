import type { Found } from '../read/reading.ts';
import { mailEvent } from './mail-event.ts';
import { parseMsg } from './parse-msg.ts';

/** A message saved by Outlook as an event. Throws `DocumentRefused`. */
export async function* readMsg(bytes: Uint8Array, fileName: string): AsyncGenerator<Found> {
  yield* mailEvent(parseMsg(bytes), { name: fileName, bytes }, 'msg');
}
