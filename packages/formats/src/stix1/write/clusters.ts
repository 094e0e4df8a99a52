import { MISP_STIX_NAMESPACE } from '../../stix2/ids.ts';
import { type Json, objects, text, texts } from '../../stix2/json.ts';
import { type ClusterKind, clusterKinds } from '../facts/galaxies.ts';
import { uuid5In } from '../ids.ts';

/** A cluster that STIX 1 has a place for. */
export interface Cluster {
  readonly kind: ClusterKind;
  readonly uuid: string;
  /** Name of its galaxy: the relationship to it. */
  readonly galaxy: string;
  readonly json: Json;
}

/** The clusters of an element that STIX 1 has a place for. */
export function clustersOf(element: Json): Cluster[] {
  return objects(element, 'Galaxy').flatMap((galaxy) => {
    const kind = clusterKinds.get(text(galaxy, 'type'));
    if (kind === undefined) return [];
    return objects(galaxy, 'GalaxyCluster').flatMap((json) => {
      const uuid = text(json, 'uuid') || uuid5In(MISP_STIX_NAMESPACE, text(json, 'tag_name') || text(json, 'value'));
      return [{ kind, uuid, galaxy: text(galaxy, 'name'), json }];
    });
  });
}

/** A cluster as a TTP, a threat actor or a course of action. `id` makes ids of kinds. */
export function writeCluster({ kind, json, galaxy }: Cluster, id: (kind: string) => string, timestamp: string): Json {
  const named = { title: text(json, 'value'), ...described(json) };
  const timed = timestamp === '' ? {} : { timestamp };
  if (kind === 'threat-actor') {
    const effects = metaTexts(json, 'cfr-type-of-incident').map((value) => ({ ...timed, value }));
    return {
      id: id('ThreatActor'),
      ...named,
      ...timed,
      ...(effects.length === 0 ? {} : { intended_effects: effects }),
      observed_ttps: {},
      associated_campaigns: {},
      associated_actors: {},
      related_packages: {},
    };
  }
  if (kind === 'course-of-action') {
    return { id: id('CourseOfAction'), ...named, ...timed, related_coas: {}, related_packages: {} };
  }
  const ttp = emptyTtp({ id: id('TTP'), title: `${galaxy} (MISP Galaxy)`, ...timed });
  if (kind === 'attack-pattern') {
    const capec = metaTexts(json, 'external_id').find((value) => value.startsWith('CAPEC-'));
    const numbered = capec === undefined ? {} : { capec_id: capec };
    return { ...ttp, behavior: { attack_patterns: [{ id: id('AttackPattern'), ...named, ...numbered }] } };
  }
  if (kind === 'malware') {
    const synonyms = metaTexts(json, 'synonyms');
    const names = synonyms.length === 0 ? {} : { names: synonyms };
    return { ...ttp, behavior: { malware_instances: [{ id: id('MalwareInstance'), ...named, ...names }] } };
  }
  if (kind === 'tool') {
    const tool = { name: text(json, 'value'), id: id('ToolInformation'), ...described(json) };
    return { ...ttp, resources: { tools: [tool] } };
  }
  const [cve] = metaTexts(json, 'aliases').filter((alias) => /^CVE-\d{4}-\d{4,}$/.test(alias));
  const target = exploitTarget({
    id: id('ExploitTarget'),
    ...timed,
    vulnerabilities: [{ ...named, ...(cve === undefined ? {} : { cve_id: cve }) }],
  });
  return { ...ttp, exploit_targets: targets(target) };
}

function described(json: Json): Json {
  const description = text(json, 'description');
  return description === '' ? {} : { description };
}

function metaTexts(json: Json, key: string): string[] {
  const { meta } = json;
  const [own] = objects({ meta }, 'meta');
  if (own !== undefined) return texts(own, key);
  return objects(json, 'GalaxyElement')
    .filter((element) => text(element, 'key') === key)
    .map((element) => text(element, 'value'));
}

/** A TTP with the lists that the JSON of other producers always has. */
export function emptyTtp(fields: Json): Json {
  return { ...fields, related_packages: {}, exploit_targets: {}, related_ttps: {}, kill_chain_phases: {} };
}

/** An exploit target (STIX 1.1.1, ExploitTargetType) with the members that are always there. */
export function exploitTarget(fields: Json): Json {
  return { ...fields, potential_coas: {}, related_exploit_targets: {}, related_packages: {} };
}

/** The list of exploit targets of a TTP, with this one. */
export function targets(target: Json): Json {
  return { exploit_targets: [{ exploit_target: target }] };
}
