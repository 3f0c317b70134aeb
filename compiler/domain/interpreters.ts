/**
 * Programs that do what a text tells them to: shells, languages, and tools that run a program of the caller's choice. By
 * hand, from what distributions and images of agents usually have; it is a list of the known ones and never complete.
 */
const NAMES = `
  ash awk bash bun busybox clojure dash deno dotnet elixir env erl escript expect fish gawk gdb groovy guile java jshell
  julia kotlin ksh lua luajit mawk mksh mono node nodejs npx nu octave perl php php-cgi php-fpm pwsh pypy python qjs R
  racket ruby Rscript sbcl scala sh tclsh toybox tsx wish xargs xonsh zsh
`;

const INTERPRETER = new RegExp(`^(?:${NAMES.trim().split(/\s+/).join('|')})[0-9.*?-]*$`);

/** Whether a path or pattern of a program names an interpreter; a version may follow, as in `python3.12`, or a wildcard. */
export function isInterpreter(pattern: string): boolean {
  return INTERPRETER.test(nameIn(pattern));
}

/** Whether a path or pattern of a program could name any program at all. */
export function isAnyProgram(pattern: string): boolean {
  return /^[*?]+$/.test(nameIn(pattern));
}

function nameIn(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}
