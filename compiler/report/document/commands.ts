import type { AuditDocument } from './document.ts';

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Command lines that show the same again, for whoever doubts the document. */
export function commandsFor({ file, date, guardrails, controls, place }: AuditDocument): string[] {
  const seconds = date === null ? null : Math.floor(Date.parse(date) / 1000);
  const options = [
    ['--workdir', place.workdir],
    ['--home', place.home],
    ...Object.entries(place.variables).map(([name, value]) => ['--set', `${name}=${value}`]),
  ].flatMap(([option, value]) => [option!, quoted(value!)]);
  const where = ['-t', quoted(place.name), ...options].join(' ');
  const path = quoted(file);
  const rails = guardrails.source === 'guardrails:default' ? '' : ` -g ${quoted(guardrails.source)}`;
  const mapping = controls.source === 'controls:default' ? '' : ` --controls ${quoted(controls.source)}`;
  return [
    `${seconds === null ? '' : `SOURCE_DATE_EPOCH=${seconds} `}nemoclaw report ${path} ${where}${rails}${mapping}${date === null ? ' --no-date' : ''}`,
    `nemoclaw prove ${path} ${where}${rails}`,
    `nemoclaw verify ${path}`,
  ];
}
