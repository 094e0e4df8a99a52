import type { Magpie } from '../../context.ts';
import type { Operation } from '../../http/operation.ts';
import { attributeIndexOperations } from './attribute-index/routes.ts';
import { correlationOperations } from './correlations/routes.ts';
import { eventIndexOperations } from './event-index/routes.ts';
import { fastLookupOperations } from './fast-lookup/routes.ts';
import { feedExportOperations } from './feed-export/routes.ts';
import { freeTextOperations } from './free-text/routes.ts';
import { legacyExportOperations } from './legacy-exports/routes.ts';
import { pivotOperations } from './pivots/routes.ts';
import { reportPdfOperations } from './report-pdf/routes.ts';
import { restSearchOperations } from './rest-search/routes.ts';
import { stixImportOperations } from './stix-import/routes.ts';

/** Everything that finds. */
export function searchOperations(magpie: Magpie): Operation[] {
  return [
    ...restSearchOperations(magpie),
    ...legacyExportOperations(magpie),
    ...feedExportOperations(magpie),
    ...reportPdfOperations(magpie),
    ...eventIndexOperations(magpie),
    ...attributeIndexOperations(magpie),
    ...freeTextOperations(magpie),
    ...fastLookupOperations(magpie),
    ...correlationOperations(magpie),
    ...pivotOperations(magpie),
    ...stixImportOperations(magpie),
  ];
}
