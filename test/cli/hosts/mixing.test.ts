import { expect, test } from 'vitest';
import type { LoadedBundle } from '../../../cli/hosts/loaded-bundle.ts';
import { touchedBy } from '../../../cli/hosts/mixing.ts';
import { NAMED_TARGETS } from '../../../compiler/backends/named-targets.ts';
import { buildBundle } from '../../../compiler/bundle/bundle.ts';
import { loadPolicy } from '../../../compiler/load-policy.ts';
import { readerOver } from '../../support/reader.ts';
import { blueprintWith, reaching, SANDBOX } from './host-project.ts';

const bindings = { workdir: '/sandbox', home: '/home/sandbox', variables: {}, users: {}, groups: {} };

/** A bundle with some files below the folder it works in, and some hosts to reach. */
function bundleOf(files: string, ...hosts: readonly string[]): LoadedBundle {
  const text = blueprintWith(reaching(...hosts), SANDBOX, files);
  const bytes = new TextEncoder().encode(text);
  const { policy, inputs, diagnostics } = loadPolicy('agent.yaml', bytes, readerOver({}), bindings);
  if (policy === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { bundle } = buildBundle(policy, NAMED_TARGETS['linux-x86_64']!, bindings, inputs);
  if (bundle === null) throw new Error('it is not enforced');
  const { manifest, digest } = bundle;
  const artifacts = new Map(bundle.artifacts.map(({ path, bytes: content }) => [path, content]));
  return { manifest, digest, artifacts, sources: inputs, policy, bindings };
}

const WRITES = '  include_workdir: true\n';
const READS = '  include_workdir: false\n  read_only: ["${workdir}"]\n';
const OTHER = '  include_workdir: false\n  read_only: ["${workdir}"]\n  read_write: [/srv]\n';

test.for([
  [
    'the table widens under the same launch rules',
    WRITES,
    ['a.example'],
    WRITES,
    ['a.example', 'b.example'],
    true,
    true,
  ],
  [
    'the table changes both ways under the same launch rules',
    WRITES,
    ['a.example'],
    WRITES,
    ['b.example'],
    true,
    true,
  ],
  ['both narrow', WRITES, ['a.example', 'b.example'], READS, ['a.example'], false, true],
  ['both widen', READS, ['a.example'], WRITES, ['a.example', 'b.example'], false, true],
  [
    'the table narrows and the launch rules widen',
    READS,
    ['a.example', 'b.example'],
    WRITES,
    ['a.example'],
    false,
    true,
  ],
  [
    'the launch rules narrow and the table widens',
    WRITES,
    ['a.example'],
    READS,
    ['a.example', 'b.example'],
    false,
    false,
  ],
  [
    'the launch rules narrow and the table changes both ways',
    WRITES,
    ['a.example'],
    READS,
    ['b.example'],
    false,
    false,
  ],
  [
    'the launch rules change both ways and the table widens',
    WRITES,
    ['a.example'],
    OTHER,
    ['a.example', 'b.example'],
    false,
    false,
  ],
] as const)('%s', ([, oldFiles, oldHosts, nextFiles, nextHosts, sameLaunch, mayMix]) => {
  const found = touchedBy(bundleOf(oldFiles, ...oldHosts), bundleOf(nextFiles, ...nextHosts));
  expect({ sameLaunch: found.sameLaunch, mayMix: found.mayMix }).toEqual({ sameLaunch, mayMix });
});

test('a credential that stands for another secret now is held back with the table, and one that is new or gone is not', () => {
  const withKey = (source: string, ...hosts: readonly string[]) =>
    bundleOf(
      `${WRITES}credentials:\n  key: { credential_env: ${source}, placeholder_env: KEY, endpoints: [{ host: a.example }] }\n`,
      ...hosts,
    );
  const without = bundleOf(WRITES, 'a.example');
  const one = withKey('ONE', 'a.example');
  expect(touchedBy(without, one)).toMatchObject({ mayMix: true, launch: ['credentials'] });
  expect(touchedBy(one, without)).toMatchObject({ mayMix: true });
  expect(touchedBy(one, withKey('ONE', 'a.example', 'b.example'))).toMatchObject({
    sameLaunch: true,
    launch: [],
  });
  const exchanged = touchedBy(one, withKey('TWO', 'a.example', 'b.example'));
  expect(exchanged).toMatchObject({ sameLaunch: false, mayMix: false, launch: ['credentials'] });
});

test('another launch plan of the same meaning is another launch', () => {
  const one = bundleOf(WRITES, 'a.example');
  const plan = new Map(one.artifacts).set('launch/plan.bin', new Uint8Array([1]));
  const found = touchedBy(one, { ...bundleOf(WRITES, 'a.example', 'b.example'), artifacts: plan });
  expect(found).toMatchObject({ sameLaunch: false, launch: ['launch plan'] });
});

test('what the digests tell apart and the difference does not counts as everything', () => {
  const one = bundleOf(WRITES, 'a.example');
  const manifest = { ...one.manifest, policy: `sha256:${'0'.repeat(64)}` } as const;
  expect(touchedBy(one, { ...one, manifest })).toMatchObject({ sameLaunch: false, mayMix: false });
});
