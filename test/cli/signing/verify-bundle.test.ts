import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOver, keyPair, signingKeyOf, statementText } from '../../support/signatures.ts';
import { codesIn, copyOf, newProject, type Project, readJson } from './project.ts';

let made: Project;
beforeAll(async () => {
  made = await newProject();
  const ran = await made.nemoclaw(['sign', made.bundle, '--key', made.key]);
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
}, 60_000);
afterAll(() => rmSync(made.folder, { recursive: true, force: true }));

const verify = (project: Project, ...more: readonly string[]) =>
  project.nemoclaw(['verify-bundle', project.bundle, '--key', project.publicKey, '-o', 'json', ...more]);

/** The exit code and the codes; a bundle that is refused is shown nothing of. */
async function refusal(project: Project, ...more: readonly string[]) {
  const ran = await verify(project, ...more);
  const { verified, signer, statement } = JSON.parse(ran.stdout);
  expect({ verified, signer, statement }).toEqual({ verified: false, signer: null, statement: null });
  return [ran.exitCode, ...codesIn(ran)];
}

describe('a bundle as it was signed', () => {
  test('is accepted, with who, what, where from and when', async () => {
    const project = copyOf(made);
    const ran = await verify(project);
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { version, command, verified, signer, statement } = JSON.parse(ran.stdout);
    const { hint } = readJson(project.signature).verificationMaterial.publicKey;
    expect({ version, command, verified }).toEqual({ version: 1, command: 'verify-bundle', verified: true });
    expect(signer).toEqual({ kind: 'key', key: hint });
    expect(statement.predicate.name).toBe('good');
    const commit = project.git('rev-parse', 'HEAD').trim();
    const text = await project.nemoclaw(['verify-bundle', project.bundle, '--key', project.publicKey]);
    expect(text.stdout).toContain(`agent.bundle: signed by key ${hint}; all 7 files are what was signed\n`);
    expect(text.stdout).toContain(`  commit    ${commit} of https://git.example.com/agents.git\n`);
    expect(text.stdout).toContain('  blueprint agents/agent.yaml\n');
  });

  test('is accepted by one of several keys, wherever it was moved, and as a plain folder', async () => {
    const project = copyOf(made);
    const other = join(project.folder, 'other.pem');
    writeFileSync(other, keyPair('P-256').open);
    expect((await verify(project, '--key', other)).exitCode).toBe(0);
    const plain = join(project.folder, 'plain');
    cpSync(join(project.bundle, readlinkSync(join(project.bundle, 'current'))), plain, { recursive: true });
    const argv = ['verify-bundle', plain, '--key', project.publicKey, '--signature', project.signature];
    expect((await project.nemoclaw(argv)).exitCode).toBe(0);
  });
});

describe('a bundle that is not what was signed is refused', () => {
  const inside = ({ bundle }: Project, path: string) =>
    join(bundle, readlinkSync(join(bundle, 'current')), path);
  const PLAN = 'launch/plan.bin';

  test.each<[string, (project: Project) => void, (string | number)[]]>([
    ['a flipped byte', (one) => appendFileSync(inside(one, PLAN), 'x'), [3, 'NC2514']],
    ['a removed file', (one) => rmSync(inside(one, 'seccomp/filter.bpf')), [3, 'NC2515']],
    ['an added file', (one) => writeFileSync(inside(one, 'launch/more'), ''), [3, 'NC2516']],
    ['a hidden file', (one) => writeFileSync(inside(one, '.env'), ''), [3, 'NC2516']],
    ['a file beside', (one) => writeFileSync(join(one.bundle, 'notes'), ''), [3, 'NC2516']],
    ['an empty folder', (one) => mkdirSync(inside(one, 'more')), [3, 'NC2517']],
    [
      'a link to a file of the same bytes',
      (one) => {
        renameSync(inside(one, PLAN), join(one.folder, 'plan.bin'));
        symlinkSync(join(one.folder, 'plan.bin'), inside(one, PLAN));
      },
      [3, 'NC2517'],
    ],
    [
      'a link to a folder of the same files',
      (one) => {
        renameSync(inside(one, 'launch'), join(one.folder, 'launch'));
        symlinkSync(join(one.folder, 'launch'), inside(one, 'launch'));
      },
      [3, 'NC2517', 'NC2515'],
    ],
    ['a link more', (one) => symlinkSync('/etc', inside(one, 'etc')), [3, 'NC2517']],
    ['a file that is too large', (one) => truncateSync(inside(one, PLAN), 65 * 1024 * 1024), [3, 'NC2518']],
    [
      'an edited manifest',
      (one) => {
        const text = readFileSync(inside(one, 'manifest.json'), 'utf8');
        writeFileSync(inside(one, 'manifest.json'), text.replace('"name": "good"', '"name": "evil"'));
      },
      [3, 'NC2514', 'NC2528'],
    ],
    [
      'the folder of another bundle under its name',
      (one) => {
        const folder = inside(one, '');
        renameSync(folder, join(one.bundle, 'a'.repeat(16)));
        rmSync(join(one.bundle, 'current'));
        symlinkSync('a'.repeat(16), join(one.bundle, 'current'));
      },
      [3, 'NC2528'],
    ],
    [
      'a link that leads out of it',
      (one) => {
        const folder = readlinkSync(join(one.bundle, 'current'));
        renameSync(inside(one, ''), join(one.folder, folder));
        symlinkSync(join(one.folder, folder), join(one.bundle, folder));
      },
      [1, 'NC2527'],
    ],
    ['no bundle at all', (one) => rmSync(one.bundle, { recursive: true }), [1, 'NC2527']],
  ])('%s', async (_, change, expected) => {
    const project = copyOf(made);
    change(project);
    expect(await refusal(project)).toEqual(expected);
  });

  test('another bundle of the same signer', async () => {
    const project = copyOf(made);
    project.write(
      'agents/parts/extra.yaml',
      readFileSync(join(project.folder, 'agents/parts/extra.yaml'), 'utf8').replace('/opt', '/srv'),
    );
    project.git('commit', '-q', '-am', 'two');
    await project.nemoclaw(['compile', join(project.folder, 'agents/agent.yaml')]);
    const [exitCode, ...codes] = await refusal(project);
    expect(exitCode).toBe(3);
    expect(new Set(codes)).toEqual(new Set(['NC2514']));
  });
});

describe('a signature that is none is refused', () => {
  test('of an unknown key', async () => {
    const project = copyOf(made);
    writeFileSync(project.publicKey, keyPair('ed25519').open);
    expect(await refusal(project)).toEqual([3, 'NC2510']);
  });

  test('that is missing', async () => {
    const project = copyOf(made);
    rmSync(project.signature);
    expect(await refusal(project)).toEqual([1, 'NC1000']);
  });

  // biome-ignore lint/suspicious/noExplicitAny: the cases break the form on purpose
  const documents: readonly [string, (form: any) => void, (string | number)[]][] = [
    [
      'over a statement that was edited',
      ({ dsseEnvelope }) => {
        const text = Buffer.from(dsseEnvelope.payload, 'base64').toString();
        dsseEnvelope.payload = Buffer.from(text.replace('"serial": 1', '"serial": 9')).toString('base64');
      },
      [3, 'NC2511'],
    ],
    [
      'of a payload of another type',
      (form) => Object.assign(form.dsseEnvelope, { payloadType: 'application/json' }),
      [3, 'NC2509'],
    ],
    ['twice', ({ dsseEnvelope }) => dsseEnvelope.signatures.push({ sig: 'AAAA' }), [1, 'NC2508']],
    ['not at all', (form) => Object.assign(form.dsseEnvelope, { signatures: [] }), [1, 'NC2508']],
    [
      'with a certificate',
      (form) => Object.assign(form.verificationMaterial, { certificate: {} }),
      [1, 'NC2506'],
    ],
    [
      'of another key by its hint',
      (form) => Object.assign(form.verificationMaterial.publicKey, { hint: 'x' }),
      [0],
    ],
  ];
  test.each(documents)('%s', async (_, change, expected) => {
    const project = copyOf(made);
    const form = readJson(project.signature);
    change(form);
    writeFileSync(project.signature, JSON.stringify(form));
    const ran = await verify(project);
    expect([ran.exitCode, ...codesIn(ran)]).toEqual(expected);
  });

  const texts: readonly [string, (text: string) => string, (string | number)[]][] = [
    ['cut', (text) => text.slice(0, -10), [1, 'NC2506']],
    ['with something behind it', (text) => `${text}{}`, [1, 'NC2506']],
    ['larger than is read', (text) => text + ' '.repeat(5 * 1024 * 1024), [1, 'NC2506']],
    [
      'with a key twice',
      (text) => text.replace('"payloadType":', '"payload": "e30=", "payloadType":'),
      [1, 'NC2507'],
    ],
    ['empty', () => '', [1, 'NC2506']],
  ];
  test.each(texts)('%s', async (_, change, expected) => {
    const project = copyOf(made);
    writeFileSync(project.signature, change(readFileSync(project.signature, 'utf8')));
    expect(await refusal(project)).toEqual(expected);
  });

  test.each<[string, (text: string) => string, (string | number)[]]>([
    [
      'of another predicate',
      (text) => text.replace('predicates/bundle/v1', 'predicates/bundle/v2'),
      [3, 'NC2512'],
    ],
    ['of another type', (text) => text.replace('Statement/v1', 'Statement/v0.1'), [3, 'NC2512']],
    ['with a key twice', (text) => text.replace('"serial": 1', '"serial": 1, "serial": 2'), [3, 'NC2507']],
    ['with an unknown key', (text) => text.replace('"serial": 1', '"serial": 1, "more": 2'), [3, 'NC2513']],
    [
      'that names another policy than the manifest',
      (text) =>
        text.replace(
          /("policy": "sha256:)./,
          '$1x'.replace('x', text.includes('"policy": "sha256:0') ? '1' : '0'),
        ),
      [3, 'NC2519'],
    ],
    ['that is no statement', () => '"bundle"', [3, 'NC2513']],
  ])('by the right key over a statement %s', async (_, change, expected) => {
    const project = copyOf(made);
    const key = signingKeyOf({ secret: readFileSync(project.key, 'utf8') });
    const payload = Buffer.from(readJson(project.signature).dsseEnvelope.payload, 'base64').toString();
    const changed = change(payload);
    expect(changed).not.toBe(payload);
    writeFileSync(project.signature, documentOver(changed, key));
    expect(await refusal(project)).toEqual(expected);
  });

  test('by the right key for something else than a bundle', async () => {
    const project = copyOf(made);
    const key = signingKeyOf({ secret: readFileSync(project.key, 'utf8') });
    const payload = Buffer.from(readJson(project.signature).dsseEnvelope.payload, 'base64').toString();
    writeFileSync(project.signature, documentOver(payload, key, 'application/vnd.other+json'));
    expect(await refusal(project)).toEqual([3, 'NC2509']);
  });
});

test('what the signer wrote acts on no terminal', async () => {
  const project = copyOf(made);
  const key = signingKeyOf({ secret: readFileSync(project.key, 'utf8') });
  const payload = Buffer.from(readJson(project.signature).dsseEnvelope.payload, 'base64').toString();
  const hostile = payload.replace('"agents/agent.yaml"', '"\\u001b[2Jagent.yaml"');
  writeFileSync(project.signature, documentOver(hostile, key));
  const ran = await project.nemoclaw(['verify-bundle', project.bundle, '--key', project.publicKey]);
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toContain('  blueprint \\u{1b}[2Jagent.yaml\n');
  expect(ran.stdout).not.toContain('\u001b');
});

test.each(['github', 'sarif'])('a refusal is a finding in the format %s too', async (format) => {
  const project = copyOf(made);
  rmSync(join(project.bundle, 'current', 'seccomp/filter.bpf'));
  const argv = ['verify-bundle', project.bundle, '--key', project.publicKey, '-o', format];
  const ran = await project.nemoclaw(argv);
  expect(ran.exitCode).toBe(3);
  expect(ran.stdout).toContain('NC2515');
});

describe('what a host expects beside the signature', () => {
  test('a commit', async () => {
    const project = copyOf(made);
    const commit = project.git('rev-parse', 'HEAD').trim();
    expect((await verify(project, '--commit', commit)).exitCode).toBe(0);
    expect(await refusal(project, '--commit', 'f'.repeat(40))).toEqual([3, 'NC2521']);
    const short = await verify(project, '--commit', commit.slice(0, 12));
    expect(short.exitCode).toBe(2);
  });

  test('that it is committed', async () => {
    const project = copyOf(made);
    appendFileSync(join(project.folder, 'agents/agent.yaml'), '# changed\n');
    await project.nemoclaw(['compile', join(project.folder, 'agents/agent.yaml')]);
    await project.nemoclaw(['sign', project.bundle, '--key', project.key, '--allow-dirty']);
    expect(await refusal(project)).toEqual([3, 'NC2520']);
    const allowed = await project.nemoclaw([
      ...['verify-bundle', project.bundle, '--key', project.publicKey, '--allow-dirty'],
    ]);
    expect(allowed.exitCode).toBe(0);
    expect(allowed.stdout).toContain('  NOT IN THE COMMIT as compiled: agent.yaml\n');
  });

  test('that it is no replay: an old bundle keeps its good signature, and is older', async () => {
    const old = copyOf(made);
    const next = copyOf(made);
    next.git('commit', '-q', '--allow-empty', '-m', 'two');
    await next.nemoclaw(['sign', next.bundle, '--key', next.key]);
    expect((await verify(old)).exitCode).toBe(0);
    expect(await refusal(old, '--not-older-than', next.signature)).toEqual([3, 'NC2522']);
    expect((await verify(next, '--not-older-than', old.signature)).exitCode).toBe(0);
    expect((await verify(next, '--not-older-than', next.signature)).exitCode).toBe(0);
    // What it is compared with has to be signed as well.
    const forged = signingKeyOf(keyPair('ed25519'));
    const { statement } = JSON.parse((await verify(next)).stdout);
    writeFileSync(next.signature, documentOver(statementText(statement), forged));
    expect(await refusal(old, '--not-older-than', next.signature)).toEqual([3, 'NC2510']);
  });
});

test('keys that cannot be used are errors, one and all', async () => {
  const project = copyOf(made);
  const ran = await verify(project, '--key', project.key, '--key', join(project.folder, 'none.pem'));
  expect({ exitCode: ran.exitCode, codes: codesIn(ran).sort() }).toEqual({
    exitCode: 1,
    codes: ['NC1000', 'NC2500'],
  });
});

test.each<[string, string[], string]>([
  ['nobody to trust', [], 'give either --key or --allowed-signers'],
  ['two ways to trust', ['--key', 'a', '--allowed-signers', 'b'], 'give either --key or --allowed-signers'],
  ['no name', ['--allowed-signers', 'b'], '--allowed-signers needs --identity'],
  ['a name for a key', ['--key', 'a', '--identity', 'b'], '--identity goes with --allowed-signers'],
])('%s is a wrong command line', async (_, argv, message) => {
  const ran = await made.nemoclaw(['verify-bundle', made.bundle, ...argv]);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toContain(message);
});
