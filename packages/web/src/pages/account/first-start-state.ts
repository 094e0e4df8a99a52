const key = 'magpie.firstStart.putOff';

/** Whether the set-up was put off in this browser window. */
export function isFirstStartPutOff(): boolean {
  return sessionStorage.getItem(key) !== null;
}

/** Puts the set-up off until the next window. */
export function putOffFirstStart(): void {
  sessionStorage.setItem(key, '1');
}
