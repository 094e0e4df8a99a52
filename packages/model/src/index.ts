export {
  type Audience,
  audienceKey,
  audienceOf,
  childAudience,
  type EventReach,
  eventAudience,
  isInAudience,
} from './access/audience.ts';
export {
  canSee,
  type EventRow,
  isGroupMember,
  type Reach,
  type Row,
  type SharingGroupMembers,
  type Viewer,
  type World,
} from './access/can-see.ts';
export {
  attributeCategories,
  attributeTypes,
  categoriesOfType,
  type DescribedTypes,
  describeTypes,
  isAttributeCategory,
  isAttributeType,
  isTypeInCategory,
  typeFacts,
  typesOfCategory,
} from './attribute-types/catalogue.ts';
export { type CategoryFacts, categoryTable } from './attribute-types/category-table.ts';
export { isCompositeType, joinValue, splitComposite, type ValueHalves } from './attribute-types/composite.ts';
export { isIpAddress, shortestAddress } from './attribute-types/internet-address.ts';
export { readFlag, readText, readWholeNumber } from './attribute-types/lenient.ts';
export {
  type AttributeValues,
  type FieldErrors,
  type ReadAttributeOptions,
  type ReadAttributeResult,
  readAttribute,
} from './attribute-types/read-attribute.ts';
export type { TypeFacts } from './attribute-types/type-table.ts';
export { validateAttributeValue } from './attribute-types/validate.ts';
export {
  isTooLong,
  maxValueBytes,
  normaliseValue,
  unstorableText,
  type ValueRewrite,
  type ValueVerdict,
} from './attribute-types/value.ts';
export { type CorrelationKeys, correlationKey, correlationKeys, neverCorrelates } from './correlation/keys.ts';
export {
  analysisStates,
  analystDataTypes,
  type Choice,
  choiceName,
  distribution,
  distributions,
  referencedTypes,
  sightingTypes,
  threatLevels,
} from './enumerations.ts';
export { type FindOptions, findIndicators, type Indicator } from './free-text/find-indicators.ts';
export {
  type DefaultRole,
  defaultRoles,
  isPermissionFlag,
  levelPermissions,
  type PermissionFlag,
  type Permissions,
  permissionFlags,
  permissionLevel,
  permissionLevels,
  permissionsOf,
} from './roles.ts';
export { compareSsdeep, parseSsdeep, type SsdeepHash, ssdeepGrams } from './similarity/ssdeep.ts';
export { parseTlsh, type TlshDigest, tlshDistance } from './similarity/tlsh.ts';
export { galaxyTagColour, tagColour, taxonomyColour, textColourOn } from './tags/colour.ts';
export { md5Hex } from './tags/md5.ts';
export { isCustomGalaxyTag, isGalaxyTag, parseTagName, type TagParts } from './tags/tag-name.ts';
export { formatSeen, parseDateText } from './time/seen.ts';
export { parseSeenFilter, parseTimeFilter, type TimeRange } from './time/time-filter.ts';
export { readUuid, readUuidShape } from './uuid.ts';
