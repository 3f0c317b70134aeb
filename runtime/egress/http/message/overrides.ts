import type { QueryPair } from '../target/query.ts';
import type { Fields } from './fields.ts';

/**
 * Fields by which servers take a request for another one than its first line says: by another method (OData and SharePoint,
 * Google's services, Rails, Django), or for another path (IIS, Symfony).
 */
const OF_METHOD = /^x-(http-method|http-method-override|method-override)$/;
/** PHP leaves blanks before a name out, and takes these characters within it for `_`. */
const METHOD_PARAMETER = /^ *[_ .[]method$/i;
const OF_PATH = /^x-(original|rewrite)-url$/;

/** Whether a field names another method than that of the request, or any path at all. A method that is the same is no override. */
export function isOverridden(method: string, fields: Fields): boolean {
  return fields.some(({ name, value }) => {
    if (!name.startsWith('x')) return false;
    const usual = usualName(name);
    return OF_PATH.test(usual) || (OF_METHOD.test(usual) && value !== method);
  });
}

/**
 * Whether a query has a parameter by which servers take a request for one of another method, with anything but that method:
 * `_method` (Symfony, Laravel, WordPress, Express), or a field of that kind as a parameter (ASP.NET MVC). They differ in which methods and
 * which spellings they take, so none is taken for harmless.
 */
export function isOverriddenByQuery(method: string, query: readonly QueryPair[]): boolean {
  return query.some(
    ([name, value]) =>
      value.toUpperCase() !== method &&
      (METHOD_PARAMETER.test(name) || OF_METHOD.test(usualName(name.toLowerCase()))),
  );
}

/** Whether a field that comes after the body would do so, whatever it says. */
export function isOverride(name: string): boolean {
  const usual = usualName(name);
  return OF_METHOD.test(usual) || OF_PATH.test(usual);
}

/** Programs behind CGI and its kin cannot tell `_` and `-` in a name apart, and some (old Apache, PHP) no other characters either. */
function usualName(name: string): string {
  return name.replaceAll(/[^a-z0-9]/g, '-');
}
