import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../compiler/domain/address.ts';
import { type Diagram, evaluate } from '../../../compiler/domain/diagram/diagram.ts';
import type { Value } from '../../../compiler/domain/diagram/dimension.ts';
import { listValue } from '../../../compiler/domain/glob.ts';
import { hostValue, parseHost } from '../../../compiler/domain/host.ts';
import { methodIndex } from '../../../compiler/domain/method.ts';
import type { Access, EgressAccess } from '../../../compiler/ir/access.ts';
import { policyDigest } from '../../../compiler/ir/canonical.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { ALLOW, egressDiagram } from '../../../compiler/ir/egress-diagram.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import { FILE_RIGHTS } from '../../../compiler/ir/filesystem.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { load } from '../../support/policy.ts';
import {
  type RandomBlueprint,
  type RandomNetwork,
  randomBlueprint,
  textOf,
} from '../../support/random-blueprint.ts';

const RUNS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 300;
const TIMEOUT = 60_000 + RUNS * 100;

function policyFrom(blueprint: RandomBlueprint): Policy {
  const { policy, diagnostics } = load(textOf(blueprint));
  if (policy === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return policy;
}

function digest(policy: Policy): string {
  const { value } = policyDigest(policy);
  if (value === null) throw new Error('over budget');
  return value;
}

/** Says the same in other words: other order, other grouping, other spellings, and what follows anyway. */
function rewritten(blueprint: RandomBlueprint): RandomBlueprint {
  const { filesystem_policy: files, network_policies: networks } = blueprint;
  const reversed = <T>(list: readonly T[]) => [...list].reverse();
  const repeated = files.read_write.map((path) => `${path}/redundant`);
  return {
    ...blueprint,
    filesystem_policy: {
      read_only: reversed(files.read_only),
      read_write: [...reversed(files.read_write), ...repeated],
      scratch: reversed(files.scratch),
      deny: [...reversed(files.deny), '/never/granted', ...files.deny.map((path) => `${path}/below`)],
    },
    process: { environment: reversed(blueprint.process.environment) },
    syscalls: {
      deny: [...reversed(blueprint.syscalls.deny), ...blueprint.syscalls.deny],
      allow: reversed(blueprint.syscalls.allow),
    },
    network_policies: Object.fromEntries(
      Object.entries(networks)
        .flatMap(([name, network]) => split(name, network))
        .reverse(),
    ),
  };
}

function split(name: string, { endpoints, binaries }: RandomNetwork): [string, RandomNetwork][] {
  return endpoints.map((endpoint, at) => [
    `${name}-${at}`,
    {
      ...(binaries === undefined ? {} : { binaries: [...binaries].reverse() }),
      endpoints: endpoint.ports.map((port) => ({
        ...endpoint,
        host: `${endpoint.host.toUpperCase()}${/[a-z]/.test(endpoint.host) ? '.' : ''}`,
        ports: port === '8000-8010' ? ['8005-8010', '8000-8004'] : [port],
        ...(endpoint.rules === undefined ? {} : { rules: [...endpoint.rules].reverse() }),
      })),
    },
  ]);
}

const paths = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'c.d', 'x'), { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);
const egress: fc.Arbitrary<EgressAccess> = fc.record({
  facet: fc.constant('egress' as const),
  host: fc.constantFrom(
    'a.example',
    'b.example',
    'x.a.example',
    'y.x.a.example',
    '10.0.0.5',
    'ab.example',
    'other.test',
  ),
  port: fc.constantFrom(443, 80, 8000, 8004, 8005, 8010, 8011, 8020, 8021),
  binary: fc.constantFrom('/usr/bin/curl', '/usr/bin/git', '/opt/x/tool', '/opt/tool', '/bin/sh'),
  sha256: fc.constant(null),
  address: fc.constantFrom(null, '10.0.0.5', '10.1.1.1', '93.184.216.34', '8.8.8.8', 'fd00::1', '127.0.0.1'),
  http: fc.option(
    fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'BREW'),
      path: fc.constantFrom('/', '/a', '/a/b', '/a/x/b', '/b', '/ab', '/x/y/b', '/a/'),
      query: fc.array(fc.tuple(fc.constantFrom('q', 'r'), fc.constantFrom('', 'x', 'xy', 'y')), {
        maxLength: 3,
      }),
      operations: fc.constant(ALL),
    }),
  ),
  at: fc.constant(0),
});
const access: fc.Arbitrary<Access> = fc.oneof(
  { weight: 4, arbitrary: egress },
  {
    weight: 3,
    arbitrary: fc.record({
      facet: fc.constant('filesystem' as const),
      path: paths,
      right: fc.constantFrom(...FILE_RIGHTS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      facet: fc.constant('syscalls' as const),
      name: fc.constantFrom('getpid', 'ptrace', 'kill', 'mount', 'settimeofday', 'socket', 'ioctl', 'mmap'),
      args: fc.array(fc.bigInt({ min: 0n, max: 9n }), { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      facet: fc.constant('process' as const),
      environment: fc.constantFrom('PATH', 'LC_ALL', 'LC_X', 'LX', 'HOME'),
    }),
  },
);

describe('the canonical form', () => {
  test(
    'two blueprints that say the same in other words have the same digest',
    () => {
      fc.assert(
        fc.property(randomBlueprint, (blueprint) => {
          expect(digest(policyFrom(rewritten(blueprint)))).toBe(digest(policyFrom(blueprint)));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  test(
    'a change of one section shows in the digest exactly when some access shows it',
    () => {
      fc.assert(
        fc.property(
          randomBlueprint,
          randomBlueprint,
          fc.array(access, { minLength: 60, maxLength: 60 }),
          (one, other, accesses) => {
            const a = policyFrom(one);
            const b = policyFrom({ ...one, syscalls: other.syscalls, process: other.process });
            const same = accesses.every((each) => decide(a, each).verdict === decide(b, each).verdict);
            if (digest(a) === digest(b)) expect(same).toBe(true);
            if (!same) expect(digest(a)).not.toBe(digest(b));
          },
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  test(
    'the egress diagram gives every access the verdict that decide gives',
    () => {
      fc.assert(
        fc.property(
          randomBlueprint,
          fc.array(egress, { minLength: 40, maxLength: 40 }),
          (blueprint, accesses) => {
            const policy = policyFrom(blueprint);
            const built = egressDiagram(policy.egress);
            if (!built.ok) throw new Error(`over budget in ${built.dimension}`);
            for (const each of accesses) {
              const point = pointOf(built.diagram, each);
              if (point === null) continue;
              const verdict = evaluate(built.diagram, point) === ALLOW ? 'allow' : 'deny';
              expect(`${JSON.stringify(each)} ${verdict}`).toBe(
                `${JSON.stringify(each)} ${decide(policy, each).verdict}`,
              );
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});

/** An access as a point of the diagram; null where the address contradicts a literal host, which cannot happen. */
function pointOf(diagram: Diagram, access: EgressAccess): Value[] | null {
  const host = parseHost(access.host);
  if (!host.ok) throw new Error(host.problem);
  const address = parseAddress(access.address ?? '8.8.8.8');
  if (!address.ok) throw new Error(address.problem);
  if (access.address === null || (host.host.kind === 'address' && host.host.address !== address.address))
    return null;
  const { http } = access;
  const values = (key: string) =>
    (http?.query ?? []).filter(([name]) => name === key).map(([, value]) => value);
  const known: Record<string, Value> = {
    host: hostValue(host.host),
    port: access.port,
    binary: access.binary,
    digest: access.sha256 ?? '',
    address: address.address,
    visibility: http === null ? 0 : 1,
    method: http === null ? 0 : methodIndex(http.method)!,
    path: http === null ? '/' : http.path,
    time: access.at,
  };
  return diagram.dimensions.map(({ name }) => known[name] ?? listValue(values(name.slice('query '.length)))!);
}
