import type { Magpie } from '../../../context.ts';
import type { Operation } from '../../../http/operation.ts';
import { accessLogOperations } from './access-routes.ts';
import { auditLogOperations } from './audit-routes.ts';
import { logDayOperations } from './days.ts';
import { logOperations } from './log-routes.ts';

/** What was done, by whom: log, audit log and kept requests. */
export function allLogOperations(magpie: Magpie): Operation[] {
  return [
    ...logOperations(magpie),
    ...logDayOperations(magpie),
    ...auditLogOperations(magpie),
    ...accessLogOperations(magpie),
  ];
}
