/**
 * Programs that do what a text tells them to: shells, languages, and tools that run a program of the caller's choice. By
 * hand, from what distributions and images of agents usually have; it is a list of the known ones and never complete.
 */
const LIST = `
  ash awk bash bun busybox clojure dash deno dotnet elixir env erl escript expect fish gawk gdb groovy guile java jshell
  julia kotlin ksh lua luajit mawk mksh mono node nodejs npx nu octave perl php php-cgi php-fpm pwsh pypy python qjs R
  racket ruby Rscript sbcl scala sh tclsh toybox tsx wish xargs xonsh zsh
`;

/** Without the versions that may follow. */
export const INTERPRETER_NAMES: readonly string[] = LIST.trim().split(/\s+/);

/** What a version is written with. */
const VERSION = '0123456789.-';

const INTERPRETER = new RegExp(`^(?:${INTERPRETER_NAMES.join('|')})[0-9.*?-]*$`);

/**
 * Whether a path or pattern of a program names an interpreter; a version may follow, as in `python3.12`. A wildcard names
 * all that it could stand for, as in `py*`, but for one that names any program at all.
 */
export function isInterpreter(pattern: string): boolean {
  const name = nameIn(pattern);
  if (INTERPRETER.test(name)) return true;
  return /[*?]/.test(name) && !isAnyProgram(name) && INTERPRETER_NAMES.some((one) => mayBe(name, one));
}

/** Whether a pattern without `/` could stand for a name, with a version behind it or without one. */
function mayBe(pattern: string, name: string): boolean {
  const end = name.length;
  const fits = (at: number, character: string) =>
    character === '?' || (at < end ? character === name[at] : VERSION.includes(character));
  // How much of the name may be behind the pattern so far; what follows its end is the version.
  let places: readonly number[] = [0];
  for (const character of pattern) {
    const first = Math.min(...places);
    places =
      character === '*'
        ? Array.from({ length: end - first + 1 }, (_, at) => first + at)
        : places.filter((at) => fits(at, character)).map((at) => Math.min(at + 1, end));
    if (places.length === 0) return false;
  }
  return places.includes(end);
}

/** Whether a path or pattern of a program could name any program at all. */
export function isAnyProgram(pattern: string): boolean {
  return /^[*?]+$/.test(nameIn(pattern));
}

function nameIn(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}
