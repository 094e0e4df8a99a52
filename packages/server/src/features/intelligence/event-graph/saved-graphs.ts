import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { isJsonText, type JsonObject, readId } from '../../../http/lenient.ts';
import { findEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';

interface GraphRow {
  id: number;
  event_id: number;
  user_id: number;
  org_id: number;
  timestamp: number;
  network_name: string;
  network_json: string;
  preview_img: string | null;
}

const MAX_GRAPH = 2 ** 22;
const PICTURE = /^data:image\/png;base64,([A-Za-z0-9+/=\s]+)$/;

/** Graphs of an event that the viewer's organisation has kept; one of them by id, or all. Throws `NotFound`. */
export function savedGraphs(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  graphId: string | undefined,
): Promise<JsonObject[]> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, eventKey);
    const rows = await tx.query<GraphRow>(
      'select * from visible_event_graphs where event_id = $1 and ($2::bigint is null or id = $2) order by id',
      [event.id, graphId === undefined ? null : (readId(graphId) ?? 0)],
    );
    const wires: JsonObject[] = [];
    for (const row of rows) {
      const account = await magpie.accounts.byUserId(row.user_id);
      wires.push({ EventGraph: graphWire(row), User: { email: account?.email ?? null } });
    }
    return wires;
  });
}

/** Keeps a graph of an event for the viewer's organisation. Throws `NotFound`, `Invalid`. */
export function saveGraph(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  body: JsonObject,
): Promise<number> {
  const { network_json: json, network_name: name, preview_img: picture } = body;
  if (typeof json !== 'string' || json.length > MAX_GRAPH || !isJsonText(json)) {
    throw new Invalid('', { network_json: ['Expected a graph as JSON text.'] });
  }
  const preview = typeof picture === 'string' && picture.length <= MAX_GRAPH && PICTURE.test(picture) ? picture : null;
  return magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, eventKey);
    const row = await tx.first<GraphRow>(
      `insert into visible_event_graphs (event_id, user_id, org_id, timestamp, network_name, network_json, preview_img)
       values ($1, $2, $3, $4, $5, $6, $7) returning *`,
      [
        event.id,
        viewer.userId,
        viewer.organisationId,
        magpie.now(),
        typeof name === 'string' ? name.slice(0, 255) : '',
        json,
        preview,
      ],
    );
    if (row === null) throw new Error('the graph was not stored');
    await recordChanges(tx, [graphChange('add', row)]);
    return row.id;
  });
}

/** Deletes a kept graph of the viewer's organisation. Throws `NotFound`. */
export function deleteGraph(magpie: Magpie, viewer: Viewer, graphId: string | undefined): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await tx.first<GraphRow>('delete from visible_event_graphs where id = $1 returning *', [
      readId(graphId) ?? 0,
    ]);
    if (row === null) throw new NotFound('Invalid EventGraph');
    await recordChanges(tx, [graphChange('delete', row)]);
  });
}

/** The picture that was sent with a graph. Throws `NotFound`. */
export async function graphPicture(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  graphId: string | undefined,
): Promise<Buffer> {
  const row = await magpie.database.as(viewer, async (tx) => {
    const event = await existingEvent(tx, eventKey);
    return tx.first<GraphRow>('select * from visible_event_graphs where event_id = $1 and id = $2', [
      event.id,
      readId(graphId) ?? 0,
    ]);
  });
  const data = PICTURE.exec(row?.preview_img ?? '')?.[1];
  if (data === undefined) throw new NotFound('Invalid EventGraph');
  return Buffer.from(data, 'base64');
}

function graphWire(row: GraphRow): JsonObject {
  return {
    id: String(row.id),
    event_id: String(row.event_id),
    user_id: String(row.user_id),
    org_id: String(row.org_id),
    timestamp: String(row.timestamp),
    network_name: row.network_name,
    network_json: row.network_json,
    preview_img: row.preview_img,
  };
}

function graphChange(action: 'add' | 'delete', row: GraphRow) {
  return { model: 'EventGraph', action, modelId: row.id, eventId: row.event_id, title: row.network_name };
}

async function existingEvent(tx: Transaction, key: string | undefined): Promise<EventRow> {
  const event = await findEvent(tx, key);
  if (event === null) throw new NotFound('Invalid event');
  return event;
}
