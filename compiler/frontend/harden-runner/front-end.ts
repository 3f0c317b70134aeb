import {
  filesNotSaid,
  importTier,
  noStep,
  runnerDomains,
  severalSteps,
} from '../../diagnostics/catalog/imported.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import { blueprintOf, networkPolicy } from '../imported/draft.ts';
import type { Imported } from '../imported/imported.ts';
import { Importing, short } from '../imported/importing.ts';
import type { YamlTree } from '../yaml/tree.ts';
import { translateEndpoints } from './endpoints.ts';
import { endpointWords, readInputs } from './inputs.ts';
import { wordsOfList } from './words.ts';
import { entryAt, findSteps, jobNames, type Step } from './workflow.ts';

/**
 * The step of a workflow that uses harden-runner.
 *
 * @param job which one, where several jobs have one each; null where that is not said
 */
export function importWorkflow(tree: YamlTree, job: string | null, name: string): Imported {
  const importing = new Importing(tree.source);
  const root = tree.root!;
  const alone = entryAt(root, 'allowed-endpoints');
  if (alone !== null && job === null) {
    const words = endpointWords(alone, tree.source, importing);
    return translated(words, importing.keySpan(alone), name, importing);
  }
  const all = findSteps(root);
  const steps = job === null ? all : all.filter((step) => step.job === job);
  const first = steps[0];
  const place = first
    ? importing.span(first.uses.value)
    : importing.span({ start: root.start, end: root.start + 1 });
  if (first === undefined) {
    const nearest = job === null ? null : nearestWord(job, jobNames(root));
    importing.refuse(noStep, place, { job: job === null ? null : short(job), nearest });
  } else if (steps.some((step) => inputText(step, tree.source) !== inputText(first, tree.source))) {
    const related = steps
      .slice(1)
      .map(({ uses }) => ({ span: importing.span(uses.value), label: 'and here' }));
    const jobs = steps.map((step) => short(step.job ?? 'steps without a job'));
    importing.refuse(severalSteps, place, { jobs }, related);
  }
  const words = readInputs(first?.inputs ?? null, tree.source, importing);
  return translated(words, place, name, importing);
}

/** A plain list of endpoints. */
export function importList(source: SourceFile, name: string): Imported {
  const importing = new Importing(source);
  const words = wordsOfList(source);
  return translated(words, words[0]?.span ?? { source, start: 0, end: 0 }, name, importing);
}

function translated(
  words: readonly Located<string>[],
  place: Span,
  name: string,
  importing: Importing,
): Imported {
  const endpoints = translateEndpoints(words, importing);
  importing.change(filesNotSaid, place, {});
  importing.change(importTier, place, {});
  importing.change(runnerDomains, place, {});
  const blueprint = blueprintOf({
    name: located(name, place),
    place,
    tier: 'restricted',
    includeWorkdir: true,
    paths: [],
    network: networkPolicy('allowed_endpoints', place, endpoints),
    deniedCalls: [],
  });
  return { blueprint, changes: importing.settled(), errors: importing.errors };
}

/** Equal for steps that say the same in the same words. */
function inputText({ inputs }: Step, { text }: SourceFile): string {
  return inputs === null ? '' : text.slice(inputs.value.start, inputs.value.end).replace(/\s+/g, ' ');
}
