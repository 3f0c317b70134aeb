import type { DecisionEvent, RecordedGrant } from '../../../compiler/ir/audit-event/event.ts';
import { ALL } from '../../../compiler/ir/extent.ts';

const GRANT: RecordedGrant = {
  id: 'egress:api#0',
  file: 'agent.yaml',
  line: 12,
  column: 7,
  trail: [],
  owner: 'team-a',
  approvedBy: 'kim',
  ticket: 'OPS-1',
  request: null,
};

/** What a gateway writes about the nth request of an agent at work: two of three are allowed. */
export function benchDecision(n: number): DecisionEvent {
  const allowed = n % 3 !== 0;
  return {
    kind: 'decision',
    policy: `sha256:${'a'.repeat(64)}`,
    commit: null,
    access: {
      facet: 'egress',
      host: allowed ? 'api.example.com' : `h${n}.example.net`,
      port: 443,
      binary: '/usr/bin/node',
      sha256: null,
      address: allowed ? '203.0.113.7' : null,
      http: allowed
        ? { method: 'GET', path: `/v1/items/${n}`, query: [['page', String(n)]], operations: ALL }
        : null,
      at: 1_700_000_000_000 + n,
    },
    why: allowed ? 'granted' : 'not-granted',
    grant: allowed ? GRANT : null,
    process: { pid: 4711, binary: '/usr/bin/node' },
    request: allowed ? null : `r-${n}`,
    credentials: [],
  };
}
