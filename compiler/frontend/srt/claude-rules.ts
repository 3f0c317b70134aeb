import { nobodyAsked, notDenied, ruleNotFiles } from '../../diagnostics/catalog/imported.ts';
import { type Located, located } from '../../source/span.ts';
import { type Importing, short } from '../imported/importing.ts';
import { rulePath } from './claude-paths.ts';
import type { Wanted } from './wanted.ts';

type Verdict = 'allow' | 'ask' | 'deny';

const WRITERS = ['Edit', 'Write', 'MultiEdit', 'NotebookEdit'];

/**
 * Permission rules of Claude Code such as `Read(./secrets/**)`, `Edit(src/)` and `WebFetch(domain:example.com)`. What asks
 * is read as a denial, because nobody can be asked. Rules about other tools say nothing about files or hosts.
 */
export function readRules(
  rules: readonly Located<string>[],
  verdict: Verdict,
  wanted: Wanted,
  importing: Importing,
): void {
  for (const rule of rules) {
    const [, tool = '', specifier = ''] = /^(\w+)\((.*)\)$/s.exec(rule.value) ?? [];
    const about = located(specifier, rule.span);
    const domain = /^domain:(.+)$/.exec(specifier)?.[1];
    const isAsking = verdict === 'ask';
    if (tool === 'WebFetch' && domain !== undefined) {
      (verdict === 'allow' ? wanted.allowedDomains : wanted.deniedDomains).push(located(domain, rule.span));
    } else if (specifier !== '' && (tool === 'Read' || WRITERS.includes(tool))) {
      readPathRule(about, tool === 'Read', verdict, wanted, importing);
    } else {
      importing.change(ruleNotFiles, rule.span, { rule: short(rule.value) });
      continue;
    }
    if (isAsking) importing.change(nobodyAsked, rule.span, { key: short(rule.value) });
  }
}

function readPathRule(
  about: Located<string>,
  isReading: boolean,
  verdict: Verdict,
  wanted: Wanted,
  importing: Importing,
): void {
  const path = rulePath(about);
  if (verdict === 'allow') {
    (isReading ? wanted.allowRead : wanted.allowWrite).push(path);
    return;
  }
  (isReading ? wanted.denyRead : wanted.denyWrite).push(path);
  // As in .gitignore, a name without a folder means every file of that name.
  if (!about.value.replace(/\/$/, '').includes('/') && !/[*?[]/.test(about.value)) {
    const why = 'the rule means every file of that name, and only the one in the working folder is named';
    importing.change(notDenied, about.span, { path: short(about.value), why });
  }
}
