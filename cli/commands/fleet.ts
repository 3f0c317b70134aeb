import { type HostPredicate, readHostStatement } from '../../compiler/bundle/signature/host-statement.ts';
import {
  hostReportAhead,
  hostReportStale,
  hostReportUnreadable,
  hostsDiffer,
} from '../../compiler/diagnostics/catalog/hosts.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose } from '../../compiler/diagnostics/entry.ts';
import type { FleetArguments } from '../arguments/fleet.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printOutcome, sayFindings } from '../findings.ts';
import { signerWords } from '../hosts/candidate.ts';
import { fleetHtml, fleetText } from '../hosts/fleet-table.ts';
import type { Io } from '../io.ts';
import { type Trust, trustIn } from '../signing/trust.ts';
import { verifiedPayload } from '../signing/verified-statement.ts';

/** One report whose signature was verified, or why it counts for nothing. */
export interface Reported {
  readonly path: string;
  /** Null where it is not verified or no report. */
  readonly predicate: HostPredicate | null;
  /** Whose signature it is, in words; null where nobody trusted signed it. The name of the host is its own word. */
  readonly signer: string | null;
  readonly isStale: boolean;
  readonly findings: readonly Diagnostic[];
  readonly exitCode: ExitCode;
}

/** Clocks of hosts may differ by so many milliseconds. */
const MOST_AHEAD = 5 * 60_000;
const ORDER: readonly ExitCode[] = [EXIT.ok, EXIT.no, EXIT.notEnforced, EXIT.invalid];

/** Puts reports side by side. */
export async function fleet(chosen: FleetArguments, io: Io): Promise<ExitCode> {
  const { format } = chosen;
  const found = trustIn(chosen.trust, io);
  const reports = found.ok
    ? chosen.reports.map((path) => reportIn(path, found.trust, chosen.maxAge, io))
    : [];
  reports.sort((a, b) => keyOf(a).localeCompare(keyOf(b), 'en'));
  const differing = differencesIn(reports);
  const findings = [
    ...(found.ok ? [] : found.problems),
    ...reports.flatMap((one) => one.findings),
    ...differing,
  ];
  const codes = [...reports.map(({ exitCode }) => exitCode), ...(differing.length > 0 ? [EXIT.no] : [])];
  const exitCode = found.ok ? worst(codes) : EXIT.invalid;
  if (format === 'html') {
    sayFindings(findings, io);
    io.stdout.write(fleetHtml(reports, new Date(io.now()).toISOString()));
    return exitCode;
  }
  const result = {
    verdict: exitCode === EXIT.ok ? 'as applied' : 'not as applied',
    reports: reports.map(plain),
  };
  const text = found.ok ? fleetText(reports) : '';
  await printOutcome({ command: 'fleet', diagnostics: findings, result, text }, format, io);
  return exitCode;
}

function reportIn(path: string, trust: Trust, maxAge: number, io: Io): Reported {
  const signed = verifiedPayload(path, trust, io);
  const none = { path, predicate: null, isStale: false } as const;
  if (!signed.ok) {
    return { ...none, signer: null, findings: [signed.problem], exitCode: signed.exitCode };
  }
  const signer = signerWords(signed.signer);
  const read = readHostStatement(signed.payload);
  if (!read.ok) {
    const finding = diagnose(hostReportUnreadable, null, { path, problem: read.problem });
    return { ...none, signer, findings: [finding], exitCode: EXIT.no };
  }
  const { predicate } = read;
  const age = io.now() - Date.parse(predicate.at);
  const isStale = age > maxAge || age < -MOST_AHEAD;
  const entry = age < 0 ? hostReportAhead : hostReportStale;
  const findings = isStale ? [diagnose(entry, null, { path, at: predicate.at })] : [];
  return { path, predicate, signer, isStale, findings, exitCode: exitCodeOf(predicate, isStale) };
}

function exitCodeOf({ verdict, breakGlass }: HostPredicate, isStale: boolean): ExitCode {
  if (verdict === 'not enforced') return EXIT.notEnforced;
  return verdict === 'as applied' && !isStale && breakGlass.length === 0 ? EXIT.ok : EXIT.no;
}

/** Of each sandbox, all hosts should run one bundle. */
function differencesIn(reports: readonly Reported[]): Diagnostic[] {
  const bundles = new Map<string, Set<string>>();
  for (const { predicate } of reports) {
    if (predicate === null) continue;
    const seen = bundles.get(predicate.sandbox) ?? new Set();
    bundles.set(predicate.sandbox, seen.add(predicate.inForce?.bundle ?? 'nothing'));
  }
  return [...bundles]
    .filter(([, seen]) => seen.size > 1)
    .map(([sandbox, seen]) => diagnose(hostsDiffer, null, { sandbox, bundles: seen.size }));
}

function worst(codes: readonly ExitCode[]): ExitCode {
  return ORDER[Math.max(0, ...codes.map((code) => ORDER.indexOf(code)))]!;
}

function keyOf({ predicate, path }: Reported): string {
  return predicate === null ? `\uffff${path}` : `${predicate.sandbox}\0${predicate.host}\0${path}`;
}

function plain({ path, predicate, signer, isStale }: Reported) {
  return { path, verified: predicate !== null, signer, stale: isStale, report: predicate };
}
