import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { sameOriginPath } from './same-origin-path.ts';

describe('sameOriginPath', () => {
  it('keeps paths of this site with their query', () => {
    expect(sameOriginPath('/events/view/3?focus=uuid')).toBe('/events/view/3?focus=uuid');
    expect(sameOriginPath('/')).toBe('/');
  });

  it.each([
    '//evil.test',
    '/\\evil.test',
    '/%5cevil.test',
    '/%2Fevil.test',
    '\\\\evil.test',
    'https://evil.test/',
    'javascript:alert(1)',
    '/\tevil',
    '/%',
    ' /events',
    '/users/logout',
    '',
    ['/events'],
    null,
  ])('sends %j home', (value) => {
    expect(sameOriginPath(value)).toBe('/');
  });

  it('never leads to another origin', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText(),
          hostileText().map((text) => `/${text}`),
          fc.webUrl(),
          fc
            .array(fc.constantFrom(...'/ \\ \t \n . .. @ : ? # %2f %5C %09 %252f evil.test'.split(' ')))
            .map((parts) => `/${parts.join('')}`),
        ),
        (text) => {
          expect(new URL(sameOriginPath(text), 'https://magpie.test/users/login').origin).toBe('https://magpie.test');
        },
      ),
    );
  });
});
