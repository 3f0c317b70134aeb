import type { Span } from '../../source/span.ts';
import { type AnyEntry, CATALOG } from '../catalog.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { jsonText } from './json.ts';

/** A SARIF reporting descriptor and a SARIF result, as plain values. */
export type SarifRule = { readonly id: string } & Readonly<Record<string, unknown>>;
export type SarifResult = { readonly ruleId: string } & Readonly<Record<string, unknown>>;

/**
 * Findings as SARIF 2.1.0 (OASIS), one run, for code scanning services. Only the rules that occur are listed.
 *
 * @param version the tool's own version
 */
export function renderSarif(diagnostics: readonly Diagnostic[], version: string): string {
  return sarifDocument(sarifRules(diagnostics), sarifResults(diagnostics), version);
}

/** A whole document of one run. Each result names one of the rules. */
export function sarifDocument(
  rules: readonly SarifRule[],
  results: readonly SarifResult[],
  version: string,
): string {
  const indexes = new Map(rules.map(({ id }, at) => [id, at]));
  return jsonText({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'nemoclaw', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        results: results.map(({ ruleId, ...rest }) => ({ ruleId, ruleIndex: indexes.get(ruleId), ...rest })),
      },
    ],
  });
}

/** The rules of the findings that occur, in the order of their codes. */
export function sarifRules(diagnostics: readonly Diagnostic[]): SarifRule[] {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return codes.map((code) => ruleOf(CATALOG.find((entry) => entry.code === code)!));
}

export function sarifResults(diagnostics: readonly Diagnostic[]): SarifResult[] {
  return diagnostics.map(resultOf);
}

function ruleOf({ code, name, severity, explanation }: AnyEntry) {
  return {
    id: code,
    name,
    shortDescription: { text: name },
    fullDescription: { text: explanation },
    help: { text: `${explanation}\n\nnemoclaw explain ${code}` },
    defaultConfiguration: { level: severity },
  };
}

function resultOf({ code, severity, message, help, primary, related }: Diagnostic) {
  return {
    ruleId: code,
    level: severity,
    message: { text: sarifText(help === null ? message : `${message}\n${help}`) },
    locations: primary ? [sarifLocation(primary)] : [],
    relatedLocations: related.map(({ span, label }, id) => ({
      id,
      ...sarifLocation(span),
      message: { text: sarifText(label) },
    })),
  };
}

/** A message that holds untrusted text: nothing in it is a link (section 3.11.6), whose text could say anything. */
export function sarifText(text: string): string {
  return text.replaceAll('](', ']\\(');
}

/** Where something stands, as a SARIF location. */
export function sarifLocation({ source, start, end }: Span) {
  const from = source.positionAt(start);
  const to = source.positionAt(end);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(source.path) },
      region: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
    },
  };
}

/** A path as a URI reference: absolute ones get a scheme, a relative one cannot be taken for one. */
function uriOf(path: string): string {
  const encoded = path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (path.startsWith('/')) return `file://${encoded}`;
  return encoded.replace(/^(?:\.\/)+/, '');
}
