/** Every setting that is read from the environment or the settings file, with what it means. */
export const SETTINGS = {
  MAGPIE_DATA_DIR: 'folder of the database, attachments and logs (default: a per-user data folder)',
  MAGPIE_HOST: 'address to listen on (default 127.0.0.1)',
  MAGPIE_PORT: 'port to listen on (default 8080; 0 takes a free one)',
  MAGPIE_BASE_URL: 'URL under which clients reach Magpie (default: made from host and port)',
  MAGPIE_DATABASE_URL: 'PostgreSQL (15 or later) to use instead of the embedded one',
  MAGPIE_ADMIN_EMAIL: 'first start: e-mail address of the site administrator',
  MAGPIE_ADMIN_PASSWORD: 'first start: password of the site administrator (default: random, printed once)',
  MAGPIE_ADMIN_KEY: 'first start: API key of the site administrator, 40 letters and digits',
  MAGPIE_ORG_NAME: 'first start: name of the organisation that runs this instance',
  MAGPIE_BODY_LIMIT: 'largest accepted request body, such as 64MB or 1GB (default 256MB)',
  MAGPIE_TRUSTED_PROXIES: 'comma-separated addresses or networks whose X-Forwarded-* headers are believed',
  MAGPIE_REACHABLE_NETWORKS:
    'comma-separated private addresses or networks that web addresses given by users may lead to (default: none)',
  MAGPIE_SMTP_URL:
    'mail server, such as smtp://user:password@mail.example.org:587 or smtps://… (default: no mails are sent)',
  MAGPIE_LOG_LEVEL: 'debug, info, warn or error (default info)',
  MAGPIE_CONTENT_SOURCE:
    'folder with clones of the library repositories, or https address of a mirror of codeload.github.com (default: the public MISP repositories)',
} as const;

/** Name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** Names the settings file; read from the environment only. */
export const SETTINGS_FILE_VARIABLE = 'MAGPIE_CONFIG';

/** What `process.env` is, and what stands for it in tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether `name` is one that {@link SETTINGS} knows. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}
