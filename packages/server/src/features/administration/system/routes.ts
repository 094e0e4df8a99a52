import { randomInt } from 'node:crypto';
import { describeTypes } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { mispVersion, recommendedPyMispVersion } from '../../../http/version.ts';

const heartbeats = ['Perched.', 'Still collecting shiny things.', 'Nest is warm.', 'Wings fine, beak sharp.'];

/** What clients and peers ask an instance about itself. */
export function systemOperations(magpie: Magpie): Operation[] {
  return [...versionOperations(magpie), ...healthOperations(magpie)];
}

function versionOperations(magpie: Magpie): Operation[] {
  const described = { result: describeTypes() };
  return [
    {
      name: 'servers.getVersion',
      summary: 'Version and abilities of the instance, and what the caller may do with them',
      path: '/servers/getVersion',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: ({ viewer }) => json(versionWire(magpie, viewer)),
    },
    {
      name: 'servers.getPyMISPVersion',
      summary: 'The recommended version of PyMISP',
      path: '/servers/getPyMISPVersion',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => json({ version: recommendedPyMispVersion }),
    },
    {
      name: 'servers.getInstanceUUID',
      summary: 'The uuid of this instance',
      path: '/servers/getInstanceUUID',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => json({ uuid: magpie.settings.get('MISP.uuid') }),
    },
    {
      name: 'servers.postTest',
      summary: 'Echo a body and tell which headers arrived',
      path: '/servers/postTest',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      handle: ({ body, headers, method }) => {
        if (method !== 'POST') return json({ body: [], headers: { 'Content-type': 0, Accept: 0, Authorization: 0 } });
        return json({
          body,
          headers: {
            'Content-type': headers['content-type'] ?? 0,
            Accept: headers.accept ?? 0,
            Authorization: headers.authorization === undefined ? 0 : 'OK',
          },
        });
      },
    },
    {
      name: 'attributes.describeTypes',
      summary: 'Types and categories of attributes with their defaults',
      path: '/attributes/describeTypes',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => json(described),
    },
    {
      name: 'users.checkIfLoggedIn',
      summary: 'Tell whether the caller is signed in',
      path: '/users/checkIfLoggedIn',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: () => ({ kind: 'bytes', status: 200, contentType: 'text/html; charset=UTF-8', bytes: 'OK' }),
    },
  ];
}

function healthOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.heartbeat',
      summary: 'Sign of life for anybody',
      path: '/users/heartbeat',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: () => json({ message: heartbeats[randomInt(heartbeats.length)] }),
    },
    {
      name: 'health.live',
      summary: 'The process answers',
      path: '/health/live',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: () => json({ status: 'ok' }),
    },
    {
      name: 'health.ready',
      summary: 'The process can serve requests: its database answers',
      path: '/health/ready',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: async () => {
        const isReady = await magpie.database
          .aside('readiness', (tx) => tx.query('select 1'))
          .then(
            () => true,
            () => false,
          );
        return json({ status: isReady ? 'ok' : 'database unavailable' }, { status: isReady ? 200 : 503 });
      },
    },
  ];
}

function versionWire(magpie: Magpie, viewer: Viewer): Record<string, unknown> {
  const may = (flag: string) => can(viewer, flag);
  return {
    version: mispVersion,
    pymisp_recommended_version: recommendedPyMispVersion,
    perm_sync: may('perm_sync'),
    perm_sighting: may('perm_sighting'),
    perm_galaxy_editor: may('perm_galaxy_editor'),
    perm_analyst_data: may('perm_analyst_data'),
    uuid: may('perm_sync') ? magpie.settings.get('MISP.uuid') : '-',
    request_encoding: ['gzip', 'br'],
    filter_sightings: true,
    ...(may('perm_sync') ? { event_index_cursor_v1: true, collection_sync: true } : {}),
  };
}
