import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createAccounts } from './access/accounts.ts';
import { createAudiences } from './access/audiences.ts';
import type { Config } from './config/config.ts';
import type { Magpie } from './context.ts';
import type { Database } from './database/database.ts';
import { registerAccountActions } from './features/administration/account-actions/jobs.ts';
import { registerCredentialMails } from './features/administration/credential-mails/jobs.ts';
import { createImportRules } from './features/administration/import-rules/import-rules.ts';
import { registerLoginMails } from './features/administration/login-profiles/mails.ts';
import { registerResetLinks } from './features/administration/password-reset/service.ts';
import { administrationOperations } from './features/administration/routes.ts';
import { registerMailedCodes } from './features/administration/second-factor/mailed-codes.ts';
import { loadSettings } from './features/administration/settings/settings.ts';
import { createBrowserSessions } from './features/administration/sign-in/browser-sessions.ts';
import { registerUserMails } from './features/administration/user-mails/jobs.ts';
import { aiOperations } from './features/automation/ai/routes.ts';
import { registerEnrichment } from './features/automation/modules/enrich-event.ts';
import { createModules } from './features/automation/modules/modules.ts';
import { moduleOperations } from './features/automation/modules/routes.ts';
import { restClientOperations } from './features/automation/rest-client/routes.ts';
import { analystDataOperations } from './features/intelligence/analyst-data/routes.ts';
import { attachmentOperations } from './features/intelligence/attachments/routes.ts';
import { createLocalAttachmentStore } from './features/intelligence/attachments/store.ts';
import { attributeOperations } from './features/intelligence/attributes/routes.ts';
import { collectionOperations } from './features/intelligence/collections/routes.ts';
import { discussionOperations } from './features/intelligence/discussions/routes.ts';
import { enrichmentOperations } from './features/intelligence/enrichment/routes.ts';
import { registerAlertMails } from './features/intelligence/event-alerts/job.ts';
import { eventBinOperations } from './features/intelligence/event-bin/routes.ts';
import { registerContactMails } from './features/intelligence/event-collaboration/contact-mails.ts';
import { eventCollaborationOperations } from './features/intelligence/event-collaboration/routes.ts';
import { eventExtensionOperations } from './features/intelligence/event-extensions/routes.ts';
import { eventGraphOperations } from './features/intelligence/event-graph/routes.ts';
import { eventMergeOperations } from './features/intelligence/event-merge/routes.ts';
import { eventReportOperations } from './features/intelligence/event-reports/routes.ts';
import { eventRowOperations } from './features/intelligence/event-rows/routes.ts';
import { eventTemplateOperations } from './features/intelligence/event-templates/routes.ts';
import { eventOperations } from './features/intelligence/events/routes.ts';
import { historyOperations } from './features/intelligence/history/routes.ts';
import { objectOperations } from './features/intelligence/objects/routes.ts';
import { proposalOperations } from './features/intelligence/proposals/routes.ts';
import { protectionOperations } from './features/intelligence/protection/routes.ts';
import { sightingOperations } from './features/intelligence/sightings/routes.ts';
import { knowledgeOperations } from './features/knowledge/routes.ts';
import { createWarninglists } from './features/knowledge/warninglists/loaded-lists.ts';
import { registerCounting } from './features/search/correlations/counted-values.ts';
import { registerImports } from './features/search/imports/jobs.ts';
import { importOperations } from './features/search/imports/routes.ts';
import { searchOperations } from './features/search/routes.ts';
import { blocklistOperations } from './features/sharing/blocklists/routes.ts';
import { blueprintOperations } from './features/sharing/blueprints/routes.ts';
import { communityOperations } from './features/sharing/communities/routes.ts';
import { delegationOperations } from './features/sharing/delegation/routes.ts';
import { feedOperations } from './features/sharing/feeds/routes.ts';
import { registerSharingJobs } from './features/sharing/jobs.ts';
import { notConnectedOperations } from './features/sharing/not-connected/routes.ts';
import { serverOperations } from './features/sharing/servers/routes.ts';
import { sharingGroupOperations } from './features/sharing/sharing-groups/routes.ts';
import { apiDescriptionOperations } from './http/openapi-routes.ts';
import type { Operation } from './http/operation.ts';
import { createRouter } from './http/router.ts';
import { createHttpServer } from './http/server.ts';
import { createJobs } from './jobs/jobs.ts';
import { createMailer } from './mail/mailer.ts';
import { createSettingsOutgoing } from './outgoing/from-settings.ts';
import { createSecretStore } from './secrets/at-rest.ts';

/** Builds what the features share. The database must be migrated. */
export async function composeMagpie(config: Config, database: Database): Promise<Magpie> {
  const accounts = createAccounts(database);
  const settings = await loadSettings(database);
  const outgoing = createSettingsOutgoing(settings, config.reachableNetworks);
  const secrets = createSecretStore(config.dataDir);
  return {
    config,
    database,
    accounts,
    audiences: createAudiences(database),
    settings,
    attachments: createLocalAttachmentStore(join(config.dataDir, 'attachments')),
    warninglists: createWarninglists(database),
    importRules: createImportRules(database),
    outgoing,
    secrets,
    modules: createModules({ outgoing, settings, secrets }),
    jobs: createJobs({ database, accounts }),
    mail: createMailer(config, settings),
    now: () => Math.floor(Date.now() / 1000),
  };
}

/** Every operation of the API: one line a feature. */
export function allOperations(magpie: Magpie): Operation[] {
  const operations: Operation[] = [
    ...administrationOperations(magpie),
    ...analystDataOperations(magpie),
    ...attachmentOperations(magpie),
    ...attributeOperations(magpie),
    ...collectionOperations(magpie),
    ...discussionOperations(magpie),
    ...eventOperations(magpie),
    ...enrichmentOperations(magpie),
    ...moduleOperations(magpie),
    ...aiOperations(),
    ...eventBinOperations(magpie),
    ...eventCollaborationOperations(magpie),
    ...eventExtensionOperations(magpie),
    ...eventGraphOperations(magpie),
    ...eventMergeOperations(magpie),
    ...eventReportOperations(magpie),
    ...eventRowOperations(magpie),
    ...eventTemplateOperations(magpie),
    ...historyOperations(magpie),
    ...knowledgeOperations(magpie),
    ...objectOperations(magpie),
    ...proposalOperations(magpie),
    ...protectionOperations(magpie),
    ...sightingOperations(magpie),
    ...searchOperations(magpie),
    ...importOperations(magpie),
    ...sharingGroupOperations(magpie),
    ...blocklistOperations(magpie),
    ...delegationOperations(magpie),
    ...serverOperations(magpie),
    ...feedOperations(magpie),
    ...communityOperations(magpie),
    ...notConnectedOperations(),
    ...blueprintOperations(magpie),
  ];
  operations.push(...restClientOperations(magpie, operations));
  return [...operations, ...apiDescriptionOperations(magpie, operations)];
}

/** Who does background work: one line a feature. */
function registerJobs(magpie: Magpie): void {
  registerCredentialMails(magpie);
  registerUserMails(magpie);
  registerMailedCodes(magpie);
  registerResetLinks(magpie);
  registerLoginMails(magpie);
  registerAccountActions(magpie);
  registerContactMails(magpie);
  registerAlertMails(magpie);
  registerSharingJobs(magpie);
  registerCounting(magpie);
  registerImports(magpie);
  registerEnrichment(magpie);
}

/** Composes the whole platform; the only place where features are wired. */
export async function buildApp(config: Config, database: Database): Promise<{ magpie: Magpie; http: FastifyInstance }> {
  const magpie = await composeMagpie(config, database);
  registerJobs(magpie);
  const router = createRouter(allOperations(magpie));
  const http = await createHttpServer(magpie, router, createBrowserSessions(magpie));
  http.addHook('onListen', () => magpie.jobs.start((error, what) => http.log.error({ err: error }, what)));
  http.addHook('onClose', async () => {
    await magpie.jobs.stop();
    magpie.mail.close();
  });
  http.addHook('onClose', () => magpie.outgoing.close());
  return { magpie, http };
}
