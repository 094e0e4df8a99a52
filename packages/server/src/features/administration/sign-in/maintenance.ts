import type { Magpie } from '../../../context.ts';

const UNSAID = 'This instance is not live at the moment; please try again later.';

/** What those are told who are kept out while the instance is not live: `MISP.maintenance_message`. */
export function maintenanceMessage({ settings }: Pick<Magpie, 'settings'>): string {
  const message = settings.get('MISP.maintenance_message').trim();
  if (message === '') return UNSAID;
  return message.replaceAll('$email', () => settings.get('MISP.contact') || settings.get('MISP.email'));
}
