import type { Session } from './session.tsx';

/** A setting of the instance as text; empty where it is not told. */
export function settingText(session: Session, name: string): string {
  const value = session.settings[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Whether a switch of the instance is on. */
export function isSettingOn(session: Session, name: string): boolean {
  return session.settings[name] === true;
}
