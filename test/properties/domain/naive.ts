/**
 * The dialect of wildcards a second time, written from its description and sharing nothing with the compiler: by
 * backtracking over segments. Slow, and only for tests.
 */
export function naiveGlobMatches(glob: string, value: string): boolean {
  if (!isNaivePath(value)) return false;
  return segmentsMatch(glob.slice(1).split('/'), value.slice(1).split('/'));
}

/** A path of a URL: no empty segment but the last, no dot segment. */
export function isNaivePath(value: string): boolean {
  if (!value.startsWith('/')) return false;
  const segments = value.slice(1).split('/');
  return segments.every((segment, at) => {
    if (segment === '.' || segment === '..') return false;
    return segment !== '' || at === segments.length - 1;
  });
}

function segmentsMatch(glob: readonly string[], value: readonly string[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return value.length === 0;
  if (first === '**' && rest.length === 0) return value.length > 0;
  if (first === '**') {
    for (let skipped = 0; skipped < value.length; skipped += 1) {
      if (segmentsMatch(rest, value.slice(skipped))) return true;
    }
    return false;
  }
  const [segment, ...others] = value;
  if (segment === undefined) return false;
  const fits = first === '*' ? segment !== '' : textMatches(first, segment);
  return fits && segmentsMatch(rest, others);
}

/** `*` any text, `?` one character. */
export function textMatches(pattern: string, text: string): boolean {
  return charactersMatch([...pattern], [...text]);
}

function charactersMatch(pattern: readonly string[], text: readonly string[]): boolean {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return text.length === 0;
  if (wanted === '*') {
    return charactersMatch(rest, text) || (text.length > 0 && charactersMatch(pattern, text.slice(1)));
  }
  return text.length > 0 && (wanted === '?' || wanted === text[0]) && charactersMatch(rest, text.slice(1));
}

/** `**` first is one label or more, `*` alone is one label. */
export function naiveHostMatches(pattern: string, name: string): boolean {
  const labels = name.split('.');
  const wanted = pattern.split('.');
  if (wanted[0] === '**') {
    const tail = wanted.slice(1);
    const missing = labels.length - tail.length;
    return missing >= 1 && labelsMatch(tail, labels.slice(missing));
  }
  return labelsMatch(wanted, labels);
}

function labelsMatch(wanted: readonly string[], labels: readonly string[]): boolean {
  return wanted.length === labels.length && wanted.every((label, at) => textMatches(label, labels[at]!));
}
