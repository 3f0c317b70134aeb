/** One small mistake that somebody could have made: a text of a file replaced once. */
export interface Mutant {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

interface Rule {
  readonly name: string;
  readonly find: RegExp;
  readonly replace: string;
}

/** Operators stand between spaces, so that types and arrows are left alone. */
const RULES: readonly Rule[] = [
  { name: 'equal', find: / === /g, replace: ' !== ' },
  { name: 'unequal', find: / !== /g, replace: ' === ' },
  { name: 'below', find: / < /g, replace: ' <= ' },
  { name: 'at most', find: / <= /g, replace: ' < ' },
  { name: 'above', find: / > /g, replace: ' >= ' },
  { name: 'at least', find: / >= /g, replace: ' > ' },
  { name: 'and', find: / && /g, replace: ' || ' },
  { name: 'or', find: / \|\| /g, replace: ' && ' },
  { name: 'one more', find: / \+ 1(?![0-9n.])/g, replace: ' + 2' },
  { name: 'one less', find: / - 1(?![0-9n.])/g, replace: ' - 0' },
  { name: 'next', find: / \+ 1n/g, replace: ' + 2n' },
  { name: 'intersection of bits', find: / & /g, replace: ' | ' },
  // What follows in a union of shapes is a word of the language or begins like a shape.
  {
    name: 'union of bits',
    find: / \| (?!null|undefined|number|string|bigint|boolean|'|[A-Z][a-z])(?=[a-zA-Z(~])/g,
    replace: ' & ',
  },
  { name: 'every', find: /\.every\(/g, replace: '.some(' },
  { name: 'some', find: /\.some\(/g, replace: '.every(' },
  { name: 'true', find: /\btrue\b/g, replace: 'false' },
  { name: 'false', find: /\bfalse\b/g, replace: 'true' },
  { name: 'condition dropped', find: /\bif \((?!.*\) \{?$\n)/g, replace: 'if (false && ' },
  { name: 'condition always', find: /\bif \(/g, replace: 'if (true || ' },
  { name: 'skipped no more', find: /\) continue;/g, replace: ') void 0;' },
  { name: 'roles swapped', find: /\bALLOWING\b/g, replace: 'DENYING' },
  { name: 'roles swapped', find: /\bDENYING\b/g, replace: 'ALLOWING' },
  { name: 'directions swapped', find: /\bWIDENS\b/g, replace: 'NARROWS' },
  { name: 'directions swapped', find: /'widens'/g, replace: "'narrows'" },
  { name: 'sides swapped', find: /\bisOld\b/g, replace: 'isNew' },
  { name: 'ends swapped', find: /\blow\b(?!:)/g, replace: 'high' },
  { name: 'end swapped', find: /\bhigh\b(?!:)/g, replace: 'low' },
  { name: 'negation dropped', find: /(?<=[(\s&|=])!(?=[a-z(])/g, replace: '' },
  { name: 'complement dropped', find: /~(?=[a-zA-Z(])/g, replace: '' },
  { name: 'nothing for all', find: /\bEVERYTHING\b/g, replace: 'NOTHING' },
  { name: 'all for nothing', find: /\bNOTHING\b/g, replace: 'EVERYTHING' },
];

/** All mutants of a file, in its order. Comments, imports, declarations of shapes and messages are left alone. */
export function mutantsOf(file: string, source: string): Mutant[] {
  let isInShape = false;
  let isInComment = false;
  return source.split('\n').flatMap((line, at) => {
    if (/^(export )?(interface|type) /.test(line)) isInShape = !line.endsWith(';') || line.endsWith('{');
    const isSkipped = isInShape || isInComment || line.trimStart().startsWith('/*') || isPlain(line);
    if (/\/\*/.test(line)) isInComment = true;
    if (/\*\//.test(line)) isInComment = false;
    if (isInShape && (line === '}' || /^ {2}\|.*;$/.test(line) || /^export type .*;$/.test(line)))
      isInShape = false;
    return isSkipped ? [] : mutantsIn(file, line, at + 1);
  });
}

/** A line that does nothing by itself. */
function isPlain(line: string): boolean {
  return (
    /^\s*(\/\/|\*|import |export (type|interface) |export \{|throw |readonly )/.test(line) ||
    /^(\} from | {2}#?\w+\??: [^=]*;$)/.test(line)
  );
}

function mutantsIn(file: string, before: string, line: number): Mutant[] {
  return RULES.flatMap(({ name, find, replace }) =>
    [...before.matchAll(find)].map(({ index, 0: found }) => ({
      file,
      line,
      rule: name,
      before,
      after: before.slice(0, index) + replace + before.slice(index + found.length),
    })),
  );
}

/** The source with the mistake in it. */
export function withMutant(source: string, { line, after }: Mutant): string {
  return source
    .split('\n')
    .with(line - 1, after)
    .join('\n');
}
