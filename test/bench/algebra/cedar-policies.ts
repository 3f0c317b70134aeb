import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { WrittenEntry } from './entries.ts';

/**
 * Entries as Cedar policies. What is one thing is named in the scope, where Cedar finds it soonest; `*` of Cedar crosses
 * dots and slashes, so a pattern says a little more there than here. Public addresses, which Cedar would have to list
 * each time, come as one boolean.
 */
export function cedarPolicies(entries: readonly WrittenEntry[]): string {
  return entries.map(policiesOf).join('\n');
}

function policiesOf(entry: WrittenEntry): string {
  if (!entry.denies) return policy('permit', entry, entry.method, entry.path, termsOf(entry));
  return [
    policy('permit', entry, '*', '/public/**', termsOf(entry)),
    policy('forbid', entry, entry.method, entry.path, []),
  ].join('\n');
}

function policy(
  effect: 'permit' | 'forbid',
  { host, port, binary }: WrittenEntry,
  method: string,
  path: string,
  terms: readonly string[],
): string {
  const isOne = (pattern: string) => !pattern.includes('*');
  const like = (side: string, pattern: string) =>
    `${side} like ${JSON.stringify(pattern.replaceAll('**', '*'))}`;
  const scope = [
    binary !== null && isOne(binary) ? `principal == Binary::${JSON.stringify(binary)}` : 'principal',
    actionScope(method),
    isOne(host) ? `resource == Host::${JSON.stringify(host)}` : 'resource',
  ];
  const conditions = [
    ...(binary !== null && !isOne(binary) ? [like('context.binary', binary)] : []),
    ...(isOne(host) ? [] : [like('context.host', host)]),
    port[0] === port[1]
      ? `context.port == ${port[0]}`
      : `context.port >= ${port[0]} && context.port <= ${port[1]}`,
    isOne(path) ? `context.path == ${JSON.stringify(path)}` : like('context.path', path),
    ...terms,
  ];
  return `${effect}(${scope.join(', ')}) when { ${conditions.join(' && ')} };`;
}

function actionScope(method: string): string {
  if (method === '*') return 'action';
  return method === 'GET'
    ? 'action in [Method::Action::"GET", Method::Action::"HEAD"]'
    : `action == Method::Action::${JSON.stringify(method)}`;
}

function termsOf({ block, expiresAt }: WrittenEntry): string[] {
  return [
    block === null ? 'context.isPublic' : `context.address.isInRange(ip(${JSON.stringify(block)}))`,
    ...(expiresAt === null ? [] : [`context.now < ${expiresAt}`]),
  ];
}

/** An access as Cedar is asked about it. */
export function cedarRequest({ host, port, binary, address, http, at }: EgressAccess) {
  return {
    principal: { type: 'Binary', id: binary },
    action: { type: 'Method::Action', id: http!.method },
    resource: { type: 'Host', id: host },
    context: {
      host,
      port,
      binary,
      path: http!.path,
      now: at,
      isPublic: !address!.startsWith('10.'),
      address: { __extn: { fn: 'ip', arg: address! } },
    },
    entities: [],
  };
}
