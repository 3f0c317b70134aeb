import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signPayload } from '../../../cli/signing/signed-payload.ts';
import { canonicalJson } from '../../../compiler/bundle/canonical-json.ts';
import {
  type HostPredicate,
  hostStatementBytes,
  readHostStatement,
} from '../../../compiler/bundle/signature/host-statement.ts';
import { hostNeeds } from '../../support/host.ts';
import { expectHeldToTheForm, faultsOf } from '../../support/host-statement.ts';
import { builtPrograms, sandboxes } from '../../support/kernel.ts';
import { keyPair } from '../../support/signatures.ts';
import { nemoclaw, temporaryFolder } from '../nemoclaw.ts';
import { worldOf } from '../world.ts';
import { codesIn, hostProject, SANDBOX, succeeds } from './host-project.ts';

const PREDICATE: HostPredicate = {
  host: 'h1',
  sandbox: 'agent',
  at: new Date().toISOString(),
  kernel: '6.12.1',
  tool: '0.1.0',
  verdict: 'as applied',
  inForce: {
    generation: 3,
    bundle: `sha256:${'a'.repeat(64)}`,
    policy: `sha256:${'b'.repeat(64)}`,
    commit: 'c'.repeat(40),
    signer: 'key x',
    since: '2026-01-01T00:00:00.000Z',
  },
  running: true,
  facets: [{ facet: 'egress', coverage: 'exact', tried: 5, otherwise: 0 }],
  notEnforced: [],
  probed: { at: '2026-01-01T00:00:00.000Z', kernel: '6.12.1' },
  breakGlass: [],
};

test('a statement of a host has one spelling, and nothing else is read', () => {
  const bytes = hostStatementBytes(PREDICATE);
  expect(readHostStatement(bytes)).toEqual({ ok: true, predicate: PREDICATE });
  const text = new TextDecoder().decode(bytes);
  const changed = [
    text.replace('"h1"', '"h2" '),
    text.replace('hosts', 'x').replace('/host/v1', '/bundle/v1'),
    text.replace(`"${'a'.repeat(64)}"`, `"${'d'.repeat(64)}"`),
    text.replace('"running": true', '"running": true, "extra": 1'),
  ];
  for (const one of changed) {
    expect(one).not.toBe(text);
    expect(readHostStatement(new TextEncoder().encode(one))).toMatchObject({ ok: false });
  }
});

test('the published schema holds every member of a statement', () => {
  const form = (changes: Partial<HostPredicate>) =>
    JSON.parse(new TextDecoder().decode(hostStatementBytes({ ...PREDICATE, ...changes })));
  expect(faultsOf(form({}))).toEqual([]);
  expectHeldToTheForm(form({ notEnforced: ['x'], breakGlass: ['req-0123456789ab'] }));
  const nothing = form({ verdict: 'nothing applied', inForce: null, probed: null });
  expect(faultsOf(nothing)).toEqual([]);
  // What is signed is about what is in force; the reader holds the two together.
  const read = (statement: object) => readHostStatement(new TextEncoder().encode(canonicalJson(statement)));
  expect(read(form({})).ok).toBe(true);
  expect(read({ ...form({}), subject: [] }).ok).toBe(false);
  expect(read({ ...nothing, subject: form({}).subject }).ok).toBe(false);
  for (const change of [
    { verdict: 'fine' as never },
    { at: '2026-01-01' },
    { facets: [{ ...PREDICATE.facets[0]!, coverage: 'partly' as never }] },
    { inForce: { ...PREDICATE.inForce!, commit: 'c0ffee' } },
    { inForce: { ...PREDICATE.inForce!, generation: 0 } },
  ]) {
    expect(faultsOf(form(change)), JSON.stringify(change)).not.toEqual([]);
    const written = hostStatementBytes({ ...PREDICATE, ...change });
    expect(readHostStatement(written), JSON.stringify(change)).toMatchObject({ ok: false });
  }
});

describe('fleet', () => {
  const folder = () => {
    const cwd = temporaryFolder();
    const { secret, open } = keyPair('ed25519');
    writeFileSync(join(cwd, 'key.pem'), secret, { mode: 0o600 });
    writeFileSync(join(cwd, 'key.pub.pem'), open);
    const report = (file: string, changes: Partial<HostPredicate>) => {
      const key = { kind: 'key', path: join(cwd, 'key.pem'), passphraseFile: null } as const;
      const signed = signPayload(hostStatementBytes({ ...PREDICATE, ...changes }), key, worldOf({}).io);
      if (!signed.ok) throw new Error(signed.problem.message);
      writeFileSync(join(cwd, file), signed.text);
    };
    const fleet = async (...argv: string[]) => {
      const { exitCode, stdout } = await nemoclaw(['fleet', ...argv, '--key', 'key.pub.pem', '-o', 'json'], {
        cwd,
      });
      return [exitCode, ...codesIn(stdout)];
    };
    return { cwd, report, fleet };
  };

  test('says what is old, what differs, what drifted and what is not enforced', async () => {
    const { report, fleet } = folder();
    report('one.json', {});
    report('two.json', { host: 'h2' });
    expect(await fleet('one.json', 'two.json')).toEqual([0]);
    report('old.json', { at: new Date(Date.now() - 3 * 86_400_000).toISOString() });
    expect(await fleet('one.json', 'old.json')).toEqual([3, 'NC2596']);
    expect(await fleet('old.json', '--max-age', '7d')).toEqual([0]);
    report('ahead.json', { at: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await fleet('ahead.json')).toEqual([3, 'NC2597']);
    report('other.json', {
      host: 'h3',
      inForce: { ...PREDICATE.inForce!, bundle: `sha256:${'e'.repeat(64)}` },
    });
    expect(await fleet('one.json', 'other.json')).toEqual([3, 'NC2598']);
    report('drifted.json', { verdict: 'drifted', notEnforced: ['x'] });
    expect(await fleet('drifted.json')).toEqual([3]);
    report('glass.json', { breakGlass: ['urgent.json'] });
    expect(await fleet('glass.json')).toEqual([3]);
    report('loose.json', { verdict: 'not enforced' });
    expect(await fleet('one.json', 'loose.json')).toEqual([4]);
  });

  test('shows whose signature each report has, since the name of a host is its own word', async () => {
    const [here, there] = [folder(), folder()];
    here.report('one.json', {});
    there.report('two.json', { at: PREDICATE.at });
    writeFileSync(join(here.cwd, 'two.json'), readFileSync(join(there.cwd, 'two.json')));
    writeFileSync(join(here.cwd, 'there.pem'), readFileSync(join(there.cwd, 'key.pub.pem')));
    const keys = ['--key', 'key.pub.pem', '--key', 'there.pem'];
    const shown = async (format: string) =>
      (await nemoclaw(['fleet', 'one.json', 'two.json', ...keys, '-o', format], { cwd: here.cwd })).stdout;
    const signers = JSON.parse(await shown('json')).reports.map(({ signer }: { signer: string }) => signer);
    expect(new Set(signers).size).toBe(2);
    for (const signer of signers) {
      expect(signer).toMatch(/^key sha256:[0-9a-f]{64}$/);
      for (const format of ['text', 'html']) expect(await shown(format)).toContain(signer);
    }
  });

  test('reads nothing of a report that was changed or that somebody else signed, and shows hostile names inert', async () => {
    const { cwd, report, fleet } = folder();
    report('one.json', {});
    const { verificationMaterial, dsseEnvelope, ...rest } = JSON.parse(
      readFileSync(join(cwd, 'one.json'), 'utf8'),
    );
    const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('as applied', 'drifted');
    const changed = { ...dsseEnvelope, payload: Buffer.from(payload).toString('base64') };
    writeFileSync(
      join(cwd, 'changed.json'),
      JSON.stringify({ ...rest, verificationMaterial, dsseEnvelope: changed }),
    );
    expect(await fleet('changed.json')).toEqual([3, 'NC2511']);
    writeFileSync(join(cwd, 'key.pub.pem'), keyPair('ed25519').open);
    expect(await fleet('one.json')).toEqual([3, 'NC2510']);
    const hostile = folder();
    hostile.report('evil.json', { host: '\u001b[2J<script>alert(1)</script>' });
    const shown = async (format: string) =>
      (await nemoclaw(['fleet', 'evil.json', '--key', 'key.pub.pem', '-o', format], { cwd: hostile.cwd }))
        .stdout;
    expect(await shown('text')).not.toContain('\u001b[2J');
    expect(await shown('html')).not.toContain('<script>');
    expect(await shown('html')).toContain('&lt;script&gt;');
  });

  test('takes what a host attests', { timeout: 60_000 }, async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const project = hostProject();
    await project.release('');
    await succeeds(project.apply());
    await succeeds(project.run('attest', '--name', SANDBOX, '--key', 'key.pem', '--out', 'one.json'));
    const report = JSON.parse(readFileSync(join(project.folder, 'one.json'), 'utf8'));
    const said = JSON.parse(Buffer.from(report.dsseEnvelope.payload, 'base64').toString());
    expect(faultsOf(said)).toEqual([]);
    expectHeldToTheForm(said);
    const listed = await succeeds(project.run('fleet', 'one.json', '--key', 'key.pub.pem', '-o', 'json'));
    const commit = project.git('rev-parse', 'HEAD').trim();
    expect(JSON.parse(listed.stdout).reports[0].report).toMatchObject({
      ...{ sandbox: SANDBOX, verdict: 'as applied', inForce: { generation: 1, commit } },
      notEnforced: ['accepted gap resources/processes-of-root: tests run as root too'],
    });
    cpSync(join(project.folder, 'one.json'), join(project.folder, 'copy.json'));
    const table = await succeeds(project.run('fleet', 'one.json', '--key', 'key.pub.pem'));
    expect(table.stdout).toMatch(/^sandbox +host +verdict/);
    expect(table.stdout).toContain(commit.slice(0, 12));
  });
});
