import { findIndicators } from '@magpie/model';

interface Task {
  readonly id: number;
  readonly text: string;
  /** Of the instance; absent where it has no such list. */
  readonly vendorDomains: readonly string[] | undefined;
}

/** Detection runs here so that a megabyte of text does not hold up the page. */
self.addEventListener('message', ({ data: { id, text, vendorDomains } }: MessageEvent<Task>) => {
  const lists = vendorDomains === undefined ? {} : { vendorDomains: new Set(vendorDomains) };
  self.postMessage({ id, indicators: findIndicators(text, lists) });
});
