import type { ServerSetting } from '../../api/wire.ts';

/** The value as text, as it is typed into the field. */
export function settingText({ value }: Pick<ServerSetting, 'value'>): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
