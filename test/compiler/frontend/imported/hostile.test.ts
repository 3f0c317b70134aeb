import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blueprintText } from '../../../../compiler/edit/blueprint-text.ts';
import { importSource } from '../../../../compiler/frontend/import-source.ts';
import { parseSource } from '../../../../compiler/frontend/parse-source.ts';
import { errorsOf, imported } from '../../../support/imports-of-settings.ts';

const SEEDS = [
  '{"network": {"allowedDomains": ["a.example", "*.b.example:443"], "deniedDomains": ["*:22"]}, "filesystem": {"allowWrite": [".", "~/x"], "denyRead": ["**/.env", "/home"], "denyWrite": ["a"]}}',
  '{"sandbox": {"enabled": true, "filesystem": {"allowWrite": ["//x"]}}, "permissions": {"allow": ["Edit(a/**)", "WebFetch(domain:a.example)"], "deny": ["Read(.env)"]}}',
  'jobs:\n  a:\n    steps:\n      - uses: step-security/harden-runner@v2\n        with:\n          egress-policy: block\n          allowed-endpoints: >-\n            a.example:443\n            *.b.example\n',
  'a.example:443\n- b.example # c\n',
];
const WORDS = [
  '..',
  '/',
  '~',
  '*',
  '**',
  '${home}',
  '$${',
  '\u0000',
  '\u202e',
  '__proto__',
  '[]',
  '{}',
  'null',
  '\\"',
  ':',
  '#',
  '"',
  '\t',
  'é',
];

function everyImport(text: string) {
  const languages = [null, 'srt', 'claude', 'harden-runner', 'list'] as const;
  return languages.map((language) => {
    const result = importSource('x.json', new TextEncoder().encode(text), {
      language,
      job: null,
      name: null,
    });
    expect(result.blueprint === null).toBe(result.errors.length > 0);
    if (result.blueprint === null) return null;
    const written = blueprintText(result.blueprint, []);
    const read = parseSource('agent.yaml', new TextEncoder().encode(written));
    expect(read.kind, written).toBe('blueprint');
    return written;
  });
}

describe('hostile files', () => {
  it('never throw, and what is made of them can be read', () => {
    const change = fc.record({
      at: fc.nat(400),
      drop: fc.nat(8),
      word: fc.constantFrom(...WORDS, 'a.example'),
    });
    const made = { some: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(change, { maxLength: 3 }), (seed, changes) => {
        let text = seed;
        for (const { at, drop, word } of changes) {
          const cut = at % (text.length + 1);
          text = text.slice(0, cut) + word + text.slice(cut + drop);
        }
        if (everyImport(text).some((written) => written !== null)) made.some++;
      }),
      { numRuns: 300 },
    );
    expect(made.some).toBeGreaterThan(50);
  });

  it('never throw on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        importSource('x', bytes, { language: null, job: null, name: null });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['an alias', 'jobs: &a\n  b: *a\n'],
    ['duplicate keys', '{"network": {}, "network": {}}'],
    ['half of a file', '{"network": {'],
  ])('are refused with %s', (_, text) => {
    expect(imported(text).errors.length).toBeGreaterThan(0);
    expect(imported(text).blueprint).toBeNull();
  });

  it('are refused above 4 MiB, before anything is decoded', () => {
    expect(errorsOf('a'.repeat(4 * 1024 * 1024 + 1))).toHaveLength(1);
  });

  it('quote at most the beginning of an endless word', () => {
    const { errors } = imported({ network: { allowedDomains: ['x'.repeat(100_000)] } });
    expect(errors[0]!.message.length).toBeLessThan(200);
  });

  it('take linear time on lists made to be slow', () => {
    const started = performance.now();
    errorsOf(`${'a.'.repeat(200_000)}!`);
    errorsOf(`${'a '.repeat(200_000)}:`);
    errorsOf({ network: { allowedDomains: ['a-'.repeat(50_000)] } });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
