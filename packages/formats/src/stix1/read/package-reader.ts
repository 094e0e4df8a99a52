import { isJson, type Json, textOf } from '../../stix2/json.ts';
import { nameOf, namesOfTtp, tagsOfNames } from './clusters.ts';
import { isNegated } from './conditions.ts';
import { readHistory, readVictims } from './incident-parts.ts';
import { readMarkings } from './markings.ts';
import { readEmbeddedIoc } from './open-ioc.ts';
import { putSighting, sightingsOf } from './sightings.ts';
import { type Context, type Stix1Reading, timestampOf } from './stix1-reading.ts';
import { itemsOf, jsonAt, objectsOf, plainText, textAt, typeOf, uuidOf, valuesOf } from './tree.ts';
import { readTtpTargets } from './ttp-targets.ts';

/** Indicators in indicators, at most. */
const MOST_NESTED = 20;

/** Reads packages: what they define, then what their indicators and incidents say. */
export class PackageReader {
  readonly incidents: Json[] = [];
  readonly eventTags: string[] = [];
  threatLevel = '4';
  readonly #reading: Stix1Reading;
  readonly #isOwn: boolean;
  readonly #ttps = new Map<string, Json>();
  readonly #ttpTagsKnown = new Map<Json, readonly string[]>();
  readonly #observed = new Set<string>();
  readonly #said = new Set<string>();
  #notedTags = 0;
  #notedAttributes = 0;

  constructor(reading: Stix1Reading, isOwn: boolean) {
    this.#reading = reading;
    this.#isOwn = isOwn;
  }

  /** Notes what others may refer to. */
  index(one: Json): void {
    for (const observable of observablesOf(one)) this.#nameObservable(observable, 0);
    for (const indicator of objectsOf(one, 'indicators', 'indicator')) {
      this.#reading.name(plainText(indicator.id), indicator);
      for (const observable of objectsOf(indicator, 'observable')) this.#nameObservable(observable, 0);
    }
    for (const ttp of objectsOf(one, 'ttps', 'ttps', 'ttp')) this.#ttps.set(plainText(ttp.id), ttp);
  }

  #nameObservable(observable: Json, depth: number): void {
    this.#reading.name(plainText(observable.id), observable);
    const object = jsonAt(observable, 'object');
    this.#reading.name(plainText(object.id), object);
    const composition = jsonAt(observable, 'observable_composition');
    if (depth > MOST_NESTED) return;
    for (const member of [...objectsOf(composition, 'observables'), ...objectsOf(composition, 'observable')]) {
      this.#nameObservable(member, depth + 1);
    }
  }

  read(one: Json): void {
    for (const indicator of objectsOf(one, 'indicators', 'indicator')) this.#indicator(indicator, '', 0);
    for (const incident of objectsOf(one, 'incidents', 'incident')) this.#incident(incident);
    for (const ttp of objectsOf(one, 'ttps', 'ttps', 'ttp')) this.#ttp(ttp);
    for (const target of objectsOf(one, 'exploit_targets', 'exploit_target')) {
      readTtpTargets(this.#reading, { exploit_targets: [{ exploit_target: target }] }, this.#isOwn);
    }
    this.#clusters(one);
    for (const observable of observablesOf(one)) {
      if (this.#observed.has(plainText(observable.id))) continue;
      this.#reading.observable(observable, this.#context(observable, { toIds: false, category: '' }));
    }
  }

  /** Drops from the event what is said twice. */
  finish(): void {
    const unique = [...new Set(this.eventTags)];
    this.eventTags.splice(0, this.eventTags.length, ...unique);
  }

  #context(json: Json, fields: Pick<Context, 'toIds' | 'category'> & Partial<Context>): Context {
    return {
      uuid: uuidOf(json.id),
      comment: commentOf(json),
      tags: readMarkings(json),
      timestamp: timestampOf(json),
      ...fields,
    };
  }

  #markings(json: Json): string[] {
    return readMarkings(json, (reason) => this.#reading.skip(plainText(json.id), reason));
  }

  #indicator(sent: Json, category: string, depth: number): void {
    this.#reading.spend(1);
    const reference = plainText(sent.idref);
    const json = reference === '' ? sent : this.#reading.named(reference);
    // Those of the package itself are read there.
    if (json === undefined || (reference !== '' && depth === 0)) return;
    const id = plainText(json.id);
    if (depth > MOST_NESTED) {
      this.#reading.skip(id, 'Its indicators nest too deep.');
      return;
    }
    if (isNegated(json)) {
      this.#reading.skip(id, 'It tells what is not to be found.');
      return;
    }
    const title = plainText(json.title);
    const object = /^([^:]*): (.*) \(MISP Object\)$/s.exec(title);
    const tags = [...this.#markings(json), ...this.#ttpTags(json)];
    const comment = commentOf(json);
    const context = this.#context(json, {
      place: id,
      toIds: true,
      category,
      tags,
      comment: this.#isOwn && comment === title ? '' : comment,
      ...(object === null ? {} : { objectName: object[2] ?? '', metaCategory: object[1] ?? '' }),
    });
    const attributes = this.#reading.attributes.length;
    const made = this.#reading.objects.length;
    let isEmpty = true;
    for (const observable of [...objectsOf(json, 'observable'), ...objectsOf(json, 'observables', 'observable')]) {
      isEmpty = false;
      this.#markObserved(observable);
      this.#reading.observable(observable, context);
    }
    for (const mechanism of objectsOf(json, 'test_mechanisms', 'test_mechanism')) {
      isEmpty = false;
      this.#mechanism(mechanism, context, id);
    }
    const composite = jsonAt(json, 'composite_indicator_expression');
    for (const one of [...objectsOf(composite, 'indicators'), ...objectsOf(composite, 'indicator')]) {
      isEmpty = false;
      this.#indicator(one, category, depth + 1);
    }
    this.#sightings(json, attributes, this.#reading.attributes[attributes] ?? this.#reading.objects[made]);
    if (isEmpty) this.#reading.skip(id, 'The indicator holds neither an observable nor a rule.');
  }

  /**
   * Puts the sightings of an indicator on what it became, and on what they tell to have been observed besides.
   * Attributes from `from` on are the indicator's.
   */
  #sightings(indicator: Json, from: number, made: Json | undefined): void {
    const id = plainText(indicator.id);
    const sightings = sightingsOf(this.#reading, indicator);
    this.#reading.spend(sightings.length);
    // What was made grows with every sighting that is put on it.
    const name = id || JSON.stringify(made ?? indicator);
    for (const [place, { sighting, observables }] of sightings.entries()) {
      const key = `${name} sighting ${place}`;
      const seen = observables.flatMap((observable) => this.#observedBeside(observable, from));
      if (made !== undefined) putSighting(made, sighting, key);
      for (const [index, attribute] of seen.entries()) putSighting(attribute, sighting, `${key} of ${index}`);
      if (made === undefined && seen.length === 0) this.#reading.skip(id, 'What was sighted is not in the event.');
    }
  }

  /** Attributes of what a sighting observed, unless it stands elsewhere or says what the indicator says. */
  #observedBeside(observable: Json, from: number): Json[] {
    if (this.#reading.named(plainText(observable.idref)) !== undefined) return [];
    const { attributes } = this.#reading;
    const start = attributes.length;
    const nameOfOne = ({ type, value }: Json) => `${textOf(type)} ${textOf(value)}`;
    const known = new Set(attributes.slice(from).map(nameOfOne));
    this.#reading.spend(known.size);
    this.#reading.observable(observable, this.#context(observable, { toIds: false, category: '' }));
    const added = attributes.splice(start).filter((attribute) => !known.has(nameOfOne(attribute)));
    attributes.push(...added);
    return added;
  }

  /** What an indicator observes is not an observable of its own besides. */
  #markObserved(observable: Json, depth = 0): void {
    for (const id of [plainText(observable.id), plainText(observable.idref)]) if (id !== '') this.#observed.add(id);
    const composition = jsonAt(observable, 'observable_composition');
    if (depth > MOST_NESTED) return;
    for (const member of [...objectsOf(composition, 'observables'), ...objectsOf(composition, 'observable')]) {
      this.#markObserved(member, depth + 1);
    }
  }

  /** In MISP's own documents the tags of clusters stand in the handling. */
  #ttpTags(json: Json): string[] {
    if (this.#isOwn) return [];
    return [...objectsOf(json, 'indicated_ttps'), ...objectsOf(json, 'indicated_ttp')].flatMap((related) => {
      const sent = jsonAt(related, 'ttp');
      const ttp = this.#ttps.get(plainText(sent.idref)) ?? sent;
      return this.#tagsOfTtp(ttp);
    });
  }

  #tagsOfTtp(ttp: Json): readonly string[] {
    const tags = this.#ttpTagsKnown.get(ttp) ?? tagsOfNames(this.#reading, namesOfTtp(ttp));
    this.#ttpTagsKnown.set(ttp, tags);
    this.#reading.spend(tags.length);
    return tags;
  }

  #mechanism(mechanism: Json, context: Context, id: string): void {
    const type = typeOf(mechanism);
    const rules = [...itemsOf(mechanism, 'rule'), ...itemsOf(mechanism, 'rules')].flatMap((rule) => valuesOf(rule));
    if (type === 'YaraTestMechanismType') {
      for (const value of rules) this.#reading.addValue({ type: 'yara', value }, context);
    } else if (type === 'SnortTestMechanismType') {
      for (const value of rules) this.#reading.addValue({ type: 'snort', value }, context);
    } else if (type === 'OpenIOC2010TestMechanismType') {
      for (const ioc of itemsOf(mechanism, 'ioc')) this.#openIoc(ioc, context, id);
    } else this.#reading.skip(id, `Test mechanisms of type ${type || 'unknown'} have no place in MISP.`);
  }

  /** Attributes of OpenIOC, each with the comment and the tags of the indicator that holds it. */
  #openIoc(ioc: unknown, context: Context, id: string): void {
    const { attributes, notTaken } = readEmbeddedIoc(ioc);
    for (const { path, reason } of notTaken) this.#reading.skip(id, `OpenIOC, ${path}: ${reason}`);
    for (const attribute of attributes) {
      this.#reading.addValue(
        { type: textOf(attribute.type), value: textOf(attribute.value) },
        {
          ...context,
          uuid: uuidOf(attribute.uuid),
          category: textOf(attribute.category),
          toIds: attribute.to_ids === true,
        },
      );
    }
  }

  #incident(incident: Json): void {
    this.incidents.push(incident);
    for (const related of objectsOf(incident, 'related_indicators', 'indicators', 'related_indicator')) {
      const indicator = jsonAt(related, 'indicator');
      this.#indicator(indicator, plainText(related.relationship), 0);
    }
    for (const related of objectsOf(incident, 'related_observables', 'observables', 'related_observable')) {
      const observable = jsonAt(related, 'observable');
      const category = plainText(related.relationship);
      if (plainText(observable.idref) !== '') continue;
      const metaCategory = this.#reading.isCategory(category) ? {} : { metaCategory: category };
      this.#reading.observable(observable, this.#context(observable, { toIds: false, category, ...metaCategory }));
    }
    const history = readHistory(this.#reading, incident);
    if (history.threatLevel !== null) this.threatLevel = history.threatLevel;
    readVictims(this.#reading, incident);
    this.eventTags.push(...this.#markings(incident), ...history.tags);
  }

  #ttp(ttp: Json): void {
    const before = this.#reading.count;
    readTtpTargets(this.#reading, ttp, this.#isOwn);
    const names = namesOfTtp(ttp);
    if (!this.#isOwn || plainText(ttp.title).endsWith('(MISP Galaxy)')) this.#tagEvent(names);
    if (names.length === 0 && this.#reading.count === before && plainText(ttp.idref) === '') {
      this.#reading.skip(plainText(ttp.id), 'MISP has no place for what the TTP says.');
    }
  }

  #tagEvent(named: Parameters<typeof tagsOfNames>[1]): void {
    this.#noteSaid();
    this.eventTags.push(
      ...tagsOfNames(
        this.#reading,
        named.filter(({ name }) => !this.#said.has(name)),
      ),
    );
  }

  /** Notes the names in tags that came since the last time: what is said needs no tag of its own. */
  #noteSaid(): void {
    for (const tag of this.eventTags.slice(this.#notedTags)) this.#noteTag(tag);
    this.#notedTags = this.eventTags.length;
    if (!this.#isOwn) return;
    for (const { Tag: tags } of this.#reading.attributes.slice(this.#notedAttributes)) {
      for (const tag of Array.isArray(tags) ? tags.filter(isJson) : []) this.#noteTag(textOf(tag.name));
    }
    this.#notedAttributes = this.#reading.attributes.length;
  }

  #noteTag(tag: string): void {
    const at = tag.indexOf('="');
    if (at >= 0 && tag.endsWith('"')) this.#said.add(tag.slice(at + 2, -1));
  }

  #clusters(one: Json): void {
    const names = (key: string, inner: string) =>
      objectsOf(one, key, inner)
        .map(nameOf)
        .filter((name) => name !== '');
    this.#tagEvent(names('threat_actors', 'threat_actor').map((name) => ({ kind: 'threat-actor', name })));
    this.#tagEvent(names('courses_of_action', 'course_of_action').map((name) => ({ kind: 'course-of-action', name })));
    for (const action of objectsOf(one, 'courses_of_action', 'course_of_action')) {
      const parameters = jsonAt(action, 'parameter_observables');
      for (const observable of [...objectsOf(parameters, 'observables'), ...objectsOf(parameters, 'observable')]) {
        this.#reading.observable(observable, this.#context(observable, { toIds: true, category: '' }));
      }
    }
    for (const campaign of objectsOf(one, 'campaigns', 'campaign')) {
      const [name] = [
        textAt(campaign, 'names', 'names'),
        textAt(campaign, 'names', 'name'),
        plainText(campaign.title),
      ].filter((text) => text !== '');
      if (name === undefined) {
        this.#reading.skip(plainText(campaign.id), 'The campaign has no name.');
        continue;
      }
      const context = this.#context(campaign, { toIds: false, category: 'Attribution' });
      this.#reading.addValue({ type: 'campaign-name', value: name }, context);
    }
  }
}

function observablesOf(one: Json): Json[] {
  const [holder] = objectsOf(one, 'observables');
  if (holder === undefined) return [];
  return [...objectsOf(holder, 'observables'), ...objectsOf(holder, 'observable')];
}

function commentOf(json: Json): string {
  const description = [...itemsOf(json, 'description')].map(plainText).filter((text) => text !== '');
  return description[0] ?? plainText(json.title);
}
