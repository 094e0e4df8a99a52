import type { Magpie } from '../../context.ts';
import type { Operation } from '../../http/operation.ts';
import { decayingModelOperations } from './decaying/routes.ts';
import { galaxyOperations } from './galaxies/routes.ts';
import { noticelistOperations } from './noticelists/routes.ts';
import { objectRelationshipOperations } from './object-templates/relationship-routes.ts';
import { objectTemplateOperations } from './object-templates/routes.ts';
import { tagCollectionOperations } from './tag-collections/routes.ts';
import { tagOperations } from './tags/routes.ts';
import { taxonomyOperations } from './taxonomies/routes.ts';
import { warninglistOperations } from './warninglists/routes.ts';

/** The wing of knowledge: tags and the libraries. */
export function knowledgeOperations(magpie: Magpie): Operation[] {
  return [
    ...tagCollectionOperations(magpie),
    ...tagOperations(magpie),
    ...taxonomyOperations(magpie),
    ...galaxyOperations(magpie),
    ...objectTemplateOperations(magpie),
    ...objectRelationshipOperations(magpie),
    ...warninglistOperations(magpie),
    ...noticelistOperations(magpie),
    ...decayingModelOperations(magpie),
  ];
}
