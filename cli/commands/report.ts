import { prove } from '../../compiler/analysis/guardrails/prove.ts';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';
import { reportDate, reportNotWritten } from '../../compiler/diagnostics/catalog/report.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../../compiler/diagnostics/entry.ts';
import { jsonDiagnostics } from '../../compiler/diagnostics/render/json.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import type { Metadata } from '../../compiler/frontend/blueprint/blueprint.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import type { JudgedPlace } from '../../compiler/report/document/coverage.ts';
import { type AuditDocument, auditDocument } from '../../compiler/report/document/document.ts';
import { htmlDocument } from '../../compiler/report/document/html.ts';
import { plainDocument } from '../../compiler/report/document/json.ts';
import { markdownDocument } from '../../compiler/report/document/markdown.ts';
import { VERSION } from '../../compiler/version.ts';
import type { ReportArguments } from '../arguments/report.ts';
import { loadControls } from '../controls-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { jsonDocument, printJson, sayFindings } from '../findings.ts';
import { loadGuardrails } from '../guardrails-file.ts';
import type { Io } from '../io.ts';
import { HOST, type Place, placeFor } from '../place.ts';
import { readInput } from '../read-input.ts';

/** A document, or null where the findings say why there is none. */
interface Made {
  readonly document: AuditDocument | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Writes the document about one blueprint. What stands in it does not change the exit code. */
export async function report(chosen: ReportArguments, io: Io): Promise<ExitCode> {
  const { place, diagnostics: placeFindings } = await placeFor(chosen.place, io);
  if (place === null) {
    fail(placeFindings, chosen, io);
    return chosen.place.target === HOST ? EXIT.notEnforced : EXIT.invalid;
  }
  const made = make(chosen, place, io);
  const diagnostics = [...placeFindings, ...made.diagnostics];
  if (made.document === null) {
    fail(diagnostics, chosen, io);
    return EXIT.invalid;
  }
  const text = rendered(made.document, diagnostics, chosen);
  if (chosen.out !== null) {
    const written = io.replaceFile(chosen.out, text);
    if (!written.ok) {
      const parameters = { path: chosen.out, detail: written.detail };
      fail([...diagnostics, diagnose(reportNotWritten, null, parameters)], chosen, io);
      return EXIT.invalid;
    }
  }
  sayFindings(
    diagnostics.filter(({ severity }) => severity !== 'note'),
    io,
  );
  if (chosen.out === null) io.stdout.write(text);
  else io.stderr.write(`${visible(chosen.out)}: written\n`);
  return EXIT.ok;
}

function fail(diagnostics: readonly Diagnostic[], { format }: ReportArguments, io: Io): void {
  if (format === 'json') printJson('report', { document: null, ...jsonDiagnostics(diagnostics) }, io);
  else sayFindings(diagnostics, io);
}

function make(chosen: ReportArguments, place: Place, io: Io): Made {
  const input = readInput(chosen.path, io);
  if (!input.ok) return { document: null, diagnostics: [input.problem] };
  const loaded = loadPolicy(input.name, input.bytes, io.reader, place.bindings);
  const guardrails = loadGuardrails(chosen.guardrails, place.bindings, io);
  const mapping = loadControls(chosen.controls, io);
  const time = timeOf(io);
  const diagnostics = [
    ...loaded.diagnostics,
    ...guardrails.diagnostics,
    ...mapping.diagnostics,
    ...('now' in time ? [] : [time]),
  ];
  const { policy } = loaded;
  const { controls } = mapping;
  if (policy === null || controls === null || !('now' in time) || hasErrors(diagnostics)) {
    return { document: null, diagnostics };
  }
  const metadata = metadataOf(input.name, input.bytes);
  const document = auditDocument({
    version: VERSION,
    policy,
    file: input.name,
    description: metadata?.description?.value ?? null,
    owners: metadata?.owners.map(({ value }) => value) ?? [],
    inputs: loaded.inputs,
    placeName: place.name,
    bindings: place.bindings,
    targets: judgedPlaces(place),
    guardrails: {
      source: guardrails.source,
      proofs: (guardrails.guardrails ?? []).map((guardrail) => ({
        guardrail,
        proof: prove(policy, guardrail.property, time.now),
      })),
    },
    controls,
    now: time.now,
    dated: chosen.dated,
  });
  return { document, diagnostics };
}

/** The place that the document speaks of comes first; a named one is not judged twice. */
function judgedPlaces({ name, target }: Place): JudgedPlace[] {
  const named = Object.entries(NAMED_TARGETS).map(([of, one]) => ({ name: of, target: one }));
  return [{ name, target }, ...named.filter((one) => one.name !== name)];
}

/** What a blueprint says of itself, which is no part of its meaning. */
function metadataOf(name: string, bytes: Uint8Array): Metadata | null {
  const parsed = parseSource(name, bytes);
  return parsed.kind === 'blueprint' ? parsed.blueprint.metadata : null;
}

/** Latest time of ECMA-262 in seconds; a date beyond it cannot be written. */
const LATEST_SECONDS = 8.64e12;

/** The time at which grants are judged: that of `SOURCE_DATE_EPOCH` where it is set, else now. */
function timeOf({ environment, now }: Io): { readonly now: number } | Diagnostic {
  const text = environment.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return { now: Math.floor(now() / 1000) * 1000 };
  const seconds = /^[0-9]{1,13}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return seconds <= LATEST_SECONDS ? { now: seconds * 1000 } : diagnose(reportDate, null, { text });
}

function rendered(
  document: AuditDocument,
  diagnostics: readonly Diagnostic[],
  { format }: ReportArguments,
): string {
  switch (format) {
    case 'markdown':
      return markdownDocument(document);
    case 'html':
      return htmlDocument(document);
    case 'json':
      return jsonDocument('report', { document: plainDocument(document), ...jsonDiagnostics(diagnostics) });
  }
}
