/** Who is asking: decided once per request, handed to everything that reads or writes. */
export interface Viewer {
  readonly userId: number;
  readonly email: string;
  readonly organisationId: number;
  readonly organisationUuid: string;
  readonly organisationName: string;
  readonly roleId: number;
  readonly roleName: string;
  /** Role flags in MISP's names (`perm_add`, ...); a read-only key has them stripped already. */
  readonly flags: ReadonlySet<string>;
  /** Set when an API key was used. */
  readonly authKeyId: number | null;
  /** When that key ends, in epoch seconds; missing where it does not. */
  readonly authKeyExpiration?: number;
  readonly readOnly: boolean;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** True when the viewer's role carries the flag; a site administrator carries every flag. */
export function can(viewer: Viewer, flag: string): boolean {
  return viewer.flags.has(flag) || (viewer.flags.has('perm_site_admin') && !viewer.readOnly);
}

/** True for the role that sees and may change everything. A read-only key still sees everything. */
export function isSiteAdmin(viewer: Viewer): boolean {
  return viewer.flags.has('perm_site_admin');
}
