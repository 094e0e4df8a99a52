/** Where and as whom a PostgreSQL database is reached. `host` is a folder when it is reached by unix socket. */
export type DatabaseConnection = Readonly<{
  host: string;
  port: number;
  user: string;
  password?: string;
  database: string;
}>;

/** The connection as a URL that `pg` and libpq's programs understand; it contains the password. */
export function connectionUrl(connection: DatabaseConnection): string {
  const { host, port, user, password, database } = connection;
  const login =
    password === undefined ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  if (!host.startsWith('/')) return `postgresql://${login}@${host}:${port}/${encodeURIComponent(database)}`;
  return `postgresql://${login}@localhost:${port}/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}`;
}
