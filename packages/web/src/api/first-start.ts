import { editServerSetting } from './administration.ts';
import { post } from './client.ts';

/** Libraries that the instance can load, by the controller that updates them. */
export const libraries = ['taxonomies', 'galaxies', 'objectTemplates', 'warninglists'] as const;

/** A library of knowledge that is fetched at the first start. */
export type Library = (typeof libraries)[number];

/** Loads or refreshes one library from its source; may take a while. */
export const updateLibrary = (library: Library) => post(`/${library}/update`);

/** Tells the server that the first-start pages need not open by themselves again. */
export const finishFirstStart = () => editServerSetting('Magpie.first_start_completed', true);
