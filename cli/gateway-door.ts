import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from '../compiler/bundle/bundle.ts';
import {
  gatewayMissing,
  stateNotWritable,
  trustFolderMissing,
} from '../compiler/diagnostics/catalog/gateway.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { HeldCredential } from '../runtime/egress/credentials/held.ts';
import { doorkeeperPath, hostArchitecture } from '../runtime/launcher/locate.ts';
import { type Door, TRUST_FOLDER } from '../runtime/sandbox/door.ts';
import { gatewayEnvironment } from '../runtime/sandbox/gateway-environment.ts';
import type { DoorArguments } from './arguments/run.ts';
import { reachOfState, sandboxPlace } from './hosts/sandbox-place.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { isSystemProblem, systemProblem } from './system-problem.ts';
import { tableInForce } from './table-in-force.ts';

/** Path of the egress table in a bundle. */
export const TABLE = 'egress/table.json';

interface Compiled {
  readonly policy: Policy;
  readonly bundle: Pick<Bundle, 'artifacts'>;
  /** Null where nobody vouches for one. */
  readonly commit: string | null;
}

export type PreparedDoor =
  | { readonly ok: true; readonly door: Door }
  | { readonly ok: false; readonly problem: Diagnostic };

/** Puts the egress table of a compiled blueprint where the gateway of its sandbox reads it, and says how to start that. */
export function prepareDoor(
  { policy, bundle, commit }: Compiled,
  { name, state }: DoorArguments,
  credentials: readonly HeldCredential[],
  io: Io,
): PreparedDoor {
  const sandbox = name ?? policy.name;
  const refuse = (problem: Diagnostic): PreparedDoor => ({ ok: false, problem });
  const found = sandboxPlace(sandbox, state, io);
  if (!found.ok) return found;
  const architecture = hostArchitecture();
  const doorkeeper = architecture && doorkeeperPath(PACKAGE_FOLDER, architecture);
  if (!doorkeeper?.isThere) {
    return refuse(diagnose(gatewayMissing, null, { path: doorkeeper?.path ?? 'the doorkeeper' }));
  }
  const { state: folder } = found.place;
  const reaching = reachOfState(policy, folder);
  if (reaching !== null) return refuse(reaching);
  const table = bundle.artifacts.find(({ path }) => path === TABLE);
  if (table === undefined) throw new Error('a bundle was made without an egress table');
  try {
    writeWhole(folder.egressTable, tableInForce(table.bytes, commit));
  } catch (error) {
    if (!isSystemProblem(error)) throw error;
    const detail = systemProblem(error);
    return refuse(diagnose(stateNotWritable, null, { path: folder.egressTable, detail }));
  }
  const gateway = [process.execPath, join(PACKAGE_FOLDER, 'dist/gateway.cjs'), folder.root, sandbox] as const;
  const env = withoutCredentials(policy, io.environment);
  const gone = () => void io.stderr.write(WITHOUT_DOORKEEPER);
  return { ok: true, door: { doorkeeper: doorkeeper.path, gateway, env, credentials, gone } };
}

const WITHOUT_DOORKEEPER =
  'nemoclaw: the doorkeeper was killed: nothing leaves the sandbox until it is ended and started again\n';

/** The gateway gets credentials in memory, and an environment can be read by other programs of the user. */
function withoutCredentials({ credentials }: Policy, environment: Io['environment']): Io['environment'] {
  const env = { ...environment };
  for (const { source } of credentials) if (source.kind === 'variable') delete env[source.name];
  return env;
}

/** The variables that a sandbox with a gateway has by itself, and what to say where programs will not trust it. */
export function gatewayInside({ filesystem, egress }: Policy): {
  readonly variables: Readonly<Record<string, string>>;
  readonly findings: readonly Diagnostic[];
} {
  const hasTrustFolder = filesystem.entries.some(
    ({ path, source }) => path === TRUST_FOLDER && source === 'scratch',
  );
  const inspected = egress.entries.find(({ visibility }) => visibility === 'http');
  const findings =
    hasTrustFolder || inspected === undefined
      ? []
      : [
          diagnose(trustFolderMissing, inspected.grant.origin.span, {
            host: inspected.host.text,
            folder: TRUST_FOLDER,
          }),
        ];
  return { variables: gatewayEnvironment(hasTrustFolder), findings };
}

/** A gateway that starts meanwhile reads the old table or the new one. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, bytes, { mode: 0o600 });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
