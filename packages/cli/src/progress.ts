/** A progress bar on a terminal; elsewhere (a file, a pipe) nothing, so that output stays readable. */
export type Progress = Readonly<{
  show(done: number, total: number, label: string): void;
  /** A line in the bar's place, where nobody knows how much there will be. */
  note(text: string): void;
  /** Takes the bar away, so that ordinary lines may follow. */
  clear(): void;
}>;

const BAR_WIDTH = 30;
const MAX_LABEL = 40;

/** Draws on `stream`, by default standard error. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { show: () => undefined, note: () => undefined, clear: () => undefined };
  return {
    show: (done, total, label) => stream.write(`\r\u001b[K${progressLine(done, total, label)}`),
    note: (text) => stream.write(`\r\u001b[K${text}`),
    clear: () => stream.write('\r\u001b[K'),
  };
}

/** The text of a bar: `[#######-------]  12/42 name`. */
export function progressLine(done: number, total: number, label: string): string {
  const filled = total === 0 ? BAR_WIDTH : Math.round((BAR_WIDTH * Math.min(done, total)) / total);
  const short = label.length > MAX_LABEL ? `…${label.slice(1 - MAX_LABEL)}` : label;
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(done).padStart(String(total).length)}/${total} ${short}`;
}
