/** The nearest name that a sandbox can have: lower-case letters, digits and `-`, at most 63; the fallback where none is left. */
export function sandboxName(text: string, fallback: string): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return label === '' ? fallback : label;
}

/** What a file is called without its folders and its ending. */
export function stemOf(path: string): string {
  return path.replace(/^.*[/:]/, '').replace(/\.(ya?ml|json|txt)$/i, '');
}
