import type { Viewer } from '../access/viewer.ts';

/**
 * What answers tell of who asked, in MISP's headers: when the key ends (ISO 8601), and with `named` the user with the
 * number of the key and the uuid of the organisation.
 */
export function viewerHeaders(viewer: Viewer, named: boolean): Record<string, string> {
  const { authKeyId, authKeyExpiration, organisationUuid } = viewer;
  return {
    ...(authKeyExpiration === undefined
      ? {}
      : { 'x-auth-key-expiration': new Date(authKeyExpiration * 1000).toISOString().replace('.000Z', '+00:00') }),
    ...(named
      ? {
          'x-username': asHeader(viewer.email) + (authKeyId === null ? '' : `/API/${authKeyId}`),
          'x-userorguuid': organisationUuid,
        }
      : {}),
  };
}

/** Headers hold printable ASCII alone; what else an address has is written as in URLs. */
function asHeader(text: string): string {
  return text.replaceAll(/[^!-~]/gu, encodeURIComponent);
}
