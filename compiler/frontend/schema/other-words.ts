/**
 * Words of sandbox-runtime, Docker, bubblewrap, Kubernetes and NemoClaw, with what they are called here: as a path from
 * the root where the thing is written in a section of its own.
 */
const KEYS: Readonly<Record<string, string>> = {
  allow_hosts: 'network_policies',
  allow_read: 'filesystem_policy.read_only',
  allow_write: 'filesystem_policy.read_write',
  allowed_domains: 'network_policies',
  allowed_hosts: 'network_policies',
  api_key: 'credential_env',
  api_version: 'apiVersion',
  approver: 'approved_by',
  base: 'extends',
  base_url: 'endpoint',
  binary: 'binaries',
  cidr: 'allowed_ips',
  cidrs: 'allowed_ips',
  cpu: 'resources.cpu_time',
  credential: 'credential_env',
  denied: 'filesystem_policy.deny',
  denied_domains: 'network_policies',
  deny_read: 'filesystem_policy.deny',
  deny_write: 'filesystem_policy.read_only',
  domain: 'host',
  domains: 'network_policies',
  egress: 'network_policies',
  env: 'process.environment',
  env_vars: 'process.environment',
  executable: 'path',
  expires_at: 'expires',
  expiry: 'expires',
  filesystem: 'filesystem_policy',
  fs: 'filesystem_policy',
  gid: 'process.run_as_group',
  group: 'process.run_as_group',
  hash: 'sha256',
  hidden: 'filesystem_policy.deny',
  hosts: 'endpoints',
  id: 'name',
  include: 'extends',
  inherits: 'extends',
  ip: 'allowed_ips',
  ips: 'allowed_ips',
  justification: 'reason',
  limits: 'resources',
  max_memory: 'resources.process_memory',
  memory: 'resources.process_memory',
  method: 'rules',
  methods: 'rules',
  mode: 'compatibility',
  model: 'models',
  network: 'network_policies',
  network_policy: 'network_policies',
  nofile: 'resources.open_files',
  nproc: 'resources.processes',
  paths: 'filesystem_policy',
  operation: 'operation_type',
  pids: 'resources.processes',
  pids_limit: 'resources.processes',
  policies: 'network_policies',
  presets: 'extends',
  profiles: 'routes',
  provider_type: 'provider',
  readable: 'filesystem_policy.read_only',
  ro: 'filesystem_policy.read_only',
  rw: 'filesystem_policy.read_write',
  seccomp: 'syscalls',
  syscall: 'syscalls',
  secret: 'credentials',
  secrets: 'credentials',
  tiers: 'extends',
  tools: 'tool',
  tmpfs: 'filesystem_policy.scratch',
  uid: 'process.run_as_user',
  ulimits: 'resources',
  uri: 'endpoint',
  url: 'endpoint',
  user: 'process.run_as_user',
  vars: 'variables',
  verb: 'method',
  verbs: 'rules',
  version: 'apiVersion',
  volumes: 'filesystem_policy',
  writable: 'filesystem_policy.read_write',
};

const VALUES: Readonly<Record<string, string>> = {
  all: 'full',
  allowed: 'allow',
  block: 'enforce',
  deny_all: 'deny',
  denied: 'deny',
  dry_run: 'audit',
  gql: 'graphql',
  http2: 'http',
  https: 'http',
  jsonrpc: 'json-rpc',
  log: 'audit',
  monitor: 'audit',
  passthrough: 'skip',
  raw: 'tcp',
  read: 'read-only',
  readwrite: 'read-write',
  report: 'audit',
  ro: 'read-only',
  rw: 'read-write',
  tls: 'tcp',
  write: 'read-write',
  ws: 'websocket',
  wss: 'websocket',
};

const folded = (word: string) =>
  word
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

/**
 * What another tool's key is called here: a key among `known`, or, at the root, the path of keys where it is written.
 * Null where neither is known.
 */
export function keyElsewhere(key: string, known: readonly string[], atRoot: boolean): string | null {
  const name = folded(key);
  if (!Object.hasOwn(KEYS, name)) return null;
  const path = KEYS[name]!;
  const segments = path.split('.');
  const last = segments[segments.length - 1]!;
  if (known.includes(last)) return last;
  return atRoot && known.includes(segments[0]!) ? path : null;
}

/** What another tool's word is called here if it is among `allowed`, or null. */
export function valueElsewhere(value: string, allowed: readonly string[]): string | null {
  const name = folded(value);
  const word = Object.hasOwn(VALUES, name) ? VALUES[name]! : null;
  return word !== null && allowed.includes(word) ? word : null;
}
