import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json } from '../../../http/answer.ts';
import type { MemberOperation } from '../../../http/operation.ts';
import { moduleFormatNames } from '../../automation/modules/module-format.ts';
import { listExporters } from '../custom-exporters/find-exporter.ts';
import { exportFormats } from './formats.ts';

const format = Type.Object({
  name: Type.String(),
  extension: Type.String(),
  restrictive: Type.Boolean({ description: 'Only what is meant for detection, of published events' }),
});

/** The formats that the page offers for downloads; MISP names them in its interface alone. */
export function exportFormatOperation(magpie: Magpie): MemberOperation {
  return {
    name: 'ui.exportFormats',
    summary: 'The formats in which searches of events answer, by the name for returnFormat',
    path: '/ui/exportFormats',
    aliases: ['/events/export'],
    methods: ['GET'],
    effect: 'read',
    permission: 'any',
    response: Type.Array(format),
    handle: async ({ viewer }) => {
      const own = [...exportFormats].flatMap(([name, { extension, isRestrictive, isPage, responseFormat }]) =>
        isPage || responseFormat.events === undefined ? [] : [{ name, extension, restrictive: isRestrictive }],
      );
      const custom = (await listExporters(magpie)).flatMap(({ name, extension, restrictive, scopes }) =>
        scopes.includes('events') ? [{ name, extension, restrictive }] : [],
      );
      const modules = (await moduleFormatNames(magpie, viewer)).map((named) => ({ ...named, restrictive: false }));
      return json([{ name: 'json', extension: 'json', restrictive: false }, ...own, ...custom, ...modules]);
    },
  };
}
