import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { unifiedDiff } from '../../compiler/edit/unified-diff.ts';
import type { Comparison } from '../../compiler/report/difference/comparison.ts';
import { differenceJson } from '../../compiler/report/difference/json.ts';
import { differenceText } from '../../compiler/report/difference/text.ts';
import { paletteFor } from '../colour.ts';
import type { Io } from '../io.ts';
import type { MadeChange } from './make.ts';
import type { Proposed } from './propose.ts';

const MOST_SETS = 20;

/** What came of a proposal, for a person. */
export function proposedText(proposed: Proposed, io: Io): string {
  const { base } = proposed;
  if (proposed.state === 'covered') {
    return `nothing to propose: ${visible(proposed.blueprint)} on ${visible(base.branch)} allows it already\n`;
  }
  const where = `${proposed.branch} on ${visible(base.remote)}, for ${visible(base.branch)}`;
  if (proposed.state === 'dry-run') {
    const { edited } = proposed.made;
    const text = visibleLines(unifiedDiff(visible(edited.path), edited.before, edited.after));
    return `${differences(proposed.made, io)}${text}would be ${where}; nothing was pushed\n`;
  }
  const lines =
    proposed.pull === null
      ? [`patch: ${visible(proposed.files!.patch)}`, `text to review: ${visible(proposed.files!.text)}`]
      : [`pull request: ${visible(proposed.pull.url)}`];
  const heads = {
    opened: 'proposed',
    updated: 'brought up to date',
    completed: 'proposed, on the branch that was there',
    'open-already': 'is open already',
  };
  const head = `${heads[proposed.state]}: ${where}`;
  const change = proposed.made === null ? '' : differences(proposed.made, io);
  return `${change}${[head, ...lines].join('\n')}\n`;
}

function differences({ comparison, beyond }: MadeChange, io: Io): string {
  const render = (one: Comparison) => {
    const layout = { palette: paletteFor(io.stdout, io), columns: io.columns };
    return differenceText([one], { most: MOST_SETS, showsLines: false, problems: [] }, layout);
  };
  const wider =
    beyond === null ? '' : `\nbeyond what was asked for, the wider entry opens:\n\n${render(beyond)}`;
  return `${render(comparison)}${wider}\n`;
}

/** The same as plain values. */
export function proposedValue(proposed: Proposed) {
  const { state, base } = proposed;
  const common = { state, remote: base.remote, base: base.branch };
  if (proposed.state === 'covered') return { ...common, blueprint: proposed.blueprint };
  const { branch, made } = proposed;
  const change = made === null ? {} : changeValue(made);
  if (proposed.state === 'dry-run') {
    const { path, before, after } = proposed.made.edited;
    const patch = unifiedDiff(path, before, after);
    return { ...common, branch, blueprint: path, ...change, patch, body: proposed.body };
  }
  const { commit, blueprint, pull, files } = proposed;
  return { ...common, branch, commit, blueprint, pullRequest: pull, files, ...change };
}

function changeValue({ comparison, beyond, verdicts, policies, files, grant }: MadeChange) {
  return {
    verdict: comparison.difference.verdict,
    difference: differenceJson([comparison])[0] ?? null,
    beyond: beyond === null ? null : (differenceJson([beyond])[0] ?? null),
    guardrails: verdicts,
    policies: { old: policies[0], next: policies[1] },
    changed: files.map(({ path }) => path),
    grant,
  };
}

function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
