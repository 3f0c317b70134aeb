import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../compiler/ir/decide.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { imported, importedText } from '../support/imports-of-settings.ts';
import { policyOf } from '../support/policy.ts';

/** The README of sandbox-runtime, read once more and in the plainest way, as the oracle of what settings mean. */
const HOME = '/home/agent';
const WORKDIR = '/work/project';

interface Files {
  readonly denyRead: string[];
  readonly allowRead: string[];
  readonly allowWrite: string[];
  readonly denyWrite: string[];
}

const absolute = (path: string) => {
  const text = path.startsWith('~')
    ? HOME + path.slice(1)
    : path.startsWith('/')
      ? path
      : `${WORKDIR}/${path}`;
  return text.replace(/\/\.(?=\/|$)/g, '').replace(/\/+$/, '');
};
const covers = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`);
/** Length of the most specific entry over a path, -1 for none. */
const depth = (list: readonly string[], path: string) =>
  Math.max(
    -1,
    ...list
      .map(absolute)
      .filter((folder) => covers(folder, path))
      .map((folder) => folder.length),
  );

const mayRead = ({ denyRead, allowRead }: Files, path: string) => {
  const denied = depth(denyRead, path);
  return denied === -1 || depth(allowRead, path) >= denied;
};
const mayWrite = ({ allowWrite, denyWrite }: Files, path: string) =>
  depth(allowWrite, path) !== -1 && depth(denyWrite, path) === -1;

const names = fc.constantFrom('a', 'b', 'a/b', 'a/b/c', 'b/c');
const path = fc.tuple(fc.constantFrom('', '', './', '~/', '/srv/'), names).map(([root, name]) => root + name);
const list = (extra: string) => fc.array(fc.oneof(path, fc.constant(extra)), { maxLength: 4 });
const files: fc.Arbitrary<Files> = fc.record({
  denyRead: fc.array(path, { maxLength: 3 }),
  allowRead: list('.'),
  allowWrite: list('.'),
  denyWrite: fc.array(path, { maxLength: 3 }),
});
const ROOTS = [WORKDIR, HOME, '/srv'];
const ASKED = ROOTS.flatMap((root) =>
  ['a', 'a/x', 'a/b', 'a/b/x', 'a/b/c', 'b', 'b/c/x', 'd'].map((name) => `${root}/${name}`),
);

function may(policy: Policy, right: 'read_file' | 'write_file', path: string): boolean {
  return decide(policy, { facet: 'filesystem', path, right }).verdict === 'allow';
}

test('no file may be used that the settings deny, and what they allow by name may be', () => {
  const seen = { written: 0, denied: 0 };
  fc.assert(
    fc.property(files, (filesystem) => {
      const settings = { network: {}, filesystem };
      const { changes } = imported(settings);
      const looser = changes.filter(
        ({ effect, diagnostic }) => effect === 'looser' && diagnostic.name !== 'import/built-in-protection',
      );
      const leftOut = changes.some(({ diagnostic }) => diagnostic.name === 'import/not-granted');
      if (depth(filesystem.denyRead, WORKDIR) !== -1) return;
      const policy = policyOf(importedText(settings));
      for (const asked of ASKED) {
        const [reads, writes] = [may(policy, 'read_file', asked), may(policy, 'write_file', asked)];
        if (looser.length === 0 && reads) expect(mayRead(filesystem, asked), asked).toBe(true);
        if (writes) expect(mayWrite(filesystem, asked), asked).toBe(true);
        const isNamed = mayWrite(filesystem, asked) && mayRead(filesystem, asked);
        if (isNamed && !leftOut && depth(filesystem.denyRead, asked) === -1) {
          expect(writes, asked).toBe(true);
          seen.written++;
        }
        if (!writes && depth(filesystem.allowWrite, asked) !== -1) seen.denied++;
      }
    }),
    { numRuns: 400 },
  );
  expect(seen.written).toBeGreaterThan(200);
  expect(seen.denied).toBeGreaterThan(200);
});

const hosts = fc.constantFrom('example.com', 'a.example.com', 'b.a.example.com', 'other.org', '203.0.113.7');
const domain = fc
  .tuple(
    fc.constantFrom(
      'example.com',
      '*.example.com',
      'a.example.com',
      '*.a.example.com',
      'other.org',
      '203.0.113.7',
    ),
    fc.constantFrom('', '', ':443', ':22'),
  )
  .map(([host, port]) => host + port);

function fits(entry: string, host: string, port: number): boolean {
  const [pattern = '', only] = entry.split(':');
  if (only !== undefined && Number(only) !== port) return false;
  return pattern === '*' || (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern);
}

test('a host may be reached exactly where the settings allow it', () => {
  const seen = { allowed: 0, denied: 0 };
  const network = fc.record({
    allowedDomains: fc.array(domain, { maxLength: 4 }),
    deniedDomains: fc.array(fc.oneof(domain, fc.constantFrom('*:22', '*:80')), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      network,
      fc.array(fc.tuple(hosts, fc.constantFrom(443, 22, 80, 8080)), { minLength: 8, maxLength: 8 }),
      (network, asked) => {
        const policy = policyOf(importedText({ network }));
        for (const [host, port] of asked) {
          const wanted =
            network.allowedDomains.some((entry) => fits(entry, host, port)) &&
            !network.deniedDomains.some((entry) => fits(entry, host, port));
          const { verdict } = decide(policy, {
            facet: 'egress',
            host,
            port,
            binary: '/usr/bin/any',
            sha256: null,
            address: null,
            http: null,
            at: 0,
          });
          expect(verdict === 'allow', `${host}:${port}`).toBe(wanted);
          if (wanted) seen.allowed++;
          else seen.denied++;
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(seen.allowed).toBeGreaterThan(200);
  expect(seen.denied).toBeGreaterThan(200);
});
