import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent, DecisionEvent } from '../../compiler/ir/audit-event/event.ts';
import { readEvent } from '../../compiler/ir/audit-event/read.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import {
  type AuditLog,
  type AuditLogOptions,
  openAuditLog,
  type Recordable,
} from '../../runtime/audit/audit-log.ts';
import { logFilesIn } from '../../runtime/audit/file-names.ts';
import { SOME_DIGEST } from './audit-log.ts';

/** Folders for one log, and the options that name them. */
export interface LogPlace extends AuditLogOptions {
  readonly remove: () => void;
}

export function logPlace(more: Partial<AuditLogOptions> = {}): LogPlace {
  const root = mkdtempSync(join(tmpdir(), 'nemoclaw-audit-'));
  return {
    folder: join(root, 'log'),
    state: join(root, 'state'),
    sandbox: 'a-1',
    tool: '0.0.0',
    ...more,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Opens a log that must open. */
export function opened(options: AuditLogOptions): AuditLog {
  const outcome = openAuditLog(options);
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.problem}`);
  return outcome.log;
}

/** What a gateway writes about the nth request of some agent. */
export function someDecision(n: number): DecisionEvent {
  const allowed = n % 3 !== 0;
  return {
    kind: 'decision',
    policy: SOME_DIGEST,
    commit: null,
    access: {
      facet: 'egress',
      host: allowed ? 'api.example.com' : `h${n}.example.net`,
      port: 443,
      binary: '/usr/bin/node',
      sha256: null,
      address: allowed ? '203.0.113.7' : null,
      http: allowed
        ? {
            method: n % 2 === 0 ? 'GET' : 'POST',
            path: `/v1/items/${n}`,
            query: [['page', String(n)]],
            operations: ALL,
          }
        : null,
      at: 1_700_000_000_000 + n,
    },
    why: allowed ? 'granted' : 'not-granted',
    grant: allowed ? SOME_GRANT : null,
    process: { pid: 1000 + (n % 7), binary: '/usr/bin/node' },
    request: allowed ? null : `r-${n}`,
    credentials: [],
  };
}

const SOME_GRANT = {
  id: 'egress:api#0',
  file: 'agent.yaml',
  line: 12,
  column: 7,
  trail: [],
  owner: 'team-a',
  approvedBy: 'kim',
  ticket: 'OPS-1',
  request: null,
} as const;

/** All events of a log folder, each read strictly. */
export function eventsIn(folder: string): AuditEvent[] {
  return logFilesIn(folder).flatMap(({ path }) => {
    const lines = readFileSync(path, 'utf8').split('\n');
    if (lines.pop() !== '') throw new Error(`${path} ends within a line`);
    return lines.map((line) => {
      const read = readEvent(line);
      if (!read.ok) throw new Error(`${path}: ${read.problem}: ${line}`);
      return read.event;
    });
  });
}

/** Writes an event down. Gives its sequence once it is durable. @throws AuditRefused */
export async function written(log: AuditLog, event: Recordable): Promise<number> {
  const { sequence, durable } = log.append(event);
  await durable;
  return sequence;
}
