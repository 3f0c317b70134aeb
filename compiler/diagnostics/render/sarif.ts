import type { Span } from '../../source/span.ts';
import { type AnyEntry, CATALOG } from '../catalog.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { jsonText } from './json.ts';

/**
 * Findings as SARIF 2.1.0 (OASIS), one run, for code scanning services. Only the rules that occur are listed.
 *
 * @param version the tool's own version
 */
export function renderSarif(diagnostics: readonly Diagnostic[], version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const driver = {
    name: 'nemoclaw',
    semanticVersion: version,
    rules: codes.map((code) => ruleOf(CATALOG.find((entry) => entry.code === code)!)),
  };
  return jsonText({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  });
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

function resultOf({ code, severity, message, help, primary, related }: Diagnostic, ruleIndex: number) {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: help === null ? message : `${message}\n${help}` },
    locations: primary ? [locationOf(primary)] : [],
    relatedLocations: related.map(({ span, label }, id) => ({
      id,
      ...locationOf(span),
      message: { text: label },
    })),
  };
}

function locationOf({ source, start, end }: Span) {
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
