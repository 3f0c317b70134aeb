import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { NO_LINE } from '../../../compiler/ir/audit-event/event.ts';
import { digestOfLine, lineOf } from '../../../compiler/ir/audit-event/write.ts';
import { type OpenedRequests, openRequests } from '../../../runtime/approvals/requests/open-requests.ts';
import type { Bounds } from '../../../runtime/approvals/requests/pending-requests.ts';
import { type LoggedEvent, rebuild } from '../../../runtime/approvals/requests/rebuild.ts';
import { accessTo, refusalTo, refusedEvent, START } from '../../support/refusals.ts';

const RUNS = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 150;

type Step =
  | { readonly do: 'refuse'; readonly access: EgressAccess }
  | { readonly do: 'flood'; readonly binary: string; readonly count: number }
  | { readonly do: 'wait'; readonly milliseconds: number }
  /** What happens in the background from time to time. */
  | { readonly do: 'flush' }
  /** Ends in good order, or by a kill after which the disk has what was flushed before, and loses some of that as well. */
  | { readonly do: 'restart'; readonly killed: boolean; readonly loses: number };

const accesses = fc
  .record({
    host: fc.constantFrom('a.example', 'A.example', 'b.example', 'c.example'),
    path: fc.constantFrom(null, '/', '/x', '/%78'),
    port: fc.constantFrom(80, 443),
    binary: fc.constantFrom('/bin/a', '/bin/b'),
  })
  .map(({ host, path, port, binary }) => accessTo(host, path, { port, binary }));

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('refuse' as const), access: accesses }),
  },
  fc.record({
    do: fc.constant('flood' as const),
    binary: fc.constantFrom('/bin/a', '/bin/b', '/bin/c'),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ do: fc.constant('wait' as const), milliseconds: fc.integer({ min: 0, max: 3000 }) }),
  fc.record({
    do: fc.constant('restart' as const),
    killed: fc.boolean(),
    loses: fc.integer({ min: 0, max: 9 }),
  }),
);

/** What an access is counted under, written down without the store: the parts that tell two requests apart. */
function plainKey({ host, port, binary, http }: EgressAccess): string {
  return [host.toLowerCase(), port, binary, http?.method ?? '', http?.path.replace('%78', 'x') ?? ''].join(
    ' ',
  );
}

/** A gateway in small: it refuses, writes down, and comes back after a restart by folder and log. */
class Gateway {
  readonly folder = join(mkdtempSync(join(tmpdir(), 'nemoclaw-requests-')), 'requests');
  readonly log: LoggedEvent[] = [];
  readonly counts = new Map<string, number>();
  readonly #bounds: Bounds;
  opened: OpenedRequests;
  now = START;
  #previous = NO_LINE;
  #floods = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.opened = this.#open();
  }

  #open(): OpenedRequests {
    const failed = (error: Error) => {
      throw error;
    };
    return openRequests({
      sandbox: 'a-1',
      folder: this.folder,
      bounds: this.#bounds,
      writeAfter: 3600_000,
      failed,
    });
  }

  refuse(asked: EgressAccess): void {
    const access = { ...asked, at: this.now };
    const joined = this.opened.requests.refused(refusalTo(access));
    const event = {
      sequence: this.log.length,
      previous: this.#previous,
      time: this.now,
      sandbox: 'a-1',
      what: refusedEvent(access),
    };
    this.#previous = digestOfLine(lineOf(event));
    this.log.push({ event, digest: this.#previous });
    this.opened.requests.written(joined?.id ?? null, { sequence: event.sequence, digest: this.#previous });
    const key = plainKey(access);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  flood(binary: string, count: number): void {
    for (let n = 0; n < count; n += 1)
      this.refuse(accessTo(`flood${this.#floods++}.example`, null, { binary }));
  }

  async restart(killed: boolean, loses: number): Promise<void> {
    if (!killed) await this.opened.close();
    else {
      const files = readdirSync(this.folder).filter((name) => name.endsWith('.json'));
      for (const name of files.filter((_, at) => at % 10 < loses)) rmSync(join(this.folder, name));
    }
    this.opened = this.#open();
    rebuild(this.opened.requests, this.log);
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'refuse') this.refuse(step.access);
    else if (step.do === 'flood') this.flood(step.binary, step.count);
    else if (step.do === 'wait') this.now += step.milliseconds;
    else if (step.do === 'flush') await this.opened.flush();
    else await this.restart(step.killed, step.loses);
  }

  /** By key, how often the store says that it was refused. */
  counted(): Map<string, number> {
    return new Map(
      this.opened.requests.requests.map(({ asked, count }) => [
        plainKey(accessTo(asked.host, asked.http?.path ?? null, { port: asked.port, binary: asked.binary })),
        count,
      ]),
    );
  }
}

const ROOMY: Bounds = { pending: 10_000, all: 10_000, rate: { burst: 10_000, interval: 1 } };
const TIGHT: Bounds = { pending: 12, all: 20, rate: { burst: 5, interval: 1000 } };

test('below the bounds every refusal is counted once, whatever restarts and lost files come between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 30 }), async (taken) => {
      const gateway = new Gateway(ROOMY);
      for (const step of taken) await gateway.take(step);
      expect(gateway.counted()).toEqual(gateway.counts);
      expect(gateway.opened.requests.overflow).toBeNull();
      for (const { audit, counted } of gateway.opened.requests.requests) {
        expect(gateway.log[audit!.sequence]!.digest).toBe(audit!.digest);
        expect(counted!).toBeGreaterThanOrEqual(audit!.sequence);
      }
      rmSync(join(gateway.folder, '..'), { recursive: true });
    }),
    { numRuns: RUNS },
  );
}, 120_000);

test('beyond the bounds every refusal is counted in a request or as overflow', async () => {
  const orderly = steps.filter((step) => step.do !== 'restart' || !step.killed);
  await fc.assert(
    fc.asyncProperty(fc.array(orderly, { minLength: 1, maxLength: 40 }), async (taken) => {
      const gateway = new Gateway(TIGHT);
      for (const step of taken) await gateway.take(step);
      const { requests, overflow } = gateway.opened.requests;
      const sum = requests.reduce((all, { count }) => all + count, overflow?.count ?? 0);
      expect(sum).toBe(gateway.log.length);
      expect(requests.length).toBeLessThanOrEqual(TIGHT.pending);
      for (const [key, count] of gateway.counted())
        expect(count).toBeLessThanOrEqual(gateway.counts.get(key)!);
      rmSync(join(gateway.folder, '..'), { recursive: true });
    }),
    { numRuns: RUNS },
  );
}, 120_000);

test('the log alone makes the same requests as the gateway had', async () => {
  const living = steps.filter((step) => step.do !== 'restart');
  await fc.assert(
    fc.asyncProperty(fc.array(living, { minLength: 1, maxLength: 40 }), async (taken) => {
      const gateway = new Gateway(TIGHT);
      for (const step of taken) await gateway.take(step);
      const before = gateway.opened.requests;
      await gateway.restart(true, 10);
      const after = gateway.opened.requests;
      // The words of why are the policy's; the log does not have them, and its writer has its own process ids.
      const told = (all: typeof before) => all.requests.map((one) => ({ ...one, because: null }));
      expect(told(after)).toEqual(told(before));
      expect(after.overflow).toEqual(before.overflow);
      rmSync(join(gateway.folder, '..'), { recursive: true });
    }),
    { numRuns: RUNS },
  );
}, 120_000);
