import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { unifiedDiff } from '../../compiler/edit/unified-diff.ts';
import { differenceJson } from '../../compiler/report/difference/json.ts';
import { differenceText } from '../../compiler/report/difference/text.ts';
import { paletteFor } from '../colour.ts';
import type { Io } from '../io.ts';
import type { BlueprintChange } from './change.ts';
import type { ExpiryProposal } from './deliver.ts';
import { type DueEntry, timeText, useWords, whyWords } from './due.ts';
import type { GrantedEntry } from './entries.ts';
import type { Expired } from './expire.ts';

const MOST_SETS = 20;

/** What came of a run, for a person. */
export function expiredText({ base, proposals, soon, young }: Expired, io: Io): string {
  const lines = proposals.flatMap((proposal) => [...proposalLines(proposal, base.remote, io), '']);
  if (proposals.length === 0) lines.push(`nothing to remove on ${visible(base.branch)}`);
  if (soon.length > 0) {
    lines.push('will end soon, and stay until then:');
    lines.push(
      ...soon.map((one) => `  ${placeText(one)}  ends ${timeText(one.expiresAt!)}${ownerText(one)}`),
    );
  }
  if (young.length > 0) {
    lines.push('not used, and too young to be called so:');
    lines.push(...young.map((one) => `  ${placeText(one)}${ownerText(one)}`));
  }
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

function proposalLines(proposal: ExpiryProposal, remote: string, io: Io): string[] {
  const { state, branch, due, group, pull, files } = proposal;
  const where = `${branch} on ${visible(remote)}`;
  const heads = {
    'dry-run': `would be ${where}; nothing was pushed`,
    opened: `proposed: ${where}`,
    updated: `brought up to date: ${where}`,
    completed: `proposed, on the branch that was there: ${where}`,
    'open-already': `is open already: ${where}`,
  };
  const lines = due.map((one) => {
    const use = useWords(one);
    return `  ${placeText(one.entry)}  ${whyWords(one)}${ownerText(one.entry)}${use === '' ? '' : `; ${visible(use)}`}`;
  });
  return [
    ...(state === 'dry-run' ? group!.changes.flatMap((change) => changeLines(change, io)) : []),
    heads[state],
    ...lines,
    ...(pull === null ? [] : [`pull request: ${visible(pull.url)}`]),
    ...(files === null ? [] : [`patch: ${visible(files.patch)}`, `text to review: ${visible(files.text)}`]),
  ];
}

function changeLines({ path, before, after, comparison }: BlueprintChange, io: Io): string[] {
  const layout = { palette: paletteFor(io.stdout, io), columns: io.columns };
  const difference = differenceText(
    [comparison],
    { most: MOST_SETS, showsLines: false, problems: [] },
    layout,
  );
  const patch = unifiedDiff(visible(path), before, after).trimEnd();
  return [difference.trimEnd(), '', ...patch.split('\n').map(visible)];
}

function placeText({ blueprint, line, name }: GrantedEntry): string {
  return `${visible(blueprint)}:${line} ${visible(name)}`;
}

function ownerText({ owner }: GrantedEntry): string {
  return owner === null ? '' : `, of ${visible(owner)}`;
}

/** The same as plain values. */
export function expiredValue({ base, at, proposals, soon, young }: Expired) {
  return {
    ...{ remote: base.remote, base: base.branch, at: timeText(at) },
    proposals: proposals.map(proposalValue),
    soon: soon.map(entryValue),
    young: young.map(entryValue),
  };
}

function proposalValue({ state, branch, commit, owners, due, group, body, pull, files }: ExpiryProposal) {
  return {
    ...{ state, branch, commit, owners, pullRequest: pull, files },
    removed: due.map(dueValue),
    blueprints: group === null ? null : group.changes.map(changeValue),
    body: state === 'dry-run' ? body : null,
  };
}

function dueValue({ entry, why, use }: DueEntry) {
  return {
    ...entryValue(entry),
    why:
      why.kind === 'ended'
        ? { kind: why.kind, at: timeText(why.at) }
        : { kind: why.kind, from: timeText(why.from), to: timeText(why.to) },
    use:
      use === null
        ? null
        : {
            ...{ logs: use.logs, from: timeText(use.from), to: timeText(use.to), uses: use.uses },
            ...{ lastUse: use.lastUse === null ? null : timeText(use.lastUse), refused: use.refused },
          },
  };
}

function entryValue({ blueprint, name, line, owner, reason, ticket, expiresAt, id }: GrantedEntry) {
  const expires = expiresAt === null ? null : timeText(expiresAt);
  return { blueprint, entry: name, line, owner, reason, ticket, expires, id };
}

function changeValue({ path, before, after, comparison, verdicts, policies }: BlueprintChange) {
  return {
    path,
    verdict: comparison.difference.verdict,
    difference: differenceJson([comparison])[0] ?? null,
    guardrails: verdicts,
    policies: { old: policies[0], next: policies[1] },
    patch: unifiedDiff(path, before, after),
  };
}
