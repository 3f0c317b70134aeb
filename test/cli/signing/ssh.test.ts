import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hostNeeds, program } from '../../support/host.ts';
import { codesIn, copyOf, newProject, type Project, readJson } from './project.ts';

const sshKeygen = program('ssh-keygen', 'openssh-client');
const IDENTITY = 'ops@example.com';

let made: Project;
beforeAll(async () => {
  made = await newProject();
}, 60_000);
afterAll(() => rmSync(made.folder, { recursive: true, force: true }));
beforeEach((context) => hostNeeds(context, sshKeygen));

/** A project that is signed with an OpenSSH key, and the files of whoever verifies. */
async function signed(kind: 'ed25519' | 'ecdsa' = 'ed25519') {
  const project = copyOf(made);
  const key = join(project.folder, 'id.pem');
  execFileSync('ssh-keygen', ['-q', '-t', kind, '-N', '', '-C', 'a comment', '-f', key]);
  const signers = join(project.folder, 'allowed_signers.pem');
  writeFileSync(signers, `${IDENTITY} ${readFileSync(`${key}.pub`, 'utf8')}`);
  const ran = await project.nemoclaw(['sign', project.bundle, '--ssh-key', key, '-o', 'json']);
  expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' });
  const signature = `${project.bundle}.sshsig.json`;
  expect(JSON.parse(ran.stdout).signature).toBe(signature);
  const verify = (...more: readonly string[]) =>
    project.nemoclaw([
      ...['verify-bundle', project.bundle, '--allowed-signers', signers],
      ...['--identity', IDENTITY, '-o', 'json', ...more],
    ]);
  return { project, key, signers, signature, verify };
}

const answer = async (ran: ReturnType<Project['nemoclaw']>) => [(await ran).exitCode, ...codesIn(await ran)];

test.each(['ed25519', 'ecdsa'] as const)(
  'a bundle signed with an %s key of OpenSSH is accepted',
  async (kind) => {
    const { verify, key } = await signed(kind);
    const ran = await verify();
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [, fingerprint] = execFileSync('ssh-keygen', ['-l', '-f', `${key}.pub`], {
      encoding: 'utf8',
    }).split(' ');
    expect(JSON.parse(ran.stdout).signer).toEqual({ kind: 'ssh', identity: IDENTITY, key: fingerprint });
  },
);

test('ssh-keygen itself says so of the bytes of the envelope', async () => {
  const { project, signers, signature } = await signed();
  const { payload, payloadType, signatures } = readJson(signature);
  const text = Buffer.from(payload, 'base64').toString();
  const armour = join(project.folder, 'armour.pem');
  writeFileSync(armour, Buffer.from(signatures[0].sig, 'base64'));
  const argv = ['-Y', 'verify', '-n', 'nemoclaw-bundle', '-f', signers, '-I', IDENTITY, '-s', armour];
  const input = `DSSEv1 ${payloadType.length} ${payloadType} ${Buffer.byteLength(text)} ${text}`;
  expect(execFileSync('ssh-keygen', argv, { input, encoding: 'utf8' })).toMatch(
    /^Good "nemoclaw-bundle" signature/,
  );
});

test('what is changed, of another signer or for another purpose is refused', async () => {
  const { project, key, signers, signature, verify } = await signed();
  const good = readFileSync(signature, 'utf8');
  expect(await answer(verify('--identity', 'root@example.com'))).toEqual([3, 'NC2526']);
  expect(await answer(verify('--identity', '-n'))).toEqual([3, 'NC2526']);

  const form = JSON.parse(good);
  const statement = Buffer.from(form.payload, 'base64').toString();
  form.payload = Buffer.from(statement.replace('"serial": 1', '"serial": 9')).toString('base64');
  writeFileSync(signature, JSON.stringify(form));
  expect(await answer(verify())).toEqual([3, 'NC2526']);

  const other = JSON.parse(good);
  const message = `DSSEv1 ${other.payloadType.length} ${other.payloadType} ${Buffer.byteLength(statement)} ${statement}`;
  const forGit = execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'git', '-f', key], {
    input: message,
    stdio: 'pipe',
  });
  other.signatures[0].sig = forGit.toString('base64');
  writeFileSync(signature, JSON.stringify(other));
  expect(await answer(verify())).toEqual([3, 'NC2526']);

  const sneaky = JSON.parse(good);
  const armour = Buffer.from(sneaky.signatures[0].sig, 'base64').toString();
  sneaky.signatures[0].sig = Buffer.from(`${armour}${armour}`).toString('base64');
  writeFileSync(signature, JSON.stringify(sneaky));
  expect(await answer(verify())).toEqual([1, 'NC2506']);

  writeFileSync(signature, good);
  expect(await answer(verify())).toEqual([0]);
  appendFileSync(join(project.bundle, 'current/launch/plan.bin'), 'x');
  expect(await answer(verify())).toEqual([3, 'NC2514']);
  writeFileSync(signers, `${IDENTITY} namespaces="git" ${readFileSync(`${key}.pub`, 'utf8')}`);
  expect(await answer(verify())).toEqual([3, 'NC2526']);
  writeFileSync(signers, `${IDENTITY} valid-before="20200101" ${readFileSync(`${key}.pub`, 'utf8')}`);
  expect(await answer(verify())).toEqual([3, 'NC2526']);
});

test('a signature of one kind is none of the other', async () => {
  const { project, verify, signature } = await signed();
  await project.nemoclaw(['sign', project.bundle, '--key', project.key]);
  expect(await answer(verify('--signature', project.signature))).toEqual([1, 'NC2506']);
  const byKey = ['verify-bundle', project.bundle, '--key', project.publicKey, '-o', 'json'];
  expect(await answer(project.nemoclaw([...byKey, '--signature', signature]))).toEqual([1, 'NC2506']);
});

test('without ssh-keygen, a key or the allowed signers nothing is signed and nothing accepted', async () => {
  const { project, key, signers, signature } = await signed();
  const nowhere = { PATH: '/nonexistent' };
  const trust = ['--allowed-signers', signers, '--identity', IDENTITY, '-o', 'json'];
  const verify = ['verify-bundle', project.bundle, ...trust];
  expect(await answer(project.nemoclaw(verify, nowhere))).toEqual([1, 'NC2524']);
  rmSync(signature);
  const sign = ['sign', project.bundle, '--ssh-key', key, '-o', 'json'];
  expect(await answer(project.nemoclaw(sign, nowhere))).toEqual([1, 'NC2524']);
  rmSync(key);
  rmSync(`${key}.pub`);
  expect(await answer(project.nemoclaw(sign))).toEqual([1, 'NC2525']);
  expect(await answer(project.nemoclaw(verify))).toEqual([1, 'NC1000']);
  rmSync(signers);
  expect(await answer(project.nemoclaw(verify))).toEqual([1, 'NC1000']);
});
