/** MISP's JSON as far as the page reads it (reference: the data model of MISP 2.5). Ids and times are strings. */

import type { AnalystLists } from './analyst-data.ts';

/** An organisation as other things name it. */
export interface OrganisationRef {
  readonly id: string;
  readonly name: string;
  readonly uuid: string;
}

/** A tag as it hangs on an element. */
export interface Tag {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly local?: boolean;
  readonly is_galaxy?: boolean;
  readonly exportable?: boolean;
}

/** A tag in the list of tags, with its rules and how often it is used. */
export interface TagRow extends Tag {
  readonly exportable: boolean;
  readonly hide_tag: boolean;
  readonly local_only: boolean;
  readonly org_id: string;
  readonly user_id: string;
  readonly numerical_value: string | null;
  readonly count?: number;
  readonly attribute_count?: number;
  readonly favourite?: boolean;
}

/** A sharing group as an element names it. */
interface SharingGroupRef {
  readonly id: string;
  readonly name: string;
}

interface EventBase {
  readonly id: string;
  readonly uuid: string;
  readonly info: string;
  readonly date: string;
  readonly published: boolean;
  readonly analysis: string;
  readonly threat_level_id: string;
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly orgc_id: string;
  readonly org_id: string;
  readonly attribute_count: string;
  readonly timestamp: string;
  readonly publish_timestamp: string;
  readonly extends_uuid?: string;
  readonly Org?: OrganisationRef;
  readonly Orgc?: OrganisationRef;
  readonly SharingGroup?: SharingGroupRef;
}

/** An event in a list. */
export interface EventIndexRow extends EventBase {
  readonly EventTag?: readonly { readonly id: string; readonly local?: boolean; readonly Tag: Tag }[];
}

/** A galaxy with those of its clusters that an event has. */
interface EventGalaxy {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly GalaxyCluster: readonly {
    readonly id: string;
    readonly uuid: string;
    readonly value: string;
    readonly tag_name: string;
    readonly tag_id: string;
    readonly description?: string;
    readonly local?: boolean;
    readonly meta?: Readonly<Record<string, readonly string[]>>;
  }[];
}

/** An event that shares a value with another. */
interface RelatedEvent {
  readonly Event: Pick<EventBase, 'id' | 'uuid' | 'info' | 'date' | 'Orgc' | 'Org' | 'published'>;
}

/** A key that signs a protected event. */
interface CryptographicKey {
  readonly id: string;
  readonly uuid: string;
  readonly type: string;
  readonly fingerprint: string;
}

/** An event that extends another. */
interface ExtendedBy {
  readonly id: string;
  readonly uuid: string;
  readonly info: string;
  readonly Orgc?: { readonly name: string };
}

/** An event without its attributes and objects, which come in pages. */
export interface EventHeader extends EventBase, AnalystLists {
  readonly disable_correlation?: boolean;
  readonly locked?: boolean;
  readonly protected?: boolean | null;
  readonly CryptographicKey?: readonly CryptographicKey[];
  readonly ExtendedBy?: readonly ExtendedBy[];
  readonly Galaxy?: readonly EventGalaxy[];
  readonly event_creator_email?: string;
  readonly Tag?: readonly Tag[];
  readonly RelatedEvent?: readonly RelatedEvent[];
}

/** An attribute, alone or in an object (`object_id` other than "0"). */
export interface Attribute extends AnalystLists {
  readonly Sighting?: readonly { readonly id: string; readonly type: string }[];
  readonly ShadowAttribute?: readonly { readonly id: string }[];
  readonly id: string;
  readonly uuid: string;
  readonly event_id: string;
  readonly object_id: string;
  readonly object_relation: string | null;
  readonly category: string;
  readonly type: string;
  readonly value: string;
  readonly comment: string;
  readonly to_ids: boolean;
  readonly disable_correlation: boolean;
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly timestamp: string;
  readonly deleted: boolean;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly Tag?: readonly Tag[];
  readonly RelatedAttribute?: readonly { readonly id: string; readonly info: string; readonly event_id: string }[];
  readonly warnings?: readonly { readonly warninglist_name: string }[];
}

/** An object without its attributes, which are rows of their own. */
export interface MispObject extends AnalystLists {
  readonly id: string;
  readonly uuid: string;
  readonly event_id: string;
  readonly name: string;
  readonly 'meta-category': string;
  readonly description: string;
  readonly template_uuid: string;
  readonly template_version: string;
  readonly comment: string;
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly timestamp: string;
  readonly deleted: boolean;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
}

/** A template that objects are made by, without its relations. */
export interface ObjectTemplate {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly 'meta-category': string;
  readonly description: string;
  readonly version: string;
  readonly active: boolean;
  readonly requirements:
    | { readonly required?: readonly string[]; readonly requiredOneOf?: readonly string[] }
    | readonly [];
}

/** One relation of a template: which attributes an object may have under it. */
export interface ObjectTemplateElement {
  readonly id: string;
  readonly object_relation: string;
  readonly type: string;
  readonly 'ui-priority': string;
  readonly categories: readonly string[];
  readonly sane_default: readonly string[];
  readonly values_list: readonly string[];
  readonly description: string;
  readonly disable_correlation: boolean | null;
  readonly multiple: boolean;
}

/** The attribute types, their categories, and what goes with which. */
export interface DescribeTypes {
  readonly sane_defaults: Readonly<Record<string, { readonly default_category: string; readonly to_ids: 0 | 1 }>>;
  readonly types: readonly string[];
  readonly categories: readonly string[];
  readonly category_type_mappings: Readonly<Record<string, readonly string[]>>;
}

/** An organisation with all its fields. */
export interface Organisation extends OrganisationRef {
  readonly description: string | null;
  readonly type: string | null;
  readonly nationality: string | null;
  readonly sector: string | null;
  readonly contacts: string | null;
  readonly local: boolean;
  readonly restricted_to_domain: readonly string[] | null;
  readonly date_created: string;
  readonly user_count?: string;
}

/** A user, without password and keys. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly org_id: string;
  readonly role_id: string;
  readonly autoalert: boolean;
  readonly contactalert: boolean;
  readonly disabled: boolean;
  readonly change_pw: boolean;
  readonly current_login: string;
  readonly last_login: string;
  readonly last_api_access: string;
  readonly date_created: string;
  readonly gpgkey: string | null;
  /** A second factor is set up. */
  readonly totp?: boolean;
  readonly notification_daily?: boolean;
  readonly notification_weekly?: boolean;
  readonly notification_monthly?: boolean;
}

/** MISP's names of what a role may allow. */
export type PermissionFlag =
  | 'perm_add'
  | 'perm_modify'
  | 'perm_modify_org'
  | 'perm_publish'
  | 'perm_sync'
  | 'perm_admin'
  | 'perm_audit'
  | 'perm_auth'
  | 'perm_site_admin'
  | 'perm_regexp_access'
  | 'perm_tagger'
  | 'perm_tag_editor'
  | 'perm_template'
  | 'perm_sharing_group'
  | 'perm_delegate'
  | 'perm_sighting'
  | 'perm_object_template'
  | 'perm_publish_zmq'
  | 'perm_publish_kafka'
  | 'perm_decaying'
  | 'perm_galaxy_editor'
  | 'perm_warninglist'
  | 'perm_view_feed_correlations'
  | 'perm_analyst_data'
  | 'perm_skip_otp';

/** A role: what it allows, and its texts. */
export type Role = { readonly [Flag in PermissionFlag]: boolean } & {
  readonly id: string;
  readonly name: string;
  readonly permission: string;
  readonly permission_description: string;
  readonly default?: boolean;
  readonly default_role?: boolean;
};

/** A key of the API; of the key itself only its ends are known. */
export interface AuthKey {
  readonly id: string;
  readonly uuid: string;
  readonly authkey_start: string;
  readonly authkey_end: string;
  readonly created: string;
  readonly expiration: string;
  readonly read_only: boolean;
  readonly user_id: string;
  readonly comment: string | null;
  readonly allowed_ips: readonly string[] | null;
  readonly last_used?: number | string | null;
}

/** A setting with its value, what it does, and what is wrong with the value. */
export interface ServerSetting {
  readonly setting: string;
  readonly value: unknown;
  readonly description: string;
  readonly errorMessage?: string;
  readonly type: string;
  readonly level: number;
  readonly tab?: string;
  readonly cli_only?: boolean;
  readonly redacted?: boolean;
  readonly options?: Readonly<Record<string, string>> | readonly string[];
}
