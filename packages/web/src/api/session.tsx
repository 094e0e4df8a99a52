import { createContext, type ReactNode, useContext } from 'react';
import { get, setCsrfToken } from './client.ts';
import type { EventHeader, OrganisationRef, PermissionFlag } from './wire.ts';

/** Who is signed in, with what rights, as `GET /ui/session` tells. */
export interface Session {
  readonly user: { readonly id: string; readonly email: string };
  readonly organisation: OrganisationRef;
  readonly role: { readonly name: string } & { readonly [Flag in PermissionFlag]?: boolean };
  readonly csrfToken: string;
  readonly version: string;
  /** True until a site administrator has been through the first-start pages. */
  readonly firstStart: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Loads the session and arms the client with its token. */
export async function fetchSession(): Promise<Session> {
  const session = await get<Session>('/ui/session');
  setCsrfToken(session.csrfToken);
  return session;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** Gives the page its session: who is signed in, and what he may do. */
export function SessionProvider(props: { readonly session: Session; readonly children: ReactNode }) {
  return <SessionContext value={props.session}>{props.children}</SessionContext>;
}

/** The session; the page is not drawn without one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** Whether the role allows it; a site administrator is allowed everything. */
export function hasRight(session: Session, flag: PermissionFlag): boolean {
  return session.role.perm_site_admin === true || session.role[flag] === true;
}

type OwnedEvent = Pick<EventHeader, 'orgc_id'> & { readonly event_creator_email?: string };

/** May change this event: site administrator, own organisation's event, or one made by this user. */
export function canEditEvent(session: Session, event: OwnedEvent): boolean {
  if (session.role.perm_site_admin === true) return true;
  if (event.orgc_id !== String(session.organisation.id)) return false;
  if (session.role.perm_modify_org === true) return true;
  return session.role.perm_modify === true && event.event_creator_email === session.user.email;
}

/** May publish this event. */
export function canPublishEvent(session: Session, event: OwnedEvent): boolean {
  if (session.role.perm_site_admin === true) return true;
  return session.role.perm_publish === true && event.orgc_id === String(session.organisation.id);
}

/** May set global tags on this event and its attributes. */
export function canTagEvent(session: Session, event: OwnedEvent): boolean {
  return (hasRight(session, 'perm_tagger') || hasRight(session, 'perm_sync')) && canEditEvent(session, event);
}
