import type { Magpie } from '../../context.ts';
import type { Operation } from '../../http/operation.ts';
import { accountActionOperations } from './account-actions/routes.ts';
import { authKeyOperations } from './auth-keys/routes.ts';
import { bookmarkOperations } from './bookmarks/routes.ts';
import { importRuleOperations } from './import-rules/routes.ts';
import { jobOperations } from './jobs/routes.ts';
import { loginProfileOperations } from './login-profiles/routes.ts';
import { allLogOperations } from './logs/routes.ts';
import { newsOperations } from './news/routes.ts';
import { organisationOperations } from './organisations/routes.ts';
import { passwordResetOperations } from './password-reset/routes.ts';
import { registrationOperations } from './registrations/routes.ts';
import { roleOperations } from './roles/routes.ts';
import { secondFactorOperations } from './second-factor/routes.ts';
import { settingOperations } from './settings/routes.ts';
import { publicSignInOperations } from './sign-in/public-routes.ts';
import { signInOperations } from './sign-in/routes.ts';
import { statisticsOperations } from './statistics/routes.ts';
import { cspReportOperations } from './system/csp-reports.ts';
import { diagnosticsOperations } from './system/diagnostics-routes.ts';
import { maintenanceOperations } from './system/maintenance-routes.ts';
import { systemOperations } from './system/routes.ts';
import { upkeepOperations } from './system/upkeep-routes.ts';
import { userAddressOperations } from './user-addresses/routes.ts';
import { userMailOperations } from './user-mails/routes.ts';
import { userSettingOperations } from './user-settings/routes.ts';
import { userOperations } from './users/routes.ts';

/** Everything of the administration wing. */
export function administrationOperations(magpie: Magpie): Operation[] {
  return [
    ...userOperations(magpie),
    ...userAddressOperations(magpie),
    ...loginProfileOperations(magpie),
    ...authKeyOperations(magpie),
    ...roleOperations(magpie),
    ...organisationOperations(magpie),
    ...systemOperations(magpie),
    ...diagnosticsOperations(magpie),
    ...maintenanceOperations(magpie),
    ...upkeepOperations(magpie),
    ...cspReportOperations(magpie),
    ...accountActionOperations(magpie),
    ...settingOperations(magpie),
    ...signInOperations(magpie),
    ...publicSignInOperations(),
    ...secondFactorOperations(magpie),
    ...passwordResetOperations(magpie),
    ...userMailOperations(magpie),
    ...userSettingOperations(magpie),
    ...allLogOperations(magpie),
    ...newsOperations(magpie),
    ...bookmarkOperations(magpie),
    ...jobOperations(magpie),
    ...registrationOperations(magpie),
    ...statisticsOperations(magpie),
    ...importRuleOperations(magpie),
  ];
}
