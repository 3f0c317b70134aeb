import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { canMount } from '../../compiler/backends/target-abilities.ts';
import { digestOf } from '../../compiler/bundle/digest.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { readTable } from '../../compiler/ir/egress-table/read.ts';
import { type BreakGlass, openBreakGlass } from '../../runtime/sandbox/enforced/break-glass.ts';
import { type Check, checksOf, type Expectations, same } from '../../runtime/sandbox/enforced/checks.ts';
import { packetFiltersOf } from '../../runtime/sandbox/enforced/packet-filters.ts';
import { namespacesOf, processesBeside, processFacts } from '../../runtime/sandbox/enforced/process-facts.ts';
import { type GatewayInForce, gatewayInForce } from '../../runtime/sandbox/gateway-control.ts';
import { isClaimed, type RunningSandbox, readRunning } from '../../runtime/sandbox/running.ts';
import { TABLE } from '../gateway-door.ts';
import type { HostPlace } from '../host-place.ts';
import { type Followed, readFollowed } from '../sync/followed.ts';
import { isSystemProblem, systemProblem } from '../system-problem.ts';
import { tableInForce } from '../table-in-force.ts';
import { generationInForce, type InForce } from './in-force.ts';
import { loadKept } from './into-force.ts';
import { landlockDrift } from './landlock-drift.ts';
import { launchedUnder } from './live.ts';
import type { LoadedBundle } from './loaded-bundle.ts';
import { touchedBy } from './mixing.ts';
import { type ProbeRecord, readProbes } from './probe-record.ts';
import { type SandboxPlace, stateOpenToOthers } from './sandbox-place.ts';

/** Everything that can be seen of a sandbox from outside, beside what it should be. */
export interface SandboxState {
  readonly name: string;
  /** Null where nothing was ever applied, or what was is damaged. */
  readonly desired: InForce | null;
  /** Why what is in force is not known; none where it is, or there is none. */
  readonly damage: readonly Diagnostic[];
  readonly running: RunningSandbox | null;
  /** Whether what runs has the launch rules of what is in force, under whichever generation it was started; true where nothing runs. */
  readonly sameLaunch: boolean;
  readonly gateway: GatewayInForce | null;
  readonly probes: ProbeRecord | null;
  readonly breakGlass: readonly string[];
  /** The branch that it follows, and what came of the last look; null where it follows none. */
  readonly followed: Followed | null;
  /** What should be the same as what is in force. */
  readonly drift: readonly Check[];
  /** Of these, the Landlock domain of each process. */
  readonly domains: readonly Check[];
  /** What has to confine each process of the sandbox. */
  readonly enforcement: readonly Check[];
  /** What of that nobody could look at, and why. */
  readonly notReadable: readonly string[];
}

/** Looks at a sandbox: at its files, at its gateway, and at what the kernel says of each of its processes. */
export async function stateOf(place: SandboxPlace, host: HostPlace, now: number): Promise<SandboxState> {
  const { state, name } = place;
  const found = generationInForce(state.generations, host);
  const desired = found.ok ? found.inForce : null;
  const open = stateOpenToOthers(state);
  const read = readRunning(state.running);
  const running = read.ok ? read.running : null;
  const asked = await gatewayInForce(state.egressControl);
  const gateway = asked.ok ? asked : null;
  const probes = readProbes(state.probes);
  const breakGlass = openBreakGlass(state.egressAllowed, now);
  const follows = readFollowed(state.sync);
  const sameLaunch =
    running === null || desired === null || hasLaunchOf(place, running, desired.loaded, host);
  const seen = running === null ? NOTHING_SEEN : await enforcementOf(place, running, host);
  const drift = [
    ...(read.ok ? [] : [same('record of what runs', 'readable', read.problem)]),
    ...(follows.ok ? [] : [same('record of the branch', 'readable', follows.problem)]),
    ...(desired === null
      ? found.ok
        ? goneCheck(probes, follows.ok ? follows.followed : null)
        : []
      : driftOf(place, desired, { running, sameLaunch, gateway, probes, breakGlass })),
    // Without the record nobody looks at the processes, so that it is gone must not pass for that nothing runs.
    ...(running === null && read.ok ? goneRecord(gateway !== null, isClaimed(state.running)) : []),
    ...(running !== null && gateway === null && !asked.ok ? [same('gateway', 'answers', asked.problem)] : []),
    ...seen.domains,
  ];
  return {
    ...{
      name,
      desired,
      damage: [...(open === null ? [] : [open]), ...(found.ok ? [] : found.diagnostics)],
      running,
      sameLaunch,
      gateway,
      probes,
      drift,
    },
    breakGlass: breakGlass.lines,
    followed: follows.ok ? follows.followed : null,
    ...seen,
  };
}

/** A change of the gateway's table alone leaves a process what it would be started with now. */
function hasLaunchOf(
  { state }: SandboxPlace,
  running: RunningSandbox,
  inForce: LoadedBundle,
  host: HostPlace,
): boolean {
  const launched = launchedUnder(state.generations, running, inForce, host);
  return launched !== null && touchedBy(launched, inForce).sameLaunch;
}

function driftOf(
  { state }: SandboxPlace,
  { number, loaded, record, last }: InForce,
  {
    running,
    sameLaunch,
    gateway,
    probes,
    breakGlass,
  }: Pick<SandboxState, 'running' | 'sameLaunch' | 'gateway' | 'probes'> & {
    readonly breakGlass: BreakGlass;
  },
): Check[] {
  // Of a generation that was not proved something else says so, and nobody changed anything.
  const checks = last.outcome === 'proved' ? probeChecks(number, loaded, probes) : [];
  if (running !== null) {
    const under =
      running.generation === null ? `no generation (${running.bundle})` : `generation ${running.generation}`;
    checks.push(
      same('launch rules of what runs', `generation ${number}`, sameLaunch ? `generation ${number}` : under),
    );
  }
  if (gateway !== null) {
    const table = loaded.artifacts.get(TABLE);
    const read = table === undefined ? null : readTable(new TextDecoder().decode(table));
    // What people let through for a while is said by itself, loudly, and is no drift.
    const policy = read?.ok === true ? breakGlass.policyOf(read.table) : loaded.manifest.policy;
    checks.push(same('policy of the gateway', policy, gateway.policy ?? 'none'));
    checks.push(
      same(
        'egress table on disk',
        table === undefined ? 'none' : digestOf(tableInForce(table, record.commit)),
        digestIn(state.egressTable),
      ),
    );
  }
  return checks;
}

/** Whether what is called proved is what was probed, on this kernel, and answered as written. */
function probeChecks(number: number, { digest }: LoadedBundle, probes: ProbeRecord | null): Check[] {
  const wanted = `of generation ${number}, answered as written`;
  if (probes === null) return [same('probes', wanted, 'none')];
  const otherwise = probes.otherwise.length;
  const found =
    probes.bundle !== digest
      ? 'of something else'
      : otherwise === 0
        ? wanted
        : `of generation ${number}, ${otherwise} answered otherwise`;
  return [same('probes', wanted, found), same('kernel since the probes', probes.kernel, release())];
}

function goneRecord(gatewayAnswers: boolean, claimed: boolean): Check[] {
  if (!gatewayAnswers && !claimed) return [];
  const who = gatewayAnswers
    ? 'the gateway of the sandbox answers'
    : 'the process that started the sandbox runs';
  return [same('record of what runs', 'there', `gone, though ${who}`)];
}

/** That something was in force here once; who can take that away must not make a sandbox pass for one that never had anything. */
function goneCheck(probes: ProbeRecord | null, followed: Followed | null): Check[] {
  const accepted = followed?.accepted ?? null;
  if (probes === null && accepted === null) return [];
  const witness =
    probes === null ? `commit ${accepted} was accepted` : `generation ${probes.generation} was probed`;
  return [same('generations', 'there', `gone, though ${witness}`)];
}

function digestIn(path: string): string {
  try {
    return digestOf(readFileSync(path));
  } catch (error) {
    return `unreadable (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** What is seen of the processes of a sandbox. */
type Seen = Pick<SandboxState, 'enforcement' | 'notReadable' | 'domains'>;

const NOTHING_SEEN: Seen = { enforcement: [], notReadable: [], domains: [] };

/** What runs may be of an older generation, which says what its launch made. */
async function enforcementOf(place: SandboxPlace, running: RunningSandbox, host: HostPlace): Promise<Seen> {
  const { generation } = running;
  const found = generation === null ? null : loadKept(place, generation, host);
  const target = found?.ok === true ? found.loaded.manifest.target : host.target;
  const expectations = { target, hasDoor: canMount(target), outside: namespacesOf('self') };
  const pids = processesBeside(running.process.pid);
  const domains = await landlockDrift(place, target, pids, host);
  const enforcement = pids.flatMap((pid) => checksOn(pid, expectations));
  if (!canMount(target) || enforcement.length === 0) return { enforcement, notReadable: [], domains };
  const filters = packetFiltersOf(running.process.pid);
  if (!filters.ok)
    return { enforcement, notReadable: [`packet filters of its network: ${filters.problem}`], domains };
  // A launch makes none: there is no interface that a rule could be about, so any rule is somebody else's.
  const tables = filters.tables.length === 0 ? 'none' : filters.tables.join(', ');
  return {
    enforcement: [...enforcement, same('tables of packet filters (nftables)', 'none', tables)],
    notReadable: [],
    domains,
  };
}

/** What cannot be looked at does not pass for what confines. */
function checksOn(pid: number, expectations: Expectations): Check[] {
  try {
    const facts = processFacts(pid);
    // It ended between two looks.
    return facts === null ? [] : checksOf(facts, expectations);
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    return [same(`what confines process ${pid}`, 'readable', systemProblem(error))];
  }
}
