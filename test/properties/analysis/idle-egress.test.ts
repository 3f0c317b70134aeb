import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeText } from '../../../compiler/edit/change-text.ts';
import { readYamlText } from '../../../compiler/frontend/yaml/read.ts';
import type { YamlNode } from '../../../compiler/frontend/yaml/tree.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import { digestOf, findingsIn, meaningOf, mend, owned } from '../../support/linted.ts';
import { load } from '../../support/policy.ts';

const METHODS = ['GET', 'HEAD', 'POST', '"*"'];
const PATHS = ['/a', '"/a/*"', '"/a/**"', '"/**"', '/a/b', '"/*/b"'];
const HOSTS = ['a.example.com', '"*.example.com"', '"**.example.com"', 'b.example.com'];
const PROGRAMS = ['/usr/bin/a', '/usr/bin/b', '"/usr/bin/*"'];
const PORTS = ['443', '"440-450"', '80'];

const request = fc
  .record({ method: fc.constantFrom(...METHODS), path: fc.option(fc.constantFrom(...PATHS), { nil: null }) })
  .map(({ method, path }) => `{ method: ${method}${path === null ? '' : `, path: ${path}`} }`);
const requests = fc.array(request, { minLength: 1, maxLength: 3 });
const allowed = fc.oneof(
  {
    weight: 4,
    arbitrary: requests.map((rules) => `rules: [${rules.map((rule) => `{ allow: ${rule} }`).join(', ')}]`),
  },
  fc.constantFrom('access: read-only', 'access: full', 'tls: skip'),
);
/** @param isPlain without denials and grants, which are left to a person where they do nothing */
const endpoint = (isPlain: boolean) =>
  fc
    .record({
      host: fc.constantFrom(...HOSTS),
      ports: fc.uniqueArray(fc.constantFrom(...PORTS), { minLength: 1, maxLength: 2 }),
      allowed,
      denials: isPlain ? fc.constant(null) : fc.option(requests, { nil: null, freq: 3 }),
      expires: isPlain
        ? fc.constant(null)
        : fc.option(fc.constantFrom('2027-01-01', '2028-01-01'), { nil: null, freq: 4 }),
    })
    .map(({ host, ports, allowed: what, denials, expires }) => {
      const deny = denials === null || what === 'tls: skip' ? '' : `, deny_rules: [${denials.join(', ')}]`;
      const grant = expires === null ? '' : `, grant: { expires: ${expires} }`;
      return `      - { host: ${host}, ports: [${ports.join(', ')}], ${what}${deny}${grant} }\n`;
    });
const network = (isPlain: boolean) =>
  fc
    .record({
      endpoints: fc.array(endpoint(isPlain), { minLength: 1, maxLength: 2 }),
      programs: fc.uniqueArray(fc.constantFrom(...PROGRAMS), { minLength: 1, maxLength: 2 }),
    })
    .map(
      ({ endpoints, programs }) =>
        `    binaries: [${programs.join(', ')}]\n    endpoints:\n${endpoints.join('')}`,
    );
const document = (isPlain: boolean) =>
  fc
    .array(network(isPlain), { minLength: 1, maxLength: 3 })
    .map((networks) =>
      owned(
        `filesystem_policy: { include_workdir: true }\nnetwork_policies:\n${networks.map((one, at) => `  n${at}:\n${one}`).join('')}`,
      ),
    );

const IDLE = ['lint/granted-already', 'lint/denied-whole', 'lint/denial-without-effect'];

/** Places of every list item of a document, but for the only program of a list: without the list, any program is meant. */
function itemsOf(text: string): { start: number; end: number }[] {
  const { root } = readYamlText(new SourceFile('', text)).tree;
  const walk = (node: YamlNode, key = ''): YamlNode[] => {
    if (node.kind === 'scalar' || key === 'metadata') return [];
    if (node.kind === 'mapping') return node.entries.flatMap((entry) => walk(entry.value, entry.key));
    const own = key === 'binaries' && node.items.length === 1 ? [] : node.items;
    return [...own, ...node.items.flatMap((item) => walk(item))];
  };
  return root === null ? [] : walk(root).map(({ start, end }) => ({ start, end }));
}

test('all idle entries whose removal is certain can go together', () => {
  let idle = 0;
  fc.assert(
    fc.property(document(false), (text) => {
      const certain = findingsIn(text).filter(({ diagnostic, fix }) => IDLE.includes(diagnostic.name) && fix);
      const changes = certain.flatMap(({ fix }) => fix!.changes);
      const together = changeText(new SourceFile('agent.yaml', text), changes);
      expect(together).not.toBeNull();
      expect(meaningOf(together!)).toBe(meaningOf(text));
      idle += certain.length;
    }),
    { numRuns: 50 },
  );
  expect(idle).toBeGreaterThan(10);
}, 120_000);

test('where nothing is denied or granted for a time, none is left that could go', () => {
  const seen = { idle: 0, needed: 0 };
  fc.assert(
    fc.property(document(true), (text) => {
      const meaning = meaningOf(text);
      seen.idle += findingsIn(text).filter(({ diagnostic }) => IDLE.includes(diagnostic.name)).length;
      const mended = mend(text).text;
      for (const span of itemsOf(mended)) {
        const without = changeText(new SourceFile('agent.yaml', mended), [{ kind: 'remove', span }]);
        // Nothing can be taken from a list that must not be empty.
        const policy = without === null ? null : load(without).policy;
        if (policy === null) continue;
        expect(digestOf(policy), `${mended}\nwithout ${mended.slice(span.start, span.end)}`).not.toBe(
          meaning,
        );
        seen.needed++;
      }
    }),
    { numRuns: 25 },
  );
  expect(seen.idle).toBeGreaterThan(10);
  expect(seen.needed).toBeGreaterThan(30);
}, 120_000);
