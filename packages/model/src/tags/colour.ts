import { md5Hex } from './md5.ts';

/** Colour of tags of galaxy clusters. */
export const galaxyTagColour = '#0088cc';

/** Colour of a tag that nobody gave one: the first six hex digits of the MD5 of its name. */
export function tagColour(name: string): string {
  return `#${md5Hex(name).slice(0, 6)}`;
}

/**
 * Colour of a taxonomy entry without its own: the hue comes from the
 * namespace, the brightness from the place (from 0) among the `count` entries
 * that the whole taxonomy has.
 */
export function taxonomyColour(namespace: string, index: number, count: number): string {
  const sum = new TextEncoder().encode(namespace).reduce((total, byte) => total + byte, 0);
  const brightness = (20 + (80 / count) * (index + 1)) / 100;
  const channels = saturatedColour((sum % 100) / 100, brightness);
  return `#${channels
    .map((channel) =>
      Math.round(channel * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** HSV with full saturation to RGB, all from 0 to 1. */
function saturatedColour(hue: number, brightness: number): readonly [number, number, number] {
  const sector = Math.floor(hue * 6);
  const rising = brightness * (hue * 6 - sector);
  const falling = brightness - rising;
  const sectors = [
    [brightness, rising, 0],
    [falling, brightness, 0],
    [0, brightness, rising],
    [0, falling, brightness],
    [rising, 0, brightness],
    [brightness, 0, falling],
  ] as const;
  return sectors[sector % 6] ?? [brightness, 0, 0];
}

/** Black or white, whichever reads better on `colour` (#rrggbb; WCAG relative luminance). */
export function textColourOn(colour: string): '#000000' | '#ffffff' {
  const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)?.slice(1) ?? ['ff', 'ff', 'ff'];
  const [red = 1, green = 1, blue = 1] = channels.map((hex) => {
    const share = Number.parseInt(hex, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}
