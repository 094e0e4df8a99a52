import { describe, expect, it } from 'vitest';
import { prewarmSettings, productSettings } from './postgres-settings.ts';

const GIGABYTE = 1024 ** 3;

describe('settings of the embedded server', () => {
  it.each([
    [0.5, '192MB'],
    [2, '512MB'],
    [8, '2048MB'],
    [256, '4096MB'],
  ])('keep a quarter of %d GB for pages within bounds', (gigabytes, buffers) => {
    expect(productSettings(gigabytes * GIGABYTE).shared_buffers).toBe(buffers);
  });

  it('name no library that the build lacks', () => {
    expect(prewarmSettings('/nowhere/bin/postgres')).toEqual({});
  });
});
