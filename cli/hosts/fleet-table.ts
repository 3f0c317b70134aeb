import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { htmlPage } from '../../compiler/report/html/page.ts';
import { escapeHtml } from '../../compiler/report/html/text.ts';
import type { Reported } from '../commands/fleet.ts';

const HEAD = [
  'sandbox',
  'host',
  'verdict',
  'generation',
  'commit',
  'bundle',
  'kernel',
  'probed',
  'reported',
  'signed by',
];
const SHORT = 12;

/** A table for a terminal; what reports say acts on nothing. */
export function fleetText(reports: readonly Reported[]): string {
  const rows = [HEAD, ...reports.map((report) => cellsOf(report).map(visible))];
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd(),
  );
  const missing = reports.flatMap(({ predicate }) =>
    (predicate?.notEnforced ?? []).map(
      (words) => `  ${visible(predicate!.host)} ${visible(predicate!.sandbox)}: ${visible(words)}`,
    ),
  );
  const notEnforced = missing.length === 0 ? [] : ['', 'not enforced, or not as applied:', ...missing];
  return `${[...lines, ...notEnforced].join('\n')}\n`;
}

/** The same as one page that loads nothing. */
export function fleetHtml(reports: readonly Reported[], made: string): string {
  const row = (cells: readonly string[], kind: string) =>
    `<tr>${cells.map((cell) => `<${kind}>${escapeHtml(cell)}</${kind}>`).join('')}</tr>`;
  const missing = reports.flatMap(({ predicate }) =>
    (predicate?.notEnforced ?? []).map(
      (words) => `<li>${escapeHtml(`${predicate!.host} ${predicate!.sandbox}: ${words}`)}</li>`,
    ),
  );
  return htmlPage('Fleet', STYLE, [
    '<h1>Fleet</h1>',
    `<p>${reports.length} reports, put side by side at ${escapeHtml(made)}</p>`,
    `<table><thead>${row(HEAD, 'th')}</thead><tbody>${reports.map((one) => row(cellsOf(one), 'td')).join('')}</tbody></table>`,
    ...(missing.length === 0
      ? []
      : ['<h2>Not enforced, or not as applied</h2>', `<ul>${missing.join('')}</ul>`]),
  ]);
}

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;white-space:nowrap}';

function cellsOf({ path, predicate, signer, isStale }: Reported): string[] {
  if (predicate === null) return [path, '?', 'NOT VERIFIED', '', '', '', '', '', '', signer ?? ''];
  const { sandbox, host, verdict, inForce, kernel, probed, at, breakGlass } = predicate;
  const words = [
    verdict === 'as applied' ? verdict : verdict.toUpperCase(),
    ...(isStale ? ['OLD'] : []),
    ...(breakGlass.length > 0 ? ['BREAK-GLASS'] : []),
  ];
  return [
    ...[sandbox, host, words.join(', ')],
    inForce === null ? 'none' : String(inForce.generation),
    inForce?.commit?.slice(0, SHORT) ?? 'none',
    inForce?.bundle.slice('sha256:'.length, 'sha256:'.length + SHORT) ?? 'none',
    kernel,
    probed?.at ?? 'NEVER',
    at,
    signer ?? '',
  ];
}
