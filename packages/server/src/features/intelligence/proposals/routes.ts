import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { type Answer, attachment, json, redirect, uiReply } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, readBoolean, readInteger, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { safeFileName } from '../attachments/file-name.ts';
import { pictureAnswer } from '../attachments/picture.ts';
import { attributeBody } from '../attributes/schema.ts';
import { acceptProposal, discardProposal } from './decide.ts';
import { proposeAttribute, proposeChange, proposeDeletion, type SavedProposal } from './propose.ts';
import { proposalPushOperations } from './push-routes.ts';
import { proposalResponse } from './schema.ts';
import { selectedProposalOperations } from './selected-routes.ts';
import { getProposal, getProposals } from './service.ts';
import { listedProposalWire, savedProposalWire, viewedProposalWire } from './wire.ts';

const DEFAULT_PAGE = 60;
const LONGEST_PAGE = 9999;

/** Proposals (shadow attributes): what those who may not change an event wish to see changed. */
export function proposalOperations(magpie: Magpie): Operation[] {
  return [
    ...reading(magpie),
    ...proposing(magpie),
    ...deciding(magpie),
    ...selectedProposalOperations(magpie),
    ...proposalPushOperations(magpie),
  ];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'shadow_attributes.index',
      summary: 'Lists proposals, those of one event or all that the caller sees',
      path: '/shadow_attributes/index/{event?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      handle: (call) => listAnswer(magpie, call),
    },
    {
      name: 'shadow_attributes.view',
      summary: 'One proposal, with its file',
      path: '/shadow_attributes/view/{proposal}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: proposalResponse,
      handle: async ({ viewer, args }) => {
        const row = await getProposal(magpie, viewer, args.proposal);
        const file = row.file_sha256 === null ? null : await magpie.attachments.get(row.file_sha256);
        return json({ ShadowAttribute: viewedProposalWire(row, file?.toString('base64') ?? null) });
      },
    },
    {
      name: 'shadow_attributes.download',
      summary: 'The file of a proposal, a sample as encrypted ZIP',
      path: '/shadow_attributes/download/{proposal}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      answersBrowsers: true,
      handle: async ({ viewer, args }) => {
        const row = await getProposal(magpie, viewer, args.proposal);
        if (row.file_sha256 === null) throw new NotFound('Invalid proposal.');
        const bytes = await magpie.attachments.get(row.file_sha256);
        const name = safeFileName(row.value1) ?? 'attachment';
        const answer = attachment(bytes, row.type === 'malware-sample' ? `${name}.zip` : name);
        if (answer.kind !== 'bytes') return answer;
        // Even a browser that is tricked into opening it runs nothing under this site's name.
        const fences = {
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'; sandbox",
        };
        return { ...answer, headers: { ...answer.headers, ...fences } };
      },
    },
    {
      name: 'shadow_attributes.viewPicture',
      summary: 'The picture of a proposal, to be shown',
      path: '/shadow_attributes/viewPicture/{proposal}/{thumbnail?}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      answersBrowsers: true,
      handle: async ({ viewer, args }) => {
        const { type, file_sha256 } = await getProposal(magpie, viewer, args.proposal);
        const isFile = type === 'attachment' && file_sha256 !== null;
        return pictureAnswer(isFile ? await magpie.attachments.get(file_sha256) : null);
      },
    },
  ];
}

function proposing(magpie: Magpie): Operation[] {
  return [
    {
      name: 'shadow_attributes.add',
      summary: 'Proposes a new attribute for an event',
      path: '/shadow_attributes/add/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ShadowAttribute',
      body: attributeBody,
      response: proposalResponse,
      handle: (call) =>
        savedAnswer(() => proposeAttribute(magpie, call.viewer, call.args.event, readProposalBody(call))),
    },
    {
      name: 'shadow_attributes.edit',
      summary: 'Proposes to change an attribute; fields that are left out stay',
      path: '/shadow_attributes/edit/{attribute}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ShadowAttribute',
      body: attributeBody,
      response: proposalResponse,
      handle: (call) =>
        savedAnswer(() => proposeChange(magpie, call.viewer, call.args.attribute, readProposalBody(call))),
    },
    {
      name: 'shadow_attributes.delete',
      summary: 'Proposes to delete an attribute',
      path: '/shadow_attributes/delete/{attribute}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ShadowAttribute',
      handle: async ({ viewer, args }) => {
        try {
          await proposeDeletion(magpie, viewer, args.attribute);
        } catch (error) {
          // MISP writes the key `false` where `saved` was meant; PyMISP looks at `errors`.
          if (error instanceof NotFound) return json({ false: true, errors: error.message });
          throw error;
        }
        return uiReply({ success: 'The proposal to delete the attribute has been saved' });
      },
    },
  ];
}

function deciding(magpie: Magpie): Operation[] {
  return [
    {
      name: 'shadow_attributes.accept',
      summary: 'Does what a proposal says',
      path: '/shadow_attributes/accept/{proposal}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ShadowAttribute',
      handle: (call) => acceptAnswer(magpie, call),
    },
    {
      name: 'shadow_attributes.discard',
      summary: 'Takes a proposal off the list',
      path: '/shadow_attributes/discard/{proposal}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_add',
      model: 'ShadowAttribute',
      handle: async ({ viewer, args }) => {
        try {
          await discardProposal(magpie, viewer, args.proposal);
        } catch (error) {
          const refused = 'Proposal not found or you are not authorised to discard it.';
          if (error instanceof NotFound || error instanceof Forbidden) throw new Refused(refused);
          throw error;
        }
        return decided(magpie, 'Proposal discarded.', `discard/${args.proposal}`);
      },
    },
  ];
}

/** Flat, or under any of the names MISP takes. */
function readProposalBody(call: Call) {
  return unwrap(call.body, 'ShadowAttribute', 'Attribute', 'Proposal');
}

async function savedAnswer(save: () => Promise<SavedProposal>): Promise<Answer> {
  try {
    const { proposal, event } = await save();
    return json({ ShadowAttribute: savedProposalWire(proposal, event.org_id) });
  } catch (error) {
    // MISP answers 404 for values that break a rule here, unlike everywhere else.
    if (error instanceof Invalid) throw new HttpProblem(404, `Could not save the proposal. Errors: ${told(error)}`);
    throw error;
  }
}

function told({ fields }: Invalid): string {
  if (!isObject(fields)) return String(fields);
  return Object.entries(fields)
    .map(([field, messages]) => `[${field}]: ${Array.isArray(messages) ? messages.join(' ') : String(messages)}\n`)
    .join('');
}

async function acceptAnswer(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  try {
    const acceptance = await acceptProposal(magpie, viewer, args.proposal);
    const message = acceptance === 'added' ? 'Proposal accepted.' : 'Proposed change accepted.';
    return decided(magpie, message, `accept/${args.proposal}`);
  } catch (error) {
    if (error instanceof NotFound) throw new Refused(error.message);
    // MISP sends who may not decide to the start page.
    if (error instanceof Forbidden) return redirect('/');
    throw error;
  }
}

function decided(magpie: Magpie, message: string, place: string): Answer {
  return json({ name: message, message, url: `${magpie.config.baseUrl}/shadow_attributes/${place}` });
}

async function listAnswer(magpie: Magpie, call: Call): Promise<Answer> {
  const body = unwrap(call.body, 'ShadowAttribute');
  const read = (name: string): unknown => call.named[name] ?? call.query.get(name) ?? body[name];
  const limit = Math.min(LONGEST_PAGE, Math.max(1, readInteger(read('limit')) ?? DEFAULT_PAGE));
  const page = Math.max(1, readInteger(read('page')) ?? 1);
  const offset = Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER);
  const filter = { since: readInteger(read('timestamp')), deleted: readDeleted(read('deleted')) };
  const rows = await getProposals(magpie, call.viewer, call.args.event, filter, { limit, offset });
  return json(rows.map((row) => ({ ShadowAttribute: listedProposalWire(row) })));
}

/** 0 open, 1 decided; a list of both, or nothing, means both. */
function readDeleted(value: unknown): boolean | null {
  const flags = new Set((readList(value) ?? []).map(readBoolean));
  if (flags.size !== 1) return null;
  return [...flags][0] ?? null;
}
