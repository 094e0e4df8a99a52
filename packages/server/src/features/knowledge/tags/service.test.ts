import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledgeWorld, type KnowledgeWorld } from '../testing/world.ts';
import { captureTags } from './service.ts';

let world: KnowledgeWorld;
beforeAll(async () => {
  world = await createKnowledgeWorld();
});
afterAll(() => world.close());

const editor = () => world.viewer(world.alpha, ['perm_add', 'perm_tagger', 'perm_tag_editor']);
const tagger = () => world.viewer(world.beta, ['perm_add', 'perm_tagger']);

describe('captureTags', () => {
  it('creates unknown tags for a tag editor and records that', async () => {
    const tags = await world.database.as(editor(), (tx) =>
      captureTags(tx, editor(), [
        { name: 'Fresh:One', colour: '#112233' },
        { name: 'fresh:two' },
        { name: 'FRESH:one' },
      ]),
    );
    expect([...tags.keys()]).toEqual(['fresh:one', 'fresh:two']);
    expect(tags.get('fresh:one')?.row).toMatchObject({ name: 'Fresh:One', colour: '#112233', is_galaxy: false });
    const changes = await world.database.asSystem('test', (tx) =>
      tx.query(
        `select title from changes where model = 'Tag' and action = 'add' and title ilike 'fresh:%' order by title`,
      ),
    );
    expect(changes).toHaveLength(2);
  });

  it('finds known tags whatever their case and leaves out unknown ones without the right to create', async () => {
    await world.database.as(editor(), (tx) => captureTags(tx, editor(), [{ name: 'known' }]));
    const tags = await world.database.as(tagger(), (tx) =>
      captureTags(tx, tagger(), [{ name: 'KNOWN' }, { name: 'never-made' }]),
    );
    expect([...tags.keys()]).toEqual(['known']);
    expect(tags.get('known')?.name).toBe('known');
  });

  it('leaves out tags reserved for others, as if the name could not be created', async () => {
    await world.database.asSystem('test', (tx) =>
      tx.execute(`insert into tags (name, colour, org_id) values ('reserved', '#000000', $1)`, [world.beta]),
    );
    const tags = await world.database.as(editor(), (tx) =>
      captureTags(tx, editor(), [{ name: 'Reserved' }, { name: 'beside-reserved' }]),
    );
    expect([...tags.keys()]).toEqual(['beside-reserved']);
  });

  it('knows galaxy tags, custom ones too', async () => {
    const custom = 'misp-galaxy:tea="60000000-0000-4000-8000-000000000001"';
    const tags = await world.database.as(editor(), (tx) =>
      captureTags(tx, editor(), [{ name: 'misp-galaxy:tea="Milk"' }, { name: custom }]),
    );
    expect(tags.get('misp-galaxy:tea="milk"')?.row).toMatchObject({
      colour: '#0088cc',
      is_galaxy: true,
      is_custom_galaxy: false,
    });
    expect(tags.get(custom)?.row).toMatchObject({ is_galaxy: true, is_custom_galaxy: true });
  });

  it('leaves out names that cannot be stored and cuts long ones between characters', async () => {
    const tags = await world.database.as(editor(), (tx) =>
      captureTags(tx, editor(), [{ name: '' }, { name: '  ' }, { name: 'a\0b' }, { name: 'é'.repeat(200) }]),
    );
    expect([...tags.values()].map((tag) => tag.name)).toEqual(['é'.repeat(127)]);
  });

  it('lets two writers create the same names in another order at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => ({ name: `race:${index}` }));
    const write = (wanted: { name: string }[]) =>
      world.database.as(editor(), async (tx) => {
        const first = await captureTags(tx, editor(), wanted.slice(0, 10));
        const second = await captureTags(tx, editor(), wanted.slice(10));
        return new Map([...first, ...second]);
      });
    const [one, two] = await Promise.all([write(names), write(names.toReversed())]);
    expect(one.size).toBe(20);
    expect(two.size).toBe(20);
    expect(one.get('race:3')?.id).toBe(two.get('race:3')?.id);
  });
});
