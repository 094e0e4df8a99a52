import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import type { BrowserSessions } from '../../../http/server.ts';

/** Sessions of browsers: cookie, origin check and the web client's shell. */
export function createBrowserSessions(_magpie: Magpie): BrowserSessions {
  return {
    identify: async () => null,
    checkOrigin() {
      throw new Forbidden('The request does not come from this site.');
    },
    servePage: async () => {
      throw new NotFound('Not Found');
    },
  };
}
