import type { Accounts } from './access/accounts.ts';
import type { Audiences } from './access/audiences.ts';
import type { Config } from './config/config.ts';
import type { Database } from './database/database.ts';
import type { ImportRules } from './features/administration/import-rules/import-rules.ts';
import type { Settings } from './features/administration/settings/settings.ts';
import type { Modules } from './features/automation/modules/modules.ts';
import type { AttachmentStore } from './features/intelligence/attachments/store.ts';
import type { Warninglists } from './features/knowledge/warninglists/loaded-lists.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Outgoing } from './outgoing/outgoing.ts';
import type { SecretStore } from './secrets/at-rest.ts';

/** What every feature is given. Built once in app.ts; a feature takes from it what it needs. */
export interface Magpie {
  readonly config: Config;
  readonly database: Database;
  readonly accounts: Accounts;
  readonly audiences: Audiences;
  readonly settings: Settings;
  readonly attachments: AttachmentStore;
  readonly warninglists: Warninglists;
  /** What becomes of values as they come in. */
  readonly importRules: ImportRules;
  /** The only way to other machines. */
  readonly outgoing: Outgoing;
  /** Encrypts what must be stored and used again: keys at other instances. */
  readonly secrets: SecretStore;
  /** Services of misp-modules: enrichment, import, export, actions. */
  readonly modules: Modules;
  /** Background work. */
  readonly jobs: Jobs;
  /** Outgoing mail; for background jobs. */
  readonly mail: Mailer;
  /** Now, in epoch seconds. */
  now(): number;
}
