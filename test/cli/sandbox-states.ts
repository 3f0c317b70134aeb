import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EgressAccess } from '../../compiler/ir/access.ts';
import { EgressIndex } from '../../compiler/ir/egress-index.ts';
import { type Denial, reasonsOf } from '../../runtime/approvals/refusals/refusal-of.ts';
import { openRequests } from '../../runtime/approvals/requests/open-requests.ts';
import { BOUNDS, type Bounds } from '../../runtime/approvals/requests/pending-requests.ts';
import { isAskable } from '../../runtime/approvals/requests/request.ts';
import { decisionOn, logOf, SOME_DIGEST } from '../support/audit-log.ts';
import { blueprint, policyOf } from '../support/policy.ts';
import { START } from '../support/refusals.ts';
import { temporaryFolder } from './nemoclaw.ts';

/** Grants curl to read below api.example.com. */
export const POLICY = policyOf(
  blueprint(`filesystem_policy:
  include_workdir: true
network_policies:
  api:
    endpoints: [{ host: api.example.com, port: 443, protocol: rest, access: read-only }]
    binaries: [{ path: /usr/bin/curl }]
`),
);
export const LOG_FILE = 'audit-0000000000000000.jsonl';

/** A state home in which one sandbox has asked for something, and what its gateway left behind. */
export async function stateWith(accesses: readonly EgressAccess[], bounds: Bounds = BOUNDS, name = 'a-1') {
  const home = temporaryFolder();
  const root = join(home, 'nemoclaw/sandboxes', name);
  await leaveBehind(root, name, accesses, bounds);
  return { home, root, environment: { XDG_STATE_HOME: home } };
}

async function leaveBehind(root: string, sandbox: string, accesses: readonly EgressAccess[], bounds: Bounds) {
  const index = new EgressIndex(POLICY.egress);
  const failed = (error: Error) => {
    throw error;
  };
  const opened = openRequests({ sandbox, folder: join(root, 'requests'), bounds, failed });
  for (const [at, access] of accesses.entries()) {
    const decision = index.decide(access);
    if (decision.verdict === 'allow' || !isAskable(decision.why)) continue;
    const joined = opened.requests.refused({
      access,
      why: decision.why,
      policy: SOME_DIGEST,
      pid: 4711,
      at: START + at * 1000,
      explain: () => reasonsOf(index.entriesFor(access), access, decision as Denial),
    });
    opened.requests.written(joined?.id ?? null, { sequence: at, digest: SOME_DIGEST });
  }
  await opened.close();
  mkdirSync(join(root, 'audit'), { mode: 0o700 });
  const log = logOf(
    accesses.map((access) => decisionOn(POLICY, access)),
    START,
  );
  writeFileSync(join(root, 'audit', LOG_FILE), log);
}
