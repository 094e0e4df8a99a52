import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultRoles, isPermissionFlag, levelPermissions, permissionLevel, permissionsOf } from './roles.ts';

const recorded = '../shared/golden/roles.jsonl';

describe('default roles', () => {
  it('have the level their flags amount to', () => {
    for (const role of defaultRoles) {
      expect(permissionLevel(role.permissions)).toBe(role.permission);
      expect(role.permissions).toMatchObject(levelPermissions(role.permission));
    }
  });

  it.skipIf(!existsSync(recorded))('equal those of a recorded new instance (needs ../shared/golden)', () => {
    const [line = '{}'] = readFileSync(recorded, 'utf8').split('\n');
    const roles: { Role: Record<string, unknown> }[] = JSON.parse(line).response.body;
    expect(defaultRoles).toHaveLength(roles.length);
    for (const [index, { Role }] of roles.entries()) {
      const role = defaultRoles[index];
      const flags = Object.entries(Role).filter(([key]) => isPermissionFlag(key));
      expect(role?.permissions).toMatchObject(Object.fromEntries(flags));
      expect(role).toMatchObject({ id: Number(Role.id), name: Role.name, permission: Number(Role.permission) });
      expect(role?.isDefault).toBe(Role.default_role);
    }
  });
});

describe('permissionsOf', () => {
  it('grants what is named and nothing else', () => {
    const permissions = permissionsOf(['perm_sync']);
    expect(permissions.perm_sync).toBe(true);
    expect(Object.values(permissions).filter(Boolean)).toHaveLength(1);
  });
});
