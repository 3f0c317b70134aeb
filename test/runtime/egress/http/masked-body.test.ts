import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyMask, bodyMask } from '../../../../runtime/egress/http/masked-body.ts';

const credential = (secret: string) => ({ placeholder: 'p', secret, fields: [] });

/** All that comes out when a text comes in pieces that end at some places. */
function through(secrets: readonly string[], text: string, cuts: readonly number[]): string {
  const mask = new BodyMask(secrets.map(credential));
  const ends = [...cuts, text.length].map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b);
  let from = 0;
  const pieces = ends.map((end) => {
    const piece = mask.push(Buffer.from(text.slice(from, end), 'latin1'));
    from = end;
    return piece.toString('latin1');
  });
  return pieces.join('') + mask.end().toString('latin1');
}

describe('the body of an answer', () => {
  test.each([
    ['as it is', 'it was s3cr3t-value here', 'it was ************ here'],
    ['twice', 's3cr3t-values3cr3t-value', '************************'],
    [
      'within Basic credentials',
      `Basic ${btoa('user:s3cr3t-value')}.`,
      /^Basic dXNlc[^.]{0,3}\*+[^.]{0,4}\.$/,
    ],
    ['without it', 's3cr3t-valu, s3cr3t', 's3cr3t-valu, s3cr3t'],
  ])('has no secret in it: %s', (_, text, shown) => {
    const seen = through(['s3cr3t-value'], text, []);
    if (typeof shown === 'string') expect(seen).toBe(shown);
    else expect(seen).toMatch(shown);
    expect(seen).toHaveLength(text.length);
  });

  test('is the same in whatever pieces it comes, and as long as before', () => {
    // So few letters that beginnings of secrets are everywhere.
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 40 });
    const secrets = ['abab', 'aabaa', 'bbb'];
    fc.assert(
      fc.property(
        letters,
        fc.array(fc.nat(40), { maxLength: 6 }),
        fc.constantFrom(...secrets),
        (text, cuts, secret) => {
          const seen = through([secret], text, cuts);
          expect(seen).toHaveLength(text.length);
          expect(seen).toBe(through([secret], text, []));
          expect(seen).not.toContain(secret);
          expect(seen.replaceAll('*', '')).toHaveLength(text.replaceAll(secret, '').length);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is held back only as far as it may be the beginning of a secret', () => {
    const mask = new BodyMask([credential('s3cr3t-value')]);
    expect(mask.push(Buffer.from('data: one\n\n')).toString()).toBe('data: one\n\n');
    expect(mask.push(Buffer.from('data: s3c')).toString()).toBe('data: ');
    expect(mask.push(Buffer.from('ond')).toString()).toBe('s3cond');
    expect(mask.end()).toHaveLength(0);
  });

  test('is left alone when it is compressed, or nothing is held', () => {
    expect(bodyMask(['gzip'], [credential('s3cr3t-value')])).toBeNull();
    expect(bodyMask([], [])).toBeNull();
    expect(bodyMask(['identity'], [credential('s3cr3t-value')])).toBeInstanceOf(BodyMask);
  });
});
