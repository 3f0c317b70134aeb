import fc from 'fast-check';
import { type Glob, type GlobKind, parseGlob } from '../../../compiler/domain/glob.ts';
import { type HostPattern, parseHostPattern } from '../../../compiler/domain/host.ts';

/** Generators over tiny alphabets, where patterns overlap as much as they can. */

export const segmentPattern = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'ab', 'ba') },
  { weight: 4, arbitrary: fc.constantFrom('*', '?', 'a*', '*b', 'a*b', '*a*', '?*', '*?', 'a?', '*?*') },
  { weight: 1, arbitrary: fc.constantFrom('.a', '...', '.*', '?.') },
);

export const pathPattern = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 3, arbitrary: segmentPattern }, { weight: 1, arbitrary: fc.constant('**') }),
      {
        maxLength: 4,
      },
    ),
    fc.constantFrom('', '', '', '**', '/'),
  )
  .map(([segments, end]) => {
    const path = `/${segments.join('/')}`;
    if (end === '/') return path === '/' ? path : `${path}/`;
    if (end === '**') return path === '/' ? '/**' : `${path}/**`;
    return path;
  });

/** Paths of URLs, most of them valid. */
export const pathValue = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'aa', 'aab', 'bab', 'c', '.a', '...', 'é', '😀'), {
      maxLength: 5,
    }),
    fc.constantFrom('', '', '', '/'),
  )
  .map(([segments, end]) => (segments.length === 0 ? '/' : `/${segments.join('/')}${end}`));

const label = fc.constantFrom('a', 'b', 'ab', 'ba', 'aa');
const labelPattern = fc.oneof(label, fc.constantFrom('*', '?', 'a*', '*b', 'a*b', '*?', '?*a'));

export const hostName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

/** Host patterns that the parser takes. */
export const hostPattern = fc
  .tuple(fc.boolean(), fc.array(labelPattern, { minLength: 1, maxLength: 3 }), label)
  .map(([deep, labels, last]) => `${deep ? '**.' : ''}${labels.join('.')}.${last}`);

export function glob(text: string, kind: GlobKind): Glob {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

export function host(text: string): HostPattern {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

/** Every path of a URL over the alphabet, up to a length. */
export function allPaths(alphabet: string, length: number): string[] {
  let words = ['/'];
  const all = ['/'];
  for (let at = 1; at < length; at += 1) {
    words = words.flatMap((word) => [...alphabet].map((character) => word + character));
    all.push(...words);
  }
  return all;
}
