import {
  lintDenialWithoutEffect,
  lintDeniedWhole,
  lintGrantedAlready,
} from '../../../diagnostics/catalog/lint/redundant.ts';
import { globMatches } from '../../../domain/glob.ts';
import type { Endpoint, GrantNote, RequestRule } from '../../../frontend/blueprint/blueprint.ts';
import type { EgressEntry } from '../../../ir/egress.ts';
import { only } from '../../../ir/extent.ts';
import type { Span } from '../../../source/span.ts';
import { DOUBT, doubtAbout } from '../certainty.ts';
import { type Finding, type Fix, finding, removal } from '../finding.ts';
import { atomsOf } from '../redundancy/atoms.ts';
import { sampleConnection, sampleOf, sampleRequest } from '../redundancy/sample.ts';
import { type Remains, Trial, type Worth } from '../redundancy/trial.ts';
import { type EgressWords, egressWords, type Subject } from '../subject.ts';
import { placeOfDecision, programsOf, withoutLast } from './egress-parts.ts';

/** Endpoints, rules, programs, ports and denials without which the policy means the same. */
export function idleEgress(subject: Subject): Finding[] {
  const search = new Search(subject, egressWords(subject));
  search.endpoints();
  search.denials();
  search.rules();
  search.ports();
  search.programs();
  return search.found;
}

/** Later entries are tried first, so that of two that say the same the one above stays. */
class Search {
  readonly found: Finding[] = [];
  readonly #subject: Subject;
  readonly #words: readonly EgressWords[];
  readonly #trial: Trial;

  constructor(subject: Subject, words: readonly EgressWords[]) {
    this.#subject = subject;
    this.#words = words;
    this.#trial = new Trial(words.map(({ entry }) => entry));
  }

  endpoints(): void {
    this.#eachOwn(({ network, endpoint }, entry, at) => {
      const worth = this.#trial.permission(new Map([[at, null]]), atomsOf(entry));
      const what = `the endpoint \`${endpoint.host.value}\``;
      const doubt =
        this.#doubt([endpoint], endpoint.grant ?? network.grant) ??
        (this.#isTested(network.key.value) ? DOUBT.tested : null);
      this.#report(worth, new Map([[at, null]]), what, endpoint.host.span, removal(endpoint.span), doubt);
    });
  }

  rules(): void {
    this.#eachOwn(({ endpoint, entry: written }, _, at) => {
      if (written.enforcement === 'audit') return;
      for (const [index, rule] of backwards(endpoint.rules?.value ?? [])) {
        const entry = this.#trial.entry(at);
        if (entry?.allow.kind !== 'only' || written.allow.kind !== 'only') continue;
        const own = written.allow.of[index]!;
        const left = withoutLast(entry.allow.of, (other) => other === own);
        if (left.length === 0) continue;
        const remains: Remains = new Map([[at, { ...entry, allow: only(left) }]]);
        const worth = this.#trial.permission(remains, atomsOf({ ...entry, allow: only([own]) }));
        // A rule can go without the denials beside it.
        this.#report(worth, remains, `\`${wordsOf(rule)}\``, rule.span, removal(rule.span), this.#doubt([]));
      }
    });
  }

  ports(): void {
    this.#eachOwn(({ endpoint, entry: written }, _, at) => {
      for (const [index, port] of backwards(endpoint.ports)) {
        const entry = this.#trial.entry(at)!;
        const own = written.ports[index]!;
        const left = withoutLast(entry.ports, (other) => other === own);
        if (left.length === 0) continue;
        const remains: Remains = new Map([[at, { ...entry, ports: left }]]);
        const worth = this.#trial.permission(remains, atomsOf({ ...entry, ports: [own] }));
        const covering = endpoint.ports.find((_, other) => {
          const { low, high } = written.ports[other]!;
          return other !== index && low <= own.low && own.low <= high;
        });
        const doubt = this.#doubt([endpoint]);
        const what = `port \`${port.value}\``;
        this.#report(worth, remains, what, port.span, removal(port.span), doubt, covering?.span);
      }
    });
  }

  /** The programs of a network policy hold for all its endpoints, so they go for all or for none. */
  programs(): void {
    const networks = new Map<EgressWords['network'], number[]>();
    for (const [at, { network, isOwn }] of this.#words.entries()) {
      if (isOwn) networks.set(network, [...(networks.get(network) ?? []), at]);
    }
    for (const [network, members] of networks) {
      const written = this.#words[members[0]!]!.entry.binaries;
      for (const [index, binary] of backwards(network.binaries?.value ?? [])) {
        if (written.kind !== 'only') continue;
        const own = written.of[index]!;
        const remains = new Map<number, EgressEntry>();
        const atoms: EgressEntry[] = [];
        let touched = 0;
        for (const at of members) {
          const entry = this.#trial.entry(at);
          if (entry?.binaries.kind !== 'only') continue;
          const left = withoutLast(
            entry.binaries.of,
            ({ path, sha256 }) => path.text === own.path.text && sha256 === own.sha256,
          );
          if (left.length > 0) remains.set(at, { ...entry, binaries: only(left) });
          atoms.push(...atomsOf({ ...entry, binaries: only([own]) }));
          touched++;
        }
        if (remains.size === 0 || remains.size < touched) continue;
        const worth = this.#trial.permission(remains, atoms);
        const { span, value } = binary.path;
        const covering = network.binaries!.value.find(
          (_, other) => other !== index && globMatches(written.of[other]!.path, sampleOf(own.path, '/')),
        );
        const doubt = this.#doubt(network.endpoints);
        const what = `the program \`${value}\``;
        this.#report(worth, remains, what, span, removal(span), doubt, covering?.path.span);
      }
    }
  }

  denials(): void {
    this.#eachOwn(({ endpoint, entry: written }, _, at) => {
      if (written.enforcement === 'audit') return;
      for (const [index, rule] of backwards(endpoint.denyRules)) {
        const entry = this.#trial.entry(at)!;
        const own = written.deny[index]!;
        const remains: Remains = new Map([
          [at, { ...entry, deny: withoutLast(entry.deny, (other) => other === own) }],
        ]);
        const [program = null] = programsOf(entry);
        const sample = { ...sampleConnection(entry, program), http: sampleRequest(own) };
        if (this.#trial.denial(remains, sample).kind === 'needed') continue;
        this.#trial.leaveOut(remains);
        this.found.push(finding(lintDenialWithoutEffect, rule.span, { what: `\`${wordsOf(rule)}\`` }));
      }
    });
  }

  #eachOwn(look: (words: EgressWords, entry: EgressEntry, at: number) => void): void {
    for (const [at, words] of backwards(this.#words)) {
      const entry = this.#trial.entry(at);
      if (words.isOwn && entry !== null) look(words, entry, at);
    }
  }

  /** @param shrunk endpoints that would go or hold for less, and their denials with them */
  #doubt(shrunk: readonly Endpoint[], note: GrantNote | null = null): string | null {
    const deciding = this.#words.flatMap(({ network, endpoint }) => [
      endpoint.span,
      ...(network.binaries === null ? [] : [network.binaries.span]),
    ]);
    const doubt = doubtAbout(this.#subject, deciding, note);
    return doubt ?? (shrunk.some(({ denyRules }) => denyRules.length > 0) ? DOUBT.denying : null);
  }

  /** Whether a test says of a grant of a network policy that it must decide; another takes its place when one goes. */
  #isTested(key: string): boolean {
    return this.#subject.resolved.tests.some(
      (test) => test.kind === 'access' && test.by?.value.startsWith(`egress:${key}#`) === true,
    );
  }

  /** @param decider where that stands which decides instead; found by itself when it is not given */
  #report(
    worth: Worth,
    remains: Remains,
    what: string,
    place: Span,
    fix: Fix,
    doubt: string | null,
    decider?: Span,
  ): void {
    if (worth.kind === 'needed') return;
    this.#trial.leaveOut(remains);
    const words = this.#words[worth.by]!;
    const left = this.#trial.entry(worth.by) ?? words.entry;
    const isGranted = worth.why === 'granted';
    const span = (isGranted ? decider : undefined) ?? placeOfDecision(words, left, worth.why, worth.sample);
    const label = isGranted ? 'granted here' : 'denied here';
    const related = span === place ? [] : [{ span, label }];
    const kind = isGranted ? lintGrantedAlready : lintDeniedWhole;
    this.found.push(finding(kind, place, { what }, { related, fix, doubt }));
  }
}

/** What of a rule was written, in the order of the keys. */
function wordsOf(rule: RequestRule): string {
  const { method, path, rpcMethod, tool, operationType, operationName, fields, message } = rule;
  const parts = [method, path, rpcMethod, tool, operationType, operationName, message];
  const words = [...parts, ...(fields?.value ?? [])].flatMap((part) => part?.value ?? []);
  return words.length === 0 ? '*' : words.join(' ');
}

function backwards<T>(items: readonly T[]): (readonly [number, T])[] {
  return items.map((item, index) => [index, item] as const).reverse();
}
