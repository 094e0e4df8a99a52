import type { EventHeader } from '../../api/wire.ts';
import { AnalystThread } from '../notes/analyst-thread.tsx';

/** What analysts note about the event. */
export function NotesTab({ event }: { readonly event: EventHeader }) {
  return (
    <div style={{ maxWidth: 860 }}>
      <AnalystThread about={{ type: 'Event', uuid: event.uuid }} />
    </div>
  );
}
