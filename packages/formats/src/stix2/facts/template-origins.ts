import { uuid5 } from '../ids.ts';
import type { TemplateFacts } from '../read/object-parts.ts';

/**
 * Uuid and meta-category of the templates whose objects readers make of other producers' data, as the library of object
 * templates (misp-objects) has them: an object must name what it is made after, also where that library is not loaded.
 */
const origins: ReadonlyMap<string, readonly [uuid: string, metaCategory: string]> = new Map(
  Object.entries({
    'android-app': ['92836f23-4730-4eae-82ac-9f00d5299735', 'file'],
    artifact: ['0a46df3a-bd9b-472c-a1e7-6aede7094483', 'file'],
    asn: ['4ec55cc6-9e49-4c64-b794-03c25c1a6587', 'network'],
    'attack-pattern': ['35928348-56be-4d7f-9752-a80927936351', 'vulnerability'],
    'command-line': ['88ebe222-d3cc-11e9-875d-7f13f460adaf', 'misc'],
    cookie: ['7755ad19-55c7-4da4-805e-197cf81bbcb8', 'network'],
    'course-of-action': ['3d1c2c06-68a9-4394-8c8d-258d115f796f', 'misc'],
    'cpe-asset': ['8ea002c4-172d-45ae-8d91-1cdea825e6a9', 'misc'],
    credential: ['a27e98c9-9b0e-414c-8076-d201e039ca09', 'misc'],
    directory: ['23ac6a02-1017-4ea6-a4df-148ed563988d', 'file'],
    'domain-ip': ['43b3b146-77eb-4931-b4cc-b66c60f28734', 'network'],
    email: ['a0c666e0-fc65-4be8-b48f-3423d788b552', 'network'],
    employee: ['443b2f15-d7c9-4d3d-bfd2-38f099753e83', 'misc'],
    'facebook-account': ['b9862b95-7d78-4938-a2b5-13e45c60f25a', 'misc'],
    file: ['688c46fb-5edb-40a3-8273-1af7923e2215', 'file'],
    geolocation: ['cd6f2238-ba55-4888-82c4-104e6e1acf21', 'misc'],
    'github-user': ['4329b5e6-8e6a-4b55-8fd1-9033782017d4', 'misc'],
    'gitlab-user': ['39ef3197-08f5-445f-b3b6-9d4d8604071c', 'misc'],
    'http-request': ['b4a8d163-8110-4239-bfcf-e08f3a9fdf7b', 'network'],
    identity: ['ae85b960-b507-4de2-a32c-9cfb8f25f990', 'misc'],
    image: ['ca78ec03-3321-4ed3-9840-9bfd52b91d82', 'file'],
    incident: ['38597424-f9bb-4865-9b4b-819172df0334', 'misc'],
    'intrusion-set': ['bfe96eae-e37a-4ecf-8012-1cdb478571a5', 'misc'],
    'ip-port': ['9f8cea74-16fe-4968-a2b4-026676949ac6', 'network'],
    'legal-entity': ['14f5688f-d89c-469f-9878-c48bf6c41c65', 'misc'],
    lnk: ['ad13533e-1853-4da0-a111-33a7ce7e6c09', 'file'],
    malware: ['e5ad1d64-4b4e-44f5-9e00-88a705a67f9d', 'misc'],
    'malware-analysis': ['8229ee82-7218-4ff5-9eac-57961a6f0288', 'misc'],
    mutex: ['9f5c1a68-2021-4faa-b409-61c899c86466', 'misc'],
    netflow: ['bf148c58-3e7e-414e-8de8-5d96379ca77e', 'network'],
    'network-connection': ['af16764b-f8e5-4603-9de1-de34d272f80b', 'network'],
    'network-socket': ['48bbfd72-ef8e-4649-b14d-41b4b5a0eba2', 'network'],
    'network-traffic': ['16290b18-9af5-4a43-b195-75fe1eef0c35', 'network'],
    'news-agency': ['92b3f7fd-c4bc-42af-a73b-033ace439622', 'misc'],
    organization: ['f750e12b-127a-432c-b022-b3f9153c4e2a', 'misc'],
    'parler-account': ['8d5ba58e-cac3-46a6-9d1f-cf236f7e95c9', 'misc'],
    pe: ['cf7adecc-d4f0-4e88-9d90-f978ee151a07', 'file'],
    'pe-section': ['198a17d2-a135-4b25-9a32-5aa4e632014a', 'file'],
    person: ['a15b0477-e9d1-4b9c-9546-abe78a4f4248', 'misc'],
    'phone-number': ['c4b5a67c-63d2-11ec-90d6-0242ac120003', 'mobile'],
    process: ['02aeef94-ac23-455c-addb-731757ceafb5', 'misc'],
    'reddit-account': ['6802f885-2003-494a-b234-61aadce62731', 'misc'],
    'registry-key': ['8b3228ad-6d82-4fe6-b2ae-05426308f1d5', 'file'],
    'registry-key-value': ['4626a273-72c1-48d3-8595-ff48ea2277f7', 'file'],
    sigma: ['aa21a3cd-ab2c-442a-9999-a5e6626591ec', 'misc'],
    software: ['b1b5dc0e-73fe-443c-8d9d-0e208de3951e', 'misc'],
    'stix2-pattern': ['0c5bd072-7c3e-4d45-86f7-a8104d9143b9', 'misc'],
    suricata: ['3c177337-fb80-405a-a6c1-1b2ddea8684a', 'network'],
    'telegram-account': ['06f02ecf-5afb-42c5-9cb0-b362e222f52c', 'misc'],
    'twitter-account': ['8066563f-881e-4f6a-9d6c-a9d15b8658bb', 'misc'],
    url: ['60efb77b-40b5-4c46-871b-ed1ed999fce5', 'network'],
    'user-account': ['49606b06-22f0-4ac8-8eee-2f12ad46f3d3', 'misc'],
    victim: ['a8806e40-39ad-435f-be02-ac2a13d6fc7d', 'misc'],
    vulnerability: ['81650945-f186-437b-8945-9f31715d32da', 'vulnerability'],
    weakness: ['b8713fc0-d7a2-4b27-a182-38ed47966802', 'vulnerability'],
    whois: ['429faea1-34ff-47af-8a00-7c62d3be5a6a', 'network'],
    'windows-service': ['7598cc63-7ba3-4d0a-91c0-b875c6013035', 'misc'],
    x509: ['d1ab756a-26b5-4349-9f43-765630f0911c', 'network'],
    yara: ['b5acf82e-ecca-4868-82fe-9dbdf4d808c3', 'misc'],
  } satisfies Record<string, [string, string]>),
);

/** What an object says of the template it is made after. */
interface Origin {
  'meta-category': string;
  description: string;
  template_uuid: string;
  template_version: string;
}

/**
 * The origin of an object called `name`: from its template where that is loaded, else from what is known of the library.
 * Names that nobody knows get a uuid made of the name, the same each time.
 */
export function originOf(name: string, template: TemplateFacts | undefined): Origin {
  const [uuid, metaCategory] = origins.get(name) ?? [uuid5(`object template - ${name}`), 'misc'];
  return {
    'meta-category': template?.metaCategory || metaCategory,
    description: template?.description ?? '',
    template_uuid: template?.uuid ?? uuid,
    template_version: template?.version ?? '1',
  };
}
