import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { MemberOperation } from '../../../http/operation.ts';
import { moduleFormatNames } from '../../automation/modules/module-format.ts';
import { listExporters } from '../custom-exporters/find-exporter.ts';
import { requireEvent } from '../free-text/import-free-text.ts';
import { exportFormats } from './formats.ts';

const format = Type.Object({
  name: Type.String(),
  extension: Type.String(),
  restrictive: Type.Boolean({ description: 'Only what is meant for detection, of published events' }),
});

/** The formats that the page offers for downloads; MISP names them in its interface alone. */
export function exportFormatOperations(magpie: Magpie): MemberOperation[] {
  return [formatList(magpie), exportChoice(magpie)];
}

function exportChoice(magpie: Magpie): MemberOperation {
  return {
    name: 'events.exportChoice',
    summary: 'In which formats an event can be downloaded, and where',
    path: '/events/exportChoice/{event}',
    methods: ['GET'],
    effect: 'read',
    permission: 'any',
    response: Type.Array(Type.Object({ url: Type.String(), text: Type.String() })),
    handle: async ({ viewer, args }) => {
      const { id } = await magpie.database.as(viewer, (tx) => requireEvent(tx, args.event));
      const formats = await formatsFor(magpie, viewer);
      return json(
        formats.map(({ name }) => ({ url: `/events/restSearch/returnFormat:${name}/eventid:${id}`, text: name })),
      );
    },
  };
}

function formatList(magpie: Magpie): MemberOperation {
  return {
    name: 'ui.exportFormats',
    summary: 'The formats in which searches of events answer, by the name for returnFormat',
    path: '/ui/exportFormats',
    aliases: ['/events/export'],
    methods: ['GET'],
    effect: 'read',
    permission: 'any',
    response: Type.Array(format),
    handle: async ({ viewer }) => json(await formatsFor(magpie, viewer)),
  };
}

interface OfferedFormat {
  name: string;
  extension: string;
  restrictive: boolean;
}

async function formatsFor(magpie: Magpie, viewer: Viewer): Promise<OfferedFormat[]> {
  const own = [...exportFormats].flatMap(([name, { extension, isRestrictive, isPage, responseFormat }]) =>
    isPage || responseFormat.events === undefined ? [] : [{ name, extension, restrictive: isRestrictive }],
  );
  const custom = (await listExporters(magpie)).flatMap(({ name, extension, restrictive, scopes }) =>
    scopes.includes('events') ? [{ name, extension, restrictive }] : [],
  );
  const modules = (await moduleFormatNames(magpie, viewer)).map((named) => ({ ...named, restrictive: false }));
  return [{ name: 'json', extension: 'json', restrictive: false }, ...own, ...custom, ...modules];
}
