import { findIndicators } from '@magpie/model';

/** Detection runs here so that a megabyte of text does not hold up the page. */
self.addEventListener('message', (event: MessageEvent<{ readonly id: number; readonly text: string }>) => {
  const { id, text } = event.data;
  self.postMessage({ id, indicators: findIndicators(text) });
});
