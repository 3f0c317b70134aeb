/**
 * Items of `syscalls.allow` that ask for the same bits of two arguments: a diagram that looks at one argument before
 * the other doubles with each of them.
 */
export function intricateItems(call: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const bit = `0x${(1n << BigInt(at)).toString(16)}`;
    const test = (arg: number) => `{ arg: ${arg}, mask: ${bit}, equals: ${bit} }`;
    return `{ name: ${call}, when: [${test(0)}, ${test(1)}] }`;
  });
}
