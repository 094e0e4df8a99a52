import type { Mail, MailFile } from './email-object.ts';

/** What an attached file is a message of; null for any other. */
export function mailFormatOf({ name, bytes, mailFormat }: MailFile): 'eml' | 'msg' | null {
  if (mailFormat !== undefined) return mailFormat;
  if (/\.eml$/i.test(name)) return 'eml';
  const isCompound = [0xd0, 0xcf, 0x11, 0xe0].every((byte, index) => bytes[index] === byte);
  return isCompound && /\.msg$/i.test(name) ? 'msg' : null;
}

/** An attached message; its parser is loaded for it alone. Throws `DocumentRefused`. */
export async function parseAttached(bytes: Uint8Array, format: 'eml' | 'msg'): Promise<Mail> {
  if (format === 'eml') return (await import('./parse-eml.ts')).parseEml(bytes);
  return (await import('./parse-msg.ts')).parseMsg(bytes);
}
