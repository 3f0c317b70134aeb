import { X509Certificate } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import {
  issueLeaf,
  newAuthority,
  restoreAuthority,
  storedAuthority,
} from '../../../../runtime/egress/interception/authority.ts';
import { authorityInMemory } from '../../../../runtime/egress/interception/authority-memory.ts';
import { newSigningKey } from '../../../../runtime/egress/interception/certificate.ts';
import { Leaves } from '../../../../runtime/egress/interception/leaves.ts';
import { hostNeeds, program } from '../../../support/host.ts';

const openssl = program('openssl', 'openssl');

const NOW = new Date('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-authority-'));
const authority = newAuthority(NOW);

/** A file that is open and has no name, as one of memory. */
function nameless(content: string): number {
  const path = join(folder, 'memory');
  writeFileSync(path, content);
  const descriptor = openSync(path, 'r+');
  unlinkSync(path);
  return descriptor;
}

function leafOf(host: string): X509Certificate {
  return new X509Certificate(issueLeaf(authority, host, newSigningKey(), NOW).pem);
}

test.each([
  ['example.com', 'DNS:example.com'],
  ['192.0.2.7', 'IP Address:192.0.2.7'],
  ['2001:db8::1', 'IP Address:2001:DB8:0:0:0:0:0:1'],
  [`${'a'.repeat(60)}.example.com`, `DNS:${'a'.repeat(60)}.example.com`],
])('a leaf for %s vouches for it and nothing else', (host, name) => {
  const leaf = leafOf(host);
  expect(leaf.subjectAltName).toBe(name);
  expect(leaf.ca).toBe(false);
  expect(leaf.verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});

test('a leaf holds for less than 99 days, and already yesterday', () => {
  const leaf = leafOf('example.com');
  const [from, until] = [new Date(leaf.validFrom).getTime(), new Date(leaf.validTo).getTime()];
  expect((until - from) / DAY).toBeLessThan(99);
  expect(from).toBe(NOW.getTime() - DAY);
  expect(until).toBeGreaterThan(NOW.getTime() + 60 * DAY);
});

test('openssl verifies a leaf as strictly as it can, for its host and no other', (context) => {
  hostNeeds(context, openssl);
  const now = newAuthority(new Date());
  const leaf = issueLeaf(now, 'example.com', newSigningKey(), new Date());
  writeFileSync(join(folder, 'ca.pem'), now.pem);
  writeFileSync(join(folder, 'leaf.pem'), leaf.pem);
  const verify = (host: string) =>
    execaSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        host,
        '-CAfile',
        'ca.pem',
        'leaf.pem',
      ],
      { cwd: folder, reject: false },
    );
  expect(verify('example.com').stdout).toBe('leaf.pem: OK');
  expect(verify('example.org').stderr).toContain('hostname mismatch');
});

test('the extensions that Python 3.13 wants are there', (context) => {
  hostNeeds(context, openssl);
  writeFileSync(join(folder, 'leaf.pem'), issueLeaf(authority, 'example.com', newSigningKey(), NOW).pem);
  const { stdout } = execaSync('openssl', ['x509', '-in', join(folder, 'leaf.pem'), '-noout', '-text']);
  const identifier = authority.key.identifier
    .toString('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');
  expect(stdout).toMatch(/X509v3 Subject Key Identifier: *\n/);
  expect(stdout).toMatch(new RegExp(`X509v3 Authority Key Identifier: *\\n *(keyid:)?${identifier}`));
  expect(stdout).toContain('X509v3 Basic Constraints: critical');
});

test('a stored authority comes back whole', () => {
  const back = restoreAuthority(storedAuthority(authority), NOW)!;
  expect(back.pem).toBe(authority.pem);
  const leaf = new X509Certificate(issueLeaf(back, 'example.com', newSigningKey(), NOW).pem);
  expect(leaf.verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
  expect(leaf.issuer).toBe(new X509Certificate(authority.pem).subject);
});

test.each([
  ['nothing', ''],
  ['a key alone', storedAuthority(authority).slice(0, 300)],
  [
    'a key beside the certificate of another',
    storedAuthority(authority).replace(authority.pem, newAuthority(NOW).pem),
  ],
  [
    'a leaf',
    storedAuthority(authority).replace(authority.pem, issueLeaf(authority, 'a.b', authority.key, NOW).pem),
  ],
])('%s is no authority', (_name, text) => {
  expect(restoreAuthority(text, NOW)).toBeNull();
});

test('an authority that would end before its next leaf is not taken up again', () => {
  const stored = storedAuthority(authority);
  expect(restoreAuthority(stored, new Date(NOW.getTime() + 270 * DAY))).not.toBeNull();
  expect(restoreAuthority(stored, new Date(NOW.getTime() + 280 * DAY))).toBeNull();
});

test('what is kept in memory outlives the gateway', () => {
  const descriptor = nameless('');
  const made = authorityInMemory(descriptor, NOW);
  expect(authorityInMemory(descriptor, NOW).pem).toBe(made.pem);
  expect(readFileSync(`/proc/self/fd/${descriptor}`, 'latin1')).toBe(storedAuthority(made));
});

test('what is no authority is replaced whole', () => {
  const descriptor = nameless('x'.repeat(10_000));
  const made = authorityInMemory(descriptor, NOW);
  expect(readFileSync(`/proc/self/fd/${descriptor}`, 'latin1')).toBe(storedAuthority(made));
});

test('a file with a name is refused: the key must not be on a disk', () => {
  const path = join(folder, 'key');
  writeFileSync(path, '');
  expect(() => authorityInMemory(openSync(path, 'r+'), NOW)).toThrow('is no file of memory');
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('a context is made once a host; the least recently used shows the next host', () => {
  const leaves = new Leaves(authority, 2, () => NOW.getTime());
  const a = leaves.contextFor('a.test');
  const b = leaves.contextFor('b.test');
  expect(leaves.contextFor('a.test')).toBe(a);
  expect(leaves.contextFor('c.test')).toBe(b);
  expect(leaves.size).toBe(2);
  expect(leaves.contextFor('a.test')).toBe(a);
});

test('a certificate that is old is made anew', () => {
  let now = NOW.getTime();
  const leaves = new Leaves(authority, 2, () => now);
  const shown: string[] = [];
  const { context } = leaves.contextFor('a.test') as { context: { setCert(pem: string): void } };
  context.setCert = (pem) => shown.push(new X509Certificate(pem).validTo);
  now += 29 * DAY;
  leaves.contextFor('a.test');
  expect(shown).toEqual([]);
  now += 2 * DAY;
  leaves.contextFor('a.test');
  expect(shown.map((end) => new Date(end).getTime())).toEqual([now + 89 * DAY]);
});
