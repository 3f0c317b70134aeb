import fc from 'fast-check';

/** A blueprint as plain data in the language's own words; JSON text of it is YAML. */
export interface RandomBlueprint {
  readonly filesystem_policy: Record<'read_only' | 'read_write' | 'scratch' | 'deny', string[]>;
  readonly process: { environment: string[] };
  readonly syscalls: { deny: unknown[]; allow: unknown[] };
  readonly resources: Record<string, number>;
  readonly network_policies: Record<string, RandomNetwork>;
}

export interface RandomNetwork {
  readonly endpoints: RandomEndpoint[];
  readonly binaries?: { path: string }[];
}

export interface RandomEndpoint {
  readonly host: string;
  readonly ports: (number | string)[];
  readonly access?: string;
  readonly tls?: string;
  readonly rules?: { allow: RandomRequest }[];
  readonly deny_rules?: RandomRequest[];
  readonly allowed_ips?: string[];
}

interface RandomRequest {
  readonly method: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
}

const segment = fc.constantFrom('a', 'b', 'ab', 'c.d');
export const WORKDIR = '/work/project';

const paths = fc
  .uniqueArray(
    fc.array(segment, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`),
    { maxLength: 8 },
  )
  .chain((all) =>
    fc
      .array(fc.constantFrom('read_only', 'read_write', 'scratch', 'deny'), {
        minLength: all.length,
        maxLength: all.length,
      })
      .map((modes) => {
        const section: RandomBlueprint['filesystem_policy'] = {
          read_only: [],
          read_write: [WORKDIR],
          scratch: [],
          deny: [],
        };
        for (const [at, path] of all.entries()) section[modes[at] as keyof typeof section].push(path);
        return section;
      }),
  );

const globs = fc.constantFrom('/**', '/a/**', '/a/*', '/a', '/a/b', '/**/b', '/a/**/b', '/a*', '/*/b', '/?');
const request: fc.Arbitrary<RandomRequest> = fc.record(
  {
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', '*'),
    path: globs,
    query: fc.dictionary(fc.constantFrom('q', 'r'), fc.constantFrom('*', 'x*', 'x', '?'), { maxKeys: 2 }),
  },
  { requiredKeys: ['method'] },
);

const hosts = fc.constantFrom(
  'a.example',
  'b.example',
  '*.example',
  '**.example',
  'x.a.example',
  '10.0.0.5',
  'a*.example',
);
const ports = fc.uniqueArray(fc.constantFrom<number | string>(443, 80, '8000-8010', '8005-8020', 8011), {
  minLength: 1,
  maxLength: 3,
});
const endpoint: fc.Arbitrary<RandomEndpoint> = fc
  .record({
    host: hosts,
    ports,
    kind: fc.constantFrom('access', 'rules', 'opaque'),
    access: fc.constantFrom('read-only', 'read-write', 'full'),
    rules: fc.array(request, { minLength: 1, maxLength: 3 }),
    deny: fc.array(request, { maxLength: 2 }),
    ips: fc.option(
      fc.uniqueArray(fc.constantFrom('10.0.0.0/8', '10.0.0.5', '93.184.0.0/16', 'fd00::/8'), {
        minLength: 1,
        maxLength: 2,
      }),
    ),
  })
  .map(({ host, ports, kind, access, rules, deny, ips }) => ({
    host,
    ports,
    ...(kind === 'opaque' ? { tls: 'skip' } : {}),
    ...(kind === 'access' ? { access } : {}),
    ...(kind === 'rules' ? { rules: rules.map((allow) => ({ allow })) } : {}),
    ...(kind !== 'opaque' && deny.length > 0 ? { deny_rules: deny } : {}),
    ...(ips === null ? {} : { allowed_ips: ips }),
  }));

const network: fc.Arbitrary<RandomNetwork> = fc.record(
  {
    endpoints: fc.array(endpoint, { minLength: 1, maxLength: 3 }),
    binaries: fc
      .uniqueArray(fc.constantFrom('/usr/bin/curl', '/usr/bin/*', '/**', '/opt/**/tool', '/usr/bin/git'), {
        minLength: 1,
        maxLength: 2,
      })
      .map((list) => list.map((path) => ({ path }))),
  },
  { requiredKeys: ['endpoints'] },
);

const call = fc.oneof(
  fc.constantFrom('getpid', 'ptrace', 'kill', '@mount', '@clock'),
  fc.record({
    name: fc.constantFrom('socket', 'ioctl', 'mmap'),
    when: fc.array(
      fc.oneof(
        fc.record({ arg: fc.integer({ min: 0, max: 2 }), equals: fc.integer({ min: 0, max: 5 }) }),
        fc.record({ arg: fc.integer({ min: 0, max: 2 }), at_most: fc.integer({ min: 0, max: 5 }) }),
        fc
          .record({
            arg: fc.integer({ min: 0, max: 2 }),
            mask: fc.integer({ min: 0, max: 7 }),
            equals: fc.nat(7),
          })
          .map(({ arg, mask, equals }) => ({ arg, mask, equals: equals & mask })),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  }),
);

export const randomBlueprint: fc.Arbitrary<RandomBlueprint> = fc.record({
  filesystem_policy: paths,
  process: fc.record({
    environment: fc.uniqueArray(fc.constantFrom('PATH', 'LC_ALL', 'LC_*', 'HOME', 'L*'), { maxLength: 4 }),
  }),
  syscalls: fc.record({ deny: fc.array(call, { maxLength: 3 }), allow: fc.array(call, { maxLength: 3 }) }),
  resources: fc.dictionary(fc.constantFrom('open_files', 'processes'), fc.integer({ min: 16, max: 4096 }), {
    maxKeys: 2,
  }),
  network_policies: fc.dictionary(fc.constantFrom('one', 'two', 'three'), network, { maxKeys: 3 }),
});

/** The blueprint's text. JSON is YAML, and sections that are empty are left out. */
export function textOf(blueprint: RandomBlueprint): string {
  const { filesystem_policy, syscalls, process, ...rest } = blueprint;
  const filled = (section: Record<string, unknown[]>) =>
    Object.fromEntries(Object.entries(section).filter(([, list]) => list.length > 0));
  return JSON.stringify(
    {
      apiVersion: 'nemoclaw.dev/v1',
      kind: 'Blueprint',
      metadata: { name: 'random' },
      filesystem_policy: filled(filesystem_policy),
      ...(process.environment.length > 0 ? { process } : {}),
      ...(syscalls.allow.length + syscalls.deny.length > 0 ? { syscalls: filled(syscalls) } : {}),
      ...Object.fromEntries(Object.entries(rest).filter(([, section]) => Object.keys(section).length > 0)),
    },
    null,
    1,
  );
}
